/// How the interpreter's `sum` adds floats.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SumPolicy {
    /// From left to right: CPython up to 3.11, and numpy scalars in every version.
    Ordered,
    /// Neumaier's compensation, CPython from 3.12 on.
    Neumaier,
}
