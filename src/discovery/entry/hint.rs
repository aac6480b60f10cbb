//! What an argument's annotation says about it.

/// What an annotation says, loosely.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hint {
    None,
    Frame,
    Series,
    Array,
    Floats,
    Dict,
    Float,
    Int,
    Bool,
    Text,
    Time,
    Decimal,
    /// A class of its own.
    Other,
}

impl Hint {
    pub fn of(annotation: Option<&str>) -> Self {
        let Some(text) = annotation else { return Self::None };
        let text: String = text.chars().filter(|c| !c.is_whitespace()).collect();
        let text = text.strip_prefix("typing.").unwrap_or(&text);
        let text = text.strip_prefix("Optional[").and_then(|rest| rest.strip_suffix(']')).unwrap_or(text);
        let text = text.strip_suffix("|None").or_else(|| text.strip_prefix("None|")).unwrap_or(text);
        let bare = text.rsplit('.').next().unwrap_or(text);
        let head = text.split('[').next().unwrap_or(text);
        let head = head.rsplit('.').next().unwrap_or(head);
        match (head, bare) {
            (_, "Any" | "object") | ("Union", _) => Self::None,
            ("DataFrame", _) => Self::Frame,
            ("Series", _) => Self::Series,
            ("ndarray" | "NDArray" | "ArrayLike", _) => Self::Array,
            ("List" | "list" | "Sequence" | "deque" | "Deque" | "Iterable" | "Tuple" | "tuple", _) => {
                if text.contains("float]") || text.contains("int]") || text.contains("float,") {
                    Self::Floats
                } else {
                    Self::None
                }
            }
            ("Dict" | "dict" | "Mapping", _) => Self::Dict,
            ("float" | "float64" | "Number", _) => Self::Float,
            ("int", _) => Self::Int,
            ("bool", _) => Self::Bool,
            ("str", _) => Self::Text,
            ("datetime" | "Timestamp" | "date", _) => Self::Time,
            ("Decimal", _) => Self::Decimal,
            _ if text.contains('|') => Self::None,
            _ => Self::Other,
        }
    }
}
