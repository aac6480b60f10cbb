use super::tree::Stmt;
use super::{convert, depth};
use ruff_python_parser::{Mode, ParseOptions, parse_unchecked};

/// The first reason a file is not valid Python.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    pub message: String,
    /// Byte offset.
    pub at: u32,
}

/// A file's statements. With a fault they are what the parser could still recover.
#[derive(Debug, Clone, Default)]
pub struct Parsed {
    pub body: Vec<Stmt>,
    pub fault: Option<Fault>,
}

/// Reads Python source. Never fails: what is wrong stands in `fault`.
pub fn parse(text: &str) -> Parsed {
    if let Some((at, why)) = depth::too_deep(text) {
        let at = u32::try_from(at).unwrap_or(u32::MAX);
        return Parsed { body: Vec::new(), fault: Some(Fault { message: why.to_owned(), at }) };
    }
    let parsed = parse_unchecked(text, ParseOptions::from(Mode::Module));
    let fault = parsed
        .errors()
        .iter()
        .min_by_key(|error| error.location.start())
        .map(|error| Fault { message: error.error.to_string(), at: error.location.start().to_u32() });
    let body = parsed.try_into_module().map(|module| convert::body(&module.into_syntax().body)).unwrap_or_default();
    Parsed { body, fault }
}
