use super::places::Places;
use super::{Lines, Mark, MarkKind, Reading};
use crate::patch::ParseFault;
use ruff_python_ast::visitor::Visitor;
use ruff_text_size::Ranged;

/// Stack that one level of nesting may take in the parser, the walk and the drop together.
const STACK_PER_LEVEL: usize = 4096;
const ORDINARY_STACK: usize = 1 << 20;
const LARGEST_STACK: usize = 1 << 30;

pub(super) fn read(text: &str, lines: &Lines) -> Result<Reading, ParseFault> {
    let needed = deepest(text).saturating_mul(STACK_PER_LEVEL);
    if needed <= ORDINARY_STACK {
        return parse(text, lines);
    }
    let fault = |message: &str| ParseFault { line: 1, message: message.to_owned() };
    if needed > LARGEST_STACK {
        return Err(fault("this file is too large to be read safely"));
    }
    std::thread::scope(|scope| {
        let reader = std::thread::Builder::new().stack_size(needed + ORDINARY_STACK);
        let handle = reader
            .spawn_scoped(scope, || parse(text, lines))
            .map_err(|error| fault(&format!("no memory to read a file this large: {error}")))?;
        handle.join().map_err(|_| fault("the parser failed on this file"))?
    })
}

/// No syntax tree of `text` is deeper than this: every level costs a bracket, an operator, a keyword or an
/// indentation. The parser grows its own stack, but dropping its tree recurses on ours.
fn deepest(text: &str) -> usize {
    let operators = text.bytes().filter(|byte| b"([{+-*/%@~.<>=&|^:".contains(byte)).count();
    let keywords = ["not", "if", "else", "await", "lambda", "or", "and", "yield", "is", "in", "for"];
    let words = text.split(|c: char| !(c.is_alphanumeric() || c == '_')).filter(|word| keywords.contains(word)).count();
    let indentation = text.lines().map(|line| line.len() - line.trim_start().len()).max().unwrap_or(0);
    operators + words + indentation
}

fn parse(text: &str, lines: &Lines) -> Result<Reading, ParseFault> {
    let parsed = ruff_python_parser::parse_module(text).map_err(|error| ParseFault {
        line: lines.line(error.location.start().to_usize()),
        message: error.error.to_string(),
    })?;
    let mut places = Places::new(text, lines);
    places.visit_body(&parsed.syntax().body);
    let shape = parsed
        .tokens()
        .iter()
        .map(|token| Mark {
            kind: MarkKind::Token(token.kind()),
            start: token.start().to_u32(),
            end: token.end().to_u32(),
        })
        .collect();
    Ok(Reading { scalars: places.finish(), shape })
}
