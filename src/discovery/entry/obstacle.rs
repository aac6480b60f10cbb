/// Why a class cannot be called as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Obstacle {
    pub kind: ObstacleKind,
    pub reason: String,
    pub line: u32,
    /// Where the line counts, relative to the root.
    pub path: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ObstacleKind {
    Adapter,
    Data,
    Abstract,
}
