use std::ops::Range;

/// A part of a path that is scored on its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Span {
    /// `full`, or `2/3` for the second of three.
    pub label: String,
    pub bars: Range<usize>,
}

/// Fewer bars than this say nothing about a ratio.
const SHORTEST: usize = 20;

/// The whole path, then `parts` disjoint spans of equal length (the last takes the remainder), unless they
/// would be shorter than twenty bars.
pub fn spans(bars: usize, parts: usize) -> Vec<Span> {
    let mut found = vec![Span { label: "full".to_owned(), bars: 0..bars }];
    let length = bars / parts.max(1);
    if parts > 1 && length >= SHORTEST {
        found.extend((0..parts).map(|part| Span {
            label: format!("{}/{parts}", part + 1),
            bars: part * length..if part + 1 == parts { bars } else { (part + 1) * length },
        }));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_disjoint_and_cover_the_path() {
        let found = spans(100, 3);
        let bars: Vec<_> = found.iter().map(|span| span.bars.clone()).collect();
        assert_eq!(bars, [0..100, 0..33, 33..66, 66..100]);
        assert_eq!(spans(30, 3).len(), 1);
        assert_eq!(spans(0, 3).len(), 1);
    }
}
