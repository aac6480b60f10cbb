//! Which spellings of the columns a class's source uses, read from its text.

use serde::Serialize;

const FIELDS: [&str; 5] = ["open", "high", "low", "close", "volume"];
const DATES: [&str; 4] = ["timestamp", "date", "datetime", "time"];

/// Columns are lower case (`close`) unless the source says `["Close"]` or `.Close`; where it says both, bars
/// and frames carry both.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Names {
    pub lower: bool,
    pub title: bool,
    /// Dates that the source takes as a column, `df["date"]`; a frame has them beside its index.
    pub dates: Vec<&'static str>,
}

impl Names {
    pub fn used_in<'a>(sources: impl Iterator<Item = &'a [u8]>) -> Self {
        let mut names = Self { lower: false, title: false, dates: Vec::new() };
        for source in sources {
            let text = String::from_utf8_lossy(source);
            for field in FIELDS {
                let title = format!("{}{}", field[..1].to_uppercase(), &field[1..]);
                names.title |= subscript(&text, &title) || attribute(&text, &title);
                names.lower |= subscript(&text, field) || attribute(&text, field);
            }
            for date in DATES {
                if subscript(&text, date) && !names.dates.contains(&date) {
                    names.dates.push(date);
                }
            }
        }
        names.lower |= !names.title;
        names
    }
}

/// `["Close"]`, or a list of columns: `[["Close", "Volume"]]`.
fn subscript(text: &str, name: &str) -> bool {
    ["'", "\""].iter().any(|quote| {
        let quoted = format!("{quote}{name}{quote}");
        text.match_indices(&quoted).any(|(at, _)| {
            let before = text[..at].trim_end();
            before.ends_with('[') || before.ends_with(',')
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
        assert_eq!(used("df['close'] + other[\"Close\"]"), (true, true));
        assert_eq!(used("self.Closed = order.Open()"), (true, false));
        let dates = Names::used_in([b"df[\"date\"]".as_slice()].into_iter()).dates;
        assert_eq!(dates, ["date"]);
    }
}
