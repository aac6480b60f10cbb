use super::Program;

/// What is wrong with a program's text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParseError {
    pub line: usize,
    pub message: String,
}

/// # Errors
/// The first line that is no part of a program.
pub fn parse(text: &str) -> Result<Program, ParseError> {
    let _ = text;
    todo!("owned by the branch native-vm")
}
