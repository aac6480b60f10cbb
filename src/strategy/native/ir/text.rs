//! Programs as text, for people and tests. `#` begins a line of comment; what is printed is read back equal.

use super::names;
use super::{Block, End, Function, Inst, Kind, ObservedValue, Program, Reg, Word};
use std::fmt::{Display, Formatter, Result, Write as _};

impl Display for Program {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        writeln!(f, "program {}", quoted(&self.name))?;
        for param in &self.params {
            writeln!(f, "param {} {:?}", quoted(&param.name), param.kind)?;
        }
        for state in &self.state {
            writeln!(f, "state {} {:?}", quoted(&state.name), state.word)?;
        }
        for extra in &self.extras {
            writeln!(f, "extra {} {:?}", quoted(&extra.name), extra.kind)?;
        }
        for layout in &self.layouts {
            let words: String = layout.words.iter().map(|word| format!(" {word:?}")).collect();
            writeln!(f, "layout{words}")?;
        }
        for site in &self.sites {
            writeln!(f, "site {} {} {}", quoted(&site.file), site.line, quoted(&site.why))?;
        }
        for observed in &self.observed {
            let value = match observed.value {
                ObservedValue::Float(slot) => format!("float s{}", slot.0),
                ObservedValue::Int(slot) => format!("int s{}", slot.0),
                ObservedValue::Any { tag, bits } => format!("any s{} s{}", tag.0, bits.0),
            };
            writeln!(f, "observe {} {value}", quoted(&observed.attribute))?;
        }
        write_function(f, "init", &self.init)?;
        write_function(f, "step", &self.step)
    }
}

fn write_function(f: &mut Formatter<'_>, name: &str, function: &Function) -> Result {
    let kinds: String = function.regs.iter().map(|kind| format!(" {kind:?}")).collect();
    writeln!(f, "\n{name}{kinds}")?;
    for (index, Block { insts, end }) in function.blocks.iter().enumerate() {
        writeln!(f, "b{index}:")?;
        for inst in insts {
            writeln!(f, "  {}", shown(inst, &function.regs))?;
        }
        writeln!(f, "  {}", shown_end(end))?;
    }
    Ok(())
}

fn shown(inst: &Inst, regs: &[Kind]) -> String {
    match inst {
        Inst::Const { d, bits } => {
            let float = f64::from_bits(*bits);
            match regs.get(d.0 as usize) {
                Some(Kind::F) if float.is_nan() => format!("{} = const 0x{bits:016x}", r(d)),
                Some(Kind::F) => format!("{} = const {float:?}", r(d)),
                _ => format!("{} = const {}", r(d), *bits as i64),
            }
        }
        Inst::Copy { d, a } => format!("{} = copy {}", r(d), r(a)),
        Inst::Int { op, d, a, b, site } => format!("{} = {} {} {} @{}", r(d), op.name(), r(a), r(b), site.0),
        Inst::Float { op, d, a, b, site } => format!("{} = {} {} {} @{}", r(d), op.name(), r(a), r(b), site.0),
        Inst::Unary { op, d, a, site } => format!("{} = {} {} @{}", r(d), op.name(), r(a), site.0),
        Inst::Compare { op, d, a, b } => format!("{} = {} {} {}", r(d), op.name(), r(a), r(b)),
        Inst::Now { d } => format!("{} = now", r(d)),
        Inst::Param { d, param } => format!("{} = param p{}", r(d), param.0),
        Inst::Column { d, column, index: None, site } => format!("{} = column c{} @{}", r(d), column.0, site.0),
        Inst::Column { d, column, index: Some(index), site } => {
            format!("{} = column c{} {} @{}", r(d), column.0, r(index), site.0)
        }
        Inst::ColumnAddress { d, column } => format!("{} = address c{}", r(d), column.0),
        Inst::Get { d, slot } => format!("{} = get s{}", r(d), slot.0),
        Inst::Set { slot, a } => format!("set s{} {}", slot.0, r(a)),
        Inst::Load { d, address, offset } => format!("{} = load {} +{offset}", r(d), r(address)),
        Inst::Store { address, offset, a } => format!("store {} +{offset} {}", r(address), r(a)),
        Inst::Guard { test, site } => format!("guard {} @{}", r(test), site.0),
        Inst::Call { f, d, a, site } => {
            let mut text = String::new();
            for reg in d {
                let _ = write!(text, "{} ", r(reg));
            }
            text += if d.is_empty() { "call " } else { "= call " };
            text += &names::shown(*f);
            for reg in a {
                let _ = write!(text, " {}", r(reg));
            }
            text + &format!(" @{}", site.0)
        }
    }
}

fn shown_end(end: &End) -> String {
    match end {
        End::Jump(to) => format!("jump b{}", to.0),
        End::Branch { test, yes, no } => format!("branch {} b{} b{}", r(test), yes.0, no.0),
        End::Bail(site) => format!("bail @{}", site.0),
        End::Return { target: None, confidence: None } => "return".to_owned(),
        End::Return { target, confidence } => {
            let shown = |reg: &Option<Reg>| reg.as_ref().map_or_else(|| "-".to_owned(), r);
            match confidence {
                None => format!("return {}", shown(target)),
                Some(_) => format!("return {} {}", shown(target), shown(confidence)),
            }
        }
    }
}

fn r(reg: &Reg) -> String {
    format!("r{}", reg.0)
}

/// Within one line, and without a quotation mark inside.
fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for character in text.chars() {
        match character {
            '"' => quoted += "\\q",
            '\\' => quoted += "\\\\",
            '\n' => quoted += "\\n",
            '\r' => quoted += "\\r",
            other => quoted.push(other),
        }
    }
    quoted + "\""
}

/// Inverse of [`quoted`], without its quotation marks.
pub(super) fn unquoted(text: &str) -> Option<String> {
    let mut plain = String::new();
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        plain.push(match character {
            '\\' => match characters.next()? {
                'q' => '"',
                '\\' => '\\',
                'n' => '\n',
                'r' => '\r',
                _ => return None,
            },
            other => other,
        });
    }
    Some(plain)
}

pub(super) fn word(text: &str) -> Option<Word> {
    match text {
        "I" => Some(Word::I),
        "F" => Some(Word::F),
        "Ref" => Some(Word::Ref),
        _ => None,
    }
}

pub(super) fn kind(text: &str) -> Option<Kind> {
    match text {
        "I" => Some(Kind::I),
        "F" => Some(Kind::F),
        _ => None,
    }
}
