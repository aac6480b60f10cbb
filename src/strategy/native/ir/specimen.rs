//! Lines of `tests/language/ir/*.md` as programs: what one instruction or a chain of calls does, on any executor.
//!
//! `int.floordiv 7 -2 → -4` is an instruction. `list [1.0, 2.0] | pop → [1.0, 2.0]` makes a list or a
//! deque with its maxlen, calls one intrinsic after the other, and says what the list is in the end; what a call
//! takes out or computes is pushed at the end. `_` is a bound left out.

use super::{CompareOp, FloatOp, IntOp, Kernel, Program, UnaryOp, parse};
use crate::market::Series;
use crate::strategy::native::machine::{Budget, Columns, Executable, Finish, Memory, Said};
use std::fmt::Write;

/// Bars, and so the longest list that can be read out.
const BARS: usize = 100;

/// What a line gives: floats, or None where it bails. An int comes as a float.
pub fn evaluate(line: &str, executor: &dyn Fn(&Program) -> Box<dyn Executable>) -> Option<Vec<f64>> {
    let listed = line.starts_with("list") || line.starts_with("deque");
    let text = if listed { of_list(line) } else { of_instruction(line) };
    let program = parse(&text).unwrap_or_else(|error| panic!("{line}: {error:?} in\n{text}"));
    let mut said = Said::default();
    let finish = executor(&program).run(&columns(), &[], &mut Memory::default(), Budget::default(), &mut said, None);
    match finish {
        Finish::Done if listed => Some(said.targets[1..=said.targets[0] as usize].to_vec()),
        Finish::Done => Some(said.targets[..1].to_vec()),
        Finish::Bail { .. } => None,
        other => panic!("{line}: {other:?}"),
    }
}

fn columns() -> Columns {
    let column = vec![1.0; BARS];
    Columns::of(&Series {
        name: "specimen".to_owned(),
        timestamp: (0..BARS as i64).collect(),
        open: column.clone(),
        high: column.clone(),
        low: column.clone(),
        close: column.clone(),
        volume: column,
        periods_per_year: 252.0,
    })
}

fn of_instruction(line: &str) -> String {
    let words: Vec<&str> = line.split(' ').collect();
    let operands = &words[1..];
    let float = |text: &str| text.contains(['.', 'n', 'e']);
    let kind = |text: &str| if float(text) { "F" } else { "I" };
    let compared = CompareOp::named(words[0]).is_some();
    let gives = if let Some(op) = UnaryOp::named(words[0]) {
        format!("{:?}", op.signature().1)
    } else if compared || IntOp::named(words[0]).is_some() {
        "I".to_owned()
    } else {
        assert!(FloatOp::named(words[0]).is_some(), "there is no {}", words[0]);
        "F".to_owned()
    };
    let kinds: String = operands.iter().map(|text| format!(" {}", kind(text))).collect();
    let site = if compared { "" } else { " @0" };
    let mut text = format!("site \"x.py\" 1 \"x\"\ninit\nb0:\n  return\nstep F {gives}{kinds}\nb0:\n");
    let mut taken = String::new();
    for (index, operand) in operands.iter().enumerate() {
        let _ = writeln!(text, "  r{} = const {operand}", index + 2);
        let _ = write!(taken, " r{}", index + 2);
    }
    let _ = writeln!(text, "  r1 = {}{taken}{site}", words[0]);
    text + if gives == "I" { "  r0 = to_float r1 @0\n  return r0\n" } else { "  return r1\n" }
}

/// Registers: r0 the list, r1 … r6 of kind I, r7 … r9 of kind F.
fn of_list(line: &str) -> String {
    let mut steps = line.split(" | ");
    let mut text =
        String::from("layout F\nsite \"x.py\" 1 \"x\"\ninit\nb0:\n  return\nstep I I I I I I I F F F\nb0:\n");
    literal(&mut text, 0, steps.next().unwrap_or_default());
    for step in steps {
        let (name, rest) = step.split_once(' ').unwrap_or((step, ""));
        let words: Vec<&str> = rest.split(' ').collect();
        let given = |text: &mut String, first: usize, words: &[&str]| {
            for (index, word) in words.iter().enumerate() {
                let word = match (*word, index) {
                    ("_", 0) => "-9223372036854775808",
                    ("_", _) => "9223372036854775807",
                    (word, _) => word,
                };
                let _ = writeln!(text, "  r{} = const {word}", first + index);
            }
        };
        let line = |text: &mut String, line: &str| *text += &format!("  {line}\n");
        match name {
            "push" | "push_front" => {
                given(&mut text, 7, &words);
                line(&mut text, &format!("r1 = call list.{name} r0 @0"));
                line(&mut text, "store r1 +0 r7");
            }
            "insert" => {
                given(&mut text, 2, &words[..1]);
                given(&mut text, 7, &words[1..]);
                line(&mut text, "r1 = call list.insert r0 r2 @0");
                line(&mut text, "store r1 +0 r7");
            }
            "pop" | "pop_front" => {
                line(&mut text, &format!("r1 = call list.{name} r0 @0"));
                line(&mut text, "r7 = load r1 +0");
                result(&mut text);
            }
            "pop_at" | "at" => {
                given(&mut text, 2, &words);
                line(&mut text, &format!("r1 = call list.{name} r0 r2 @0"));
                line(&mut text, "r7 = load r1 +0");
                result(&mut text);
            }
            "length" => {
                line(&mut text, "r1 = call list.length r0 @0");
                line(&mut text, "r7 = to_float r1 @0");
                result(&mut text);
            }
            "clear" | "reverse" => line(&mut text, &format!("call list.{name} r0 @0")),
            "sort" => {
                given(&mut text, 2, &words);
                line(&mut text, "call list.sort_float r0 r2 @0");
            }
            "delete_range" => {
                given(&mut text, 2, &words);
                line(&mut text, "call list.delete_range r0 r2 r3 @0");
            }
            "slice" => {
                given(&mut text, 2, &words);
                line(&mut text, "r0 = call list.slice r0 r2 r3 @0");
            }
            "slice_step" => {
                given(&mut text, 2, &words);
                line(&mut text, "r0 = call list.slice_step r0 r2 r3 r4 @0");
            }
            "view" => {
                given(&mut text, 2, &words);
                line(&mut text, "r4 r5 = call list.view r0 @0");
                line(&mut text, "r2 r3 = call slice.bounds r5 r2 r3 @0");
                line(&mut text, "r4 = int.add r4 r2 @0");
                line(&mut text, "r0 = call list.from_view:0 r4 r3 @0");
            }
            "repeat" | "copy" => {
                given(&mut text, 2, &words);
                line(&mut text, &format!("r0 = call list.{name} r0 r2 @0"));
            }
            "concat" => {
                literal(&mut text, 2, rest);
                line(&mut text, "r0 = call list.concat r0 r2 @0");
            }
            "extend" => {
                literal(&mut text, 2, rest);
                line(&mut text, "call list.extend r0 r2 @0");
            }
            "double" => line(&mut text, "call list.extend r0 r0 @0"),
            "quantile" => {
                given(&mut text, 8, &words);
                line(&mut text, "r1 r2 = call list.view r0 @0");
                line(&mut text, "r7 = call numpy.quantile r1 r2 r8 @0");
                result(&mut text);
            }
            "round_digits" => {
                given(&mut text, 8, &words[..1]);
                given(&mut text, 2, &words[1..]);
                line(&mut text, "r7 = call round_digits r8 r2 @0");
                result(&mut text);
            }
            kernel if Kernel::named(kernel).is_some() => {
                given(&mut text, 2, &words[..2]);
                given(&mut text, 8, &words[2..]);
                line(&mut text, "r4 r5 = call list.view r0 @0");
                line(&mut text, &format!("r0 = call {kernel}:0 r4 r5 r2 r3 r8 @0"));
            }
            reduction => {
                line(&mut text, "r1 r2 = call list.view r0 @0");
                line(&mut text, &format!("r7 = call {reduction} r1 r2 @0"));
                result(&mut text);
            }
        }
    }
    text + READ_OUT
}

/// At bar 0 the list's length, at bar n its nth element.
const READ_OUT: &str = "  r1 = call list.length r0 @0
  r2 = now
  branch r2 b2 b1
b1:
  r7 = to_float r1 @0
  return r7
b2:
  r3 = is.le r2 r1
  branch r3 b3 b1
b3:
  r3 = const -1
  r2 = int.add r2 r3 @0
  r3 = call list.at r0 r2 @0
  r7 = load r3 +0
  return r7
";

fn result(text: &mut String) {
    *text += "  r6 = call list.push r0 @0\n  store r6 +0 r7\n";
}

/// `list [1.0, 2.0]`, `deque:3 [1.0]` into register `d`.
fn literal(text: &mut String, d: usize, literal: &str) {
    let (kind, elements) = literal.split_once(' ').unwrap_or((literal, "[]"));
    match kind.split_once(':') {
        None => *text += &format!("  r{d} = call list.new:0 @0\n"),
        Some((_, maxlen)) => *text += &format!("  r1 = const {maxlen}\n  r{d} = call deque.new:0 r1 @0\n"),
    }
    for element in floats(elements) {
        *text += &format!("  r1 = call list.push r{d} @0\n  r7 = const {element:?}\n  store r1 +0 r7\n");
    }
}

/// `[1.0, 2.0]`
pub fn floats(text: &str) -> Vec<f64> {
    let inside = text.trim_matches(['[', ']']);
    let read = |text: &str| text.parse().unwrap_or_else(|_| panic!("{text} is no float"));
    if inside.is_empty() { Vec::new() } else { inside.split(", ").map(read).collect() }
}

/// Runs every line of the fenced blocks of a page on an executor.
pub fn check_page(page: &str, executor: &dyn Fn(&Program) -> Box<dyn Executable>) {
    let mut checked = 0;
    let mut fenced = false;
    for line in page.lines() {
        if line.starts_with("```") {
            fenced = !fenced;
        } else if let Some((before, after)) = line.split_once(" → ").filter(|_| fenced) {
            let given = evaluate(before, executor);
            let expected = match after {
                "bails" => None,
                list if list.starts_with('[') => Some(floats(list)),
                one => Some(vec![one.parse().unwrap_or_else(|_| panic!("{one} is no number"))]),
            };
            let shown = |values: &Option<Vec<f64>>| format!("{values:?}");
            assert_eq!(shown(&given), shown(&expected), "{line}");
            checked += 1;
        }
    }
    assert!(checked > 10, "only {checked} lines were found");
}
