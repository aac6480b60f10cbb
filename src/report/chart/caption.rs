use super::Unit;

/// What a chart is, for who cannot see it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Caption {
    pub title: String,
    /// One or two sentences: what is drawn, and the figures that matter.
    pub description: String,
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct Axis {
    pub label: String,
    pub unit: Unit,
}

impl Axis {
    pub fn new(label: impl Into<String>, unit: Unit) -> Self {
        Self { label: label.into(), unit }
    }
}

/// Which of the page's colours a series has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Tone {
    /// The thing itself.
    #[default]
    Main,
    /// What it is held against.
    Other,
    Good,
    Bad,
    Muted,
    /// One of many: colours repeat after eight.
    Series(usize),
}

impl Tone {
    pub(super) fn class(self) -> String {
        match self {
            Self::Main => "t-main".to_owned(),
            Self::Other => "t-other".to_owned(),
            Self::Good => "t-good".to_owned(),
            Self::Bad => "t-bad".to_owned(),
            Self::Muted => "t-muted".to_owned(),
            Self::Series(index) => format!("t-{}", index % 8),
        }
    }
}
