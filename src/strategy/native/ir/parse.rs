use super::text::{kind, unquoted, word};
use super::{
    Block, BlockId, ColumnId, CompareOp, End, Extra, FloatOp, Function, Inst, IntOp, Kind, Layout, Observed,
    ObservedValue, Param, ParamId, Program, Reg, Site, SiteId, Slot, State, UnaryOp, names,
};

/// What is wrong with a program's text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParseError {
    /// From 1.
    pub line: usize,
    pub message: String,
}

/// Reads what a program's `Display` writes. Says nothing on whether it holds together:
/// [`check`](super::check()) does.
///
/// # Errors
/// The first line that is no part of a program.
pub fn parse(text: &str) -> Result<Program, ParseError> {
    let mut program = Program::default();
    let mut place = Place::Head;
    let mut open: Option<Block> = None;
    let mut last = 0;
    for (index, line) in text.lines().enumerate() {
        last = index + 1;
        let read = tokens(line).and_then(|tokens| match tokens.first() {
            None => Ok(()),
            Some(_) => read_line(&mut program, &mut place, &mut open, &tokens),
        });
        read.map_err(|message| ParseError { line: last, message })?;
    }
    match open {
        Some(_) => Err(ParseError { line: last, message: "the last block has no end".to_owned() }),
        None => Ok(program),
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Place {
    Head,
    Init,
    Step,
}

/// `Quoted` without its quotation marks.
#[derive(Debug, Clone, PartialEq)]
enum Token<'a> {
    Plain(&'a str),
    Quoted(String),
}

type Read<T> = Result<T, String>;

fn tokens(line: &str) -> Read<Vec<Token<'_>>> {
    let mut rest = line.trim_matches([' ', '\t']);
    let mut tokens = Vec::new();
    if rest.starts_with('#') {
        return Ok(tokens);
    }
    while !rest.is_empty() {
        if let Some(quoted) = rest.strip_prefix('"') {
            let (inside, behind) = quoted.split_once('"').ok_or("a quotation mark is missing")?;
            tokens.push(Token::Quoted(unquoted(inside).ok_or("no such escape")?));
            rest = behind.trim_start_matches(' ');
        } else {
            let (plain, behind) = rest.split_once(' ').unwrap_or((rest, ""));
            tokens.push(Token::Plain(plain));
            rest = behind.trim_start_matches(' ');
        }
    }
    Ok(tokens)
}

fn read_line(program: &mut Program, place: &mut Place, open: &mut Option<Block>, tokens: &[Token<'_>]) -> Read<()> {
    if let [Token::Plain(name @ ("init" | "step")), kinds @ ..] = tokens {
        if open.is_some() {
            return Err(format!("{name} begins within a block"));
        }
        *place = if *name == "init" { Place::Init } else { Place::Step };
        let kinds = plain(kinds)?.into_iter().map(|text| kind(text).ok_or_else(|| format!("{text} is no kind")));
        *function(program, *place)? = Function { regs: kinds.collect::<Read<_>>()?, blocks: Vec::new() };
        return Ok(());
    }
    if *place == Place::Head {
        return read_head(program, tokens);
    }
    let function = function(program, *place)?;
    let tokens = plain(tokens)?;
    if let [label] = tokens[..]
        && let Some(label) = label.strip_suffix(':')
    {
        let next = numbered(label, "b")? as usize == function.blocks.len() && open.is_none();
        *open = Some(Block { insts: Vec::new(), end: End::Bail(SiteId(0)) });
        return if next { Ok(()) } else { Err(format!("b{} was expected", function.blocks.len())) };
    }
    let block = open.as_mut().ok_or("a block's label is missing")?;
    if let Some(end) = read_end(&tokens)? {
        block.end = end;
        function.blocks.extend(open.take());
    } else {
        block.insts.push(read_inst(&tokens, &function.regs)?);
    }
    Ok(())
}

fn function(program: &mut Program, place: Place) -> Read<&mut Function> {
    match place {
        Place::Head => Err("no function began".to_owned()),
        Place::Init => Ok(&mut program.init),
        Place::Step => Ok(&mut program.step),
    }
}

fn read_head(program: &mut Program, tokens: &[Token<'_>]) -> Read<()> {
    use Token::{Plain, Quoted};
    match tokens {
        [Plain("program"), Quoted(name)] => program.name.clone_from(name),
        [Plain("param"), Quoted(name), Plain(text)] => {
            program.params.push(Param { name: name.clone(), kind: kind(text).ok_or("I or F was expected")? });
        }
        [Plain("state"), Quoted(name), Plain(text)] => {
            program.state.push(State { name: name.clone(), word: word(text).ok_or("I, F or Ref was expected")? });
        }
        [Plain("extra"), Quoted(name), Plain(text)] => {
            program.extras.push(Extra { name: name.clone(), kind: kind(text).ok_or("I or F was expected")? });
        }
        [Plain("layout"), words @ ..] => {
            let words = plain(words)?.into_iter().map(|text| word(text).ok_or_else(|| format!("{text} is no word")));
            program.layouts.push(Layout { words: words.collect::<Read<_>>()? });
        }
        [Plain("site"), Quoted(file), Plain(line), Quoted(why)] => program.sites.push(Site {
            file: file.clone(),
            line: line.parse().map_err(|_| format!("{line} is no line"))?,
            why: why.clone(),
        }),
        [Plain("observe"), Quoted(attribute), value @ ..] => {
            let value = match plain(value)?[..] {
                ["float", slot] => ObservedValue::Float(read_slot(slot)?),
                ["int", slot] => ObservedValue::Int(read_slot(slot)?),
                ["any", tag, bits] => ObservedValue::Any { tag: read_slot(tag)?, bits: read_slot(bits)? },
                _ => return Err("float, int or any was expected".to_owned()),
            };
            program.observed.push(Observed { attribute: attribute.clone(), value });
        }
        _ => return Err("neither program, param, state, extra, layout, site, observe, init nor step".to_owned()),
    }
    Ok(())
}

fn read_end(tokens: &[&str]) -> Read<Option<End>> {
    let maybe = |text: &str| if text == "-" { Ok(None) } else { read_reg(text).map(Some) };
    Ok(Some(match *tokens {
        ["jump", to] => End::Jump(read_block(to)?),
        ["branch", test, yes, no] => End::Branch { test: read_reg(test)?, yes: read_block(yes)?, no: read_block(no)? },
        ["bail", site] => End::Bail(read_site(site)?),
        ["return"] => End::Return { target: None, confidence: None },
        ["return", target] => End::Return { target: maybe(target)?, confidence: None },
        ["return", target, confidence] => End::Return { target: maybe(target)?, confidence: maybe(confidence)? },
        _ => return Ok(None),
    }))
}

fn read_inst(tokens: &[&str], regs: &[Kind]) -> Read<Inst> {
    let (given, did) = match tokens.iter().position(|token| *token == "=") {
        None => (&[][..], tokens),
        Some(at) => (&tokens[..at], &tokens[at + 1..]),
    };
    if let ["call", f, a @ .., site] = did {
        let f = names::read(f).ok_or_else(|| format!("there is no intrinsic {f}"))?;
        let regs = |texts: &[&str]| texts.iter().map(|text| read_reg(text)).collect::<Read<Vec<_>>>();
        return Ok(Inst::Call { f, d: regs(given)?, a: regs(a)?, site: read_site(site)? });
    }
    match (given, did) {
        ([], ["set", slot, a]) => Ok(Inst::Set { slot: read_slot(slot)?, a: read_reg(a)? }),
        ([], ["store", address, offset, a]) => {
            Ok(Inst::Store { address: read_reg(address)?, offset: numbered(offset, "+")?, a: read_reg(a)? })
        }
        ([], ["guard", test, site]) => Ok(Inst::Guard { test: read_reg(test)?, site: read_site(site)? }),
        ([d], did) => read_value(read_reg(d)?, did, regs),
        _ => Err("no such instruction".to_owned()),
    }
}

fn read_value(d: Reg, did: &[&str], regs: &[Kind]) -> Read<Inst> {
    match *did {
        ["const", value] => {
            let float = regs.get(d.0 as usize) == Some(&Kind::F);
            let bits = match value.strip_prefix("0x") {
                Some(hex) => u64::from_str_radix(hex, 16).ok(),
                None if float => value.parse().ok().map(f64::to_bits),
                None => value.parse().ok().map(|int: i64| int as u64),
            };
            Ok(Inst::Const { d, bits: bits.ok_or_else(|| format!("{value} is no value of r{}", d.0))? })
        }
        ["copy", a] => Ok(Inst::Copy { d, a: read_reg(a)? }),
        ["now"] => Ok(Inst::Now { d }),
        ["param", param] => Ok(Inst::Param { d, param: ParamId(numbered(param, "p")?) }),
        ["column", column, site] => {
            Ok(Inst::Column { d, column: read_column(column)?, index: None, site: read_site(site)? })
        }
        ["column", column, index, site] => {
            let index = Some(read_reg(index)?);
            Ok(Inst::Column { d, column: read_column(column)?, index, site: read_site(site)? })
        }
        ["address", column] => Ok(Inst::ColumnAddress { d, column: read_column(column)? }),
        ["get", slot] => Ok(Inst::Get { d, slot: read_slot(slot)? }),
        ["load", address, offset] => Ok(Inst::Load { d, address: read_reg(address)?, offset: numbered(offset, "+")? }),
        [name, a, b] if CompareOp::named(name).is_some() => {
            let op = CompareOp::named(name).ok_or("no comparison")?;
            Ok(Inst::Compare { op, d, a: read_reg(a)?, b: read_reg(b)? })
        }
        [name, a, site] => {
            let op = UnaryOp::named(name).ok_or_else(|| format!("there is no {name} of one register"))?;
            Ok(Inst::Unary { op, d, a: read_reg(a)?, site: read_site(site)? })
        }
        [name, a, b, site] => {
            let (a, b, site) = (read_reg(a)?, read_reg(b)?, read_site(site)?);
            if let Some(op) = IntOp::named(name) {
                return Ok(Inst::Int { op, d, a, b, site });
            }
            let op = FloatOp::named(name).ok_or_else(|| format!("there is no {name} of two registers"))?;
            Ok(Inst::Float { op, d, a, b, site })
        }
        _ => Err("no such instruction".to_owned()),
    }
}

fn plain<'a>(tokens: &[Token<'a>]) -> Read<Vec<&'a str>> {
    tokens
        .iter()
        .map(|token| match token {
            Token::Plain(text) => Ok(*text),
            Token::Quoted(text) => Err(format!("{text:?} should not be quoted")),
        })
        .collect()
}

fn numbered(text: &str, prefix: &str) -> Read<u32> {
    let number = text.strip_prefix(prefix).and_then(|number| number.parse().ok());
    number.ok_or_else(|| format!("{prefix} and a number was expected, not {text}"))
}

fn read_reg(text: &str) -> Read<Reg> {
    numbered(text, "r").map(Reg)
}

fn read_slot(text: &str) -> Read<Slot> {
    numbered(text, "s").map(Slot)
}

fn read_site(text: &str) -> Read<SiteId> {
    numbered(text, "@").map(SiteId)
}

fn read_block(text: &str) -> Read<BlockId> {
    numbered(text, "b").map(BlockId)
}

fn read_column(text: &str) -> Read<ColumnId> {
    numbered(text, "c").map(ColumnId)
}
