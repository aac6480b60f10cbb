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
            let mut dates = Vec::new();
            for (at, word) in words(&text) {
                let place = Place { before: &text[..at], after: &text[at + word.len()..] };
                if FIELDS.contains(&word) {
                    names.lower |= place.is_key() || place.is_attribute();
                    perhaps_lower |= place.follows(&["="]);
                } else if FIELDS.iter().any(|field| is_title(word, field)) {
                    names.title |= place.is_key() || place.is_attribute();
                    perhaps |= place.follows(&["=", ":"]);
                } else if DATES.contains(&word) && place.is_key() {
                    dates.push(word);
                }
            }
            let found = |date: &&str| dates.contains(date);
            let added: Vec<_> = DATES.into_iter().filter(found).filter(|date| !names.dates.contains(date)).collect();
            names.dates.extend(added);
        }
        names.lower |= !names.title || perhaps_lower;
        names.title |= perhaps;
        names
    }
}

/// Runs of ASCII letters and where they begin.
fn words(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let bytes = text.as_bytes();
        let start = at + bytes[at..].iter().position(u8::is_ascii_alphabetic)?;
        let length = bytes[start..].iter().position(|byte| !byte.is_ascii_alphabetic());
        at = length.map_or(bytes.len(), |length| start + length);
        Some((start, &text[start..at]))
    })
}

fn is_title(word: &str, field: &str) -> bool {
    word[1..] == field[1..] && word[..1] == field[..1].to_ascii_uppercase()
}

/// Where a word stands.
struct Place<'a> {
    before: &'a str,
    after: &'a str,
}

impl Place<'_> {
    /// `["Close"]`, `.get("Close")`, or one of several names: `[["Close", "Volume"]]`.
    fn is_key(&self) -> bool {
        self.follows(&["[", ",", ".get("])
    }

    /// In quotes, directly after one of `marks`. Not as a key: `rename(columns={"Close": "close"})` suits both.
    fn follows(&self, marks: &[&str]) -> bool {
        ['\'', '"'].into_iter().any(|quote| {
            let (Some(before), Some(after)) = (self.before.strip_suffix(quote), self.after.strip_prefix(quote)) else {
                return false;
            };
            let before = before.trim_end();
            marks.iter().any(|mark| before.ends_with(mark)) && !after.trim_start().starts_with(':')
        })
    }

    fn is_attribute(&self) -> bool {
        let goes_on = |c: char| c.is_alphanumeric() || c == '_' || c == '(';
        self.before.ends_with('.') && !self.after.starts_with(goes_on)
    }
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
