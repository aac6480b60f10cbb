//! Which spellings of the columns a class's source uses, read from its text.

use serde::Serialize;

const FIELDS: [&str; 5] = ["open", "high", "low", "close", "volume"];
const DATES: [&str; 7] = ["timestamp", "date", "datetime", "time", "Timestamp", "Date", "Datetime"];

/// Columns are lower case (`close`) unless the source says `["Close"]`, `.get("Close")` or `.Close`; where it says
/// both, bars and frames carry both.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Names {
    pub lower: bool,
    pub title: bool,
    /// Dates that the source takes as a column, `df["date"]`; a frame has them beside its index.
    pub dates: Vec<&'static str>,
}

impl Names {
    pub fn used_in<'a>(sources: impl Iterator<Item = &'a [u8]>) -> Self {
        let mut names = Self { lower: false, title: false, dates: Vec::new() };
        // `price_column="Close"` is a column's name or a label: both spellings are there then.
        let (mut perhaps, mut perhaps_lower) = (false, false);
        for source in sources {
            let text = String::from_utf8_lossy(source);
            for field in FIELDS {
                let title = format!("{}{}", field[..1].to_uppercase(), &field[1..]);
                names.title |= key(&text, &title) || attribute(&text, &title);
                names.lower |= key(&text, field) || attribute(&text, field);
                perhaps |= preceded(&text, &title, &["=", ":"]);
                perhaps_lower |= preceded(&text, field, &["="]);
            }
            for date in DATES {
                if key(&text, date) && !names.dates.contains(&date) {
                    names.dates.push(date);
                }
            }
        }
        names.lower |= !names.title || perhaps_lower;
        names.title |= perhaps;
        names
    }
}

/// `["Close"]`, `.get("Close")`, or one of several names: `[["Close", "Volume"]]`.
fn key(text: &str, name: &str) -> bool {
    preceded(text, name, &["[", ",", ".get("])
}

/// The quoted name, directly after one of `marks`. Not as a key: `rename(columns={"Close": "close"})` suits both.
fn preceded(text: &str, name: &str, marks: &[&str]) -> bool {
    ["'", "\""].iter().any(|quote| {
        let quoted = format!("{quote}{name}{quote}");
        text.match_indices(&quoted).any(|(at, _)| {
            let (before, after) = (text[..at].trim_end(), text[at + quoted.len()..].trim_start());
            marks.iter().any(|mark| before.ends_with(mark)) && !after.starts_with(':')
        })
    })
}

fn attribute(text: &str, name: &str) -> bool {
    text.match_indices(&format!(".{name}"))
        .any(|(at, found)| !text[at + found.len()..].starts_with(|c: char| c.is_alphanumeric() || c == '_' || c == '('))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn used(text: &str) -> (bool, bool) {
        let names = Names::used_in([text.as_bytes()].into_iter());
        (names.lower, names.title)
    }

    #[test]
    fn spelling_follows_the_source() {
        assert_eq!(used("return 1"), (true, false));
        assert_eq!(used("x = df['Close'].mean()"), (false, true));
        assert_eq!(used("x = self.data.Close[-1]"), (false, true));
        assert_eq!(used("df[['Close', 'Volume']]"), (false, true));
        assert_eq!(used("price = row.get('Close')"), (false, true));
        assert_eq!(used("price = row.get( \"Close\", 0.0)"), (false, true));
        assert_eq!(used("def __init__(self, price_column='Close'): pass"), (true, true));
        assert_eq!(used("budget('Close')"), (true, false));
        assert_eq!(used("df = df.rename(columns={'Open': 'open', 'Close': 'close'})"), (true, false));
        assert_eq!(used("df['close'] + other[\"Close\"]"), (true, true));
        assert_eq!(used("self.Closed = order.Open()"), (true, false));
        let dates = Names::used_in([b"df[\"date\"]".as_slice()].into_iter()).dates;
        assert_eq!(dates, ["date"]);
        let dates = Names::used_in([b"row.get('Date')".as_slice()].into_iter()).dates;
        assert_eq!(dates, ["Date"]);
    }
}
