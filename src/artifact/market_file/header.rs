//! Which column of a file is which of a bar's.

use super::refusal::RefusalReason;

/// Canonical names in the order of a bar, each with what else it is called. Anything else a file holds
/// (adjusted closes, symbols, trade counts) is left aside.
const COLUMNS: [(&str, &[&str]); 6] = [
    ("timestamp", &["date", "datetime", "time", "ts", "open_time", "opentime", "date_time", "unix", "index"]),
    ("open", &["o", "open_price"]),
    ("high", &["h", "high_price"]),
    ("low", &["l", "low_price"]),
    ("close", &["c", "close_price"]),
    ("volume", &["v", "vol"]),
];

/// Positions of timestamp, open, high, low, close and volume among `names`.
pub(crate) fn resolve(names: &[String]) -> Result<[usize; 6], RefusalReason> {
    let plain: Vec<_> = names.iter().map(|name| plain(name)).collect();
    let mut positions = [0; 6];
    let mut missing = Vec::new();
    for (slot, (column, aliases)) in positions.iter_mut().zip(COLUMNS) {
        let called = |wanted: &dyn Fn(&str) -> bool| -> Vec<usize> {
            plain.iter().enumerate().filter(|(_, name)| wanted(name)).map(|(at, _)| at).collect()
        };
        let mut found = called(&|name| name == column);
        if found.is_empty() {
            found = called(&|name| aliases.contains(&name));
        }
        match found.as_slice() {
            [] => missing.push(column),
            [only] => *slot = *only,
            several => {
                let found = several.iter().map(|&at| names[at].clone()).collect();
                return Err(RefusalReason::AmbiguousColumn { column, found });
            }
        }
    }
    if missing.is_empty() {
        return Ok(positions);
    }
    let found = names.to_vec();
    let no_prices = ["open", "high", "low"].iter().all(|column| missing.contains(column));
    if no_prices && !missing.contains(&"close") && !missing.contains(&"timestamp") {
        return Err(RefusalReason::CloseOnly { found });
    }
    Err(RefusalReason::MissingColumns { missing, found })
}

pub(crate) const fn name(slot: usize) -> &'static str {
    COLUMNS[slot].0
}

/// Whether a column of this name holds times.
pub(crate) fn is_timestamp(name: &str) -> bool {
    let (column, aliases) = COLUMNS[0];
    let plain = plain(name);
    plain == column || aliases.contains(&plain.as_str())
}

/// A name without its case, and with underscores for spaces and dashes.
pub(crate) fn plain(name: &str) -> String {
    name.trim().to_lowercase().replace([' ', '-'], "_")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(line: &str) -> Vec<String> {
        line.split(',').map(str::to_owned).collect()
    }

    #[test]
    fn aliases_and_case() {
        assert_eq!(resolve(&names("Date,Open,High,Low,Close,Adj Close,Volume")).unwrap(), [0, 1, 2, 3, 4, 6]);
        assert_eq!(resolve(&names("v,c,l,h,o,TS")).unwrap(), [5, 4, 3, 2, 1, 0]);
        assert_eq!(resolve(&names("Open Time,open,high,low,close,Vol,close_time")).unwrap(), [0, 1, 2, 3, 4, 5]);
        // The canonical name wins over an alias.
        assert_eq!(resolve(&names("date,timestamp,open,high,low,close,volume")).unwrap()[0], 1);
    }

    #[test]
    fn refusals_name_what_was_found() {
        let text = |line| resolve(&names(line)).unwrap_err().to_string();
        assert_eq!(
            text("date,time,o,h,l,c,v"),
            "date and time could each be timestamp; rename the one that is meant to timestamp"
        );
        assert_eq!(
            text("when,open,high,low,close"),
            "no column for timestamp, volume; the columns found are when, open, high, low, close"
        );
        assert!(text("date,close").contains("orders are filled at the open"));
        assert!(text("date,close,volume").contains("orders are filled at the open"));
        assert!(text("open,Open,high,low,close,volume,ts").contains("open and Open"));
    }
}
