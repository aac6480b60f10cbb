//! Programs that wait for something: what is skipped must not show.

use super::compile;
use crate::strategy::native::ir::{CompareOp, parse};
use crate::strategy::native::machine::{Budget, Columns, Memory, SharedColumn};
use crate::strategy::native::rehearsal::{Watched, heard, quarters};
use crate::strategy::native::vm::Vm;
use proptest::prelude::*;
use std::cell::Cell;
use std::fmt::Write;
use std::sync::Arc;

/// A float of a bar.
#[derive(Debug, Clone)]
enum Term {
    Column(u32),
    Limit,
    Count,
    Constant(f64),
    Held,
    /// What the constructor left.
    Kept,
    Sum(Box<Term>, Box<Term>),
    Negative(Box<Term>),
    Root(Box<Term>),
}

/// An integer of a bar.
#[derive(Debug, Clone)]
enum Whole {
    Constant(i64),
    Slot(u32),
    Flag,
    Now,
    Next(Box<Whole>),
}

#[derive(Debug, Clone)]
enum Test {
    Floats(CompareOp, Term, Term),
    Wholes(CompareOp, Whole, Whole),
    IsNan(Term),
}

#[derive(Debug, Clone)]
enum Action {
    Set(u32, Whole),
    Hold(Term),
    Return(Term),
}

fn op() -> impl Strategy<Value = CompareOp> {
    proptest::sample::select(CompareOp::ALL)
}

fn term() -> impl Strategy<Value = Term> {
    let leaf = prop_oneof![
        4 => proptest::sample::select(&[1, 2, 3, 4, 7][..]).prop_map(Term::Column),
        2 => Just(Term::Limit),
        1 => Just(Term::Count),
        2 => proptest::sample::select(&[0.0, 1.0, -1.0, 100.5, f64::NAN, -0.0][..]).prop_map(Term::Constant),
        1 => Just(Term::Held),
        2 => Just(Term::Kept),
    ];
    leaf.prop_recursive(2, 6, 2, |inner| {
        prop_oneof![
            (inner.clone(), inner.clone()).prop_map(|(a, b)| Term::Sum(Box::new(a), Box::new(b))),
            inner.clone().prop_map(|a| Term::Negative(Box::new(a))),
            inner.prop_map(|a| Term::Root(Box::new(a))),
        ]
    })
}

fn whole() -> impl Strategy<Value = Whole> {
    let leaf = prop_oneof![
        2 => (-1..3_i64).prop_map(Whole::Constant),
        4 => (0..2_u32).prop_map(Whole::Slot),
        2 => Just(Whole::Flag),
        1 => Just(Whole::Now),
    ];
    prop_oneof![4 => leaf.clone(), 1 => leaf.prop_map(|inner| Whole::Next(Box::new(inner)))]
}

fn rule() -> impl Strategy<Value = (Test, Action)> {
    let test = prop_oneof![
        4 => (op(), term(), term()).prop_map(|(op, a, b)| Test::Floats(op, a, b)),
        3 => (op(), whole(), whole()).prop_map(|(op, a, b)| Test::Wholes(op, a, b)),
        1 => term().prop_map(Test::IsNan),
    ];
    let answer = proptest::sample::select(&[0.0, 1.0, -0.5, 2.0, -7.0, f64::NAN][..]).prop_map(Term::Constant);
    let action = prop_oneof![
        4 => (0..2_u32, whole()).prop_map(|(slot, value)| Action::Set(slot, value)),
        1 => term().prop_map(Action::Hold),
        5 => answer.prop_map(Action::Return),
        1 => term().prop_map(Action::Return),
    ];
    (test, action)
}

/// Writes the step, a register per value.
#[derive(Default)]
struct Writer {
    kinds: Vec<char>,
    text: String,
}

impl Writer {
    fn line(&mut self, kind: char, what: &str) -> String {
        let reg = format!("r{}", self.kinds.len());
        self.kinds.push(kind);
        let _ = writeln!(self.text, "  {reg} = {what}");
        reg
    }

    fn float(&mut self, term: &Term) -> String {
        match term {
            Term::Column(column) => self.line('F', &format!("column c{column} @0")),
            Term::Limit => self.line('F', "param p0"),
            Term::Count => {
                let count = self.line('I', "param p1");
                self.line('F', &format!("to_float {count} @0"))
            }
            Term::Constant(value) => self.line('F', &format!("const {:#x}", value.to_bits())),
            Term::Held => self.line('F', "get s2"),
            Term::Kept => self.line('F', "get s3"),
            Term::Sum(a, b) => {
                let (a, b) = (self.float(a), self.float(b));
                self.line('F', &format!("float.add {a} {b} @0"))
            }
            Term::Negative(a) => {
                let a = self.float(a);
                self.line('F', &format!("neg {a} @0"))
            }
            Term::Root(a) => {
                let a = self.float(a);
                self.line('F', &format!("sqrt_ieee {a} @0"))
            }
        }
    }

    fn int(&mut self, whole: &Whole) -> String {
        match whole {
            Whole::Constant(value) => self.line('I', &format!("const {value}")),
            Whole::Slot(slot) => self.line('I', &format!("get s{slot}")),
            Whole::Flag => self.line('I', "column c6 @0"),
            Whole::Now => self.line('I', "now"),
            Whole::Next(a) => {
                let (a, one) = (self.int(a), self.line('I', "const 1"));
                self.line('I', &format!("int.add {a} {one} @0"))
            }
        }
    }

    fn rule(&mut self, index: usize, (test, action): &(Test, Action)) {
        let (here, then, next) = (2 * index, 2 * index + 1, 2 * index + 2);
        let _ = writeln!(self.text, "b{here}:");
        let test = match test {
            Test::Floats(op, a, b) => {
                let (a, b) = (self.float(a), self.float(b));
                self.line('I', &format!("{} {a} {b}", op.name()))
            }
            Test::Wholes(op, a, b) => {
                let (a, b) = (self.int(a), self.int(b));
                self.line('I', &format!("{} {a} {b}", op.name()))
            }
            Test::IsNan(a) => {
                let a = self.float(a);
                self.line('I', &format!("is_nan {a} @0"))
            }
        };
        let _ = writeln!(self.text, "  branch {test} b{then} b{next}\nb{then}:");
        let end = match action {
            Action::Set(slot, value) => {
                let value = self.int(value);
                format!("  set s{slot} {value}\n  jump b{next}")
            }
            Action::Hold(value) => {
                let value = self.float(value);
                format!("  set s2 {value}\n  jump b{next}")
            }
            Action::Return(value) => format!("  return {}", self.float(value)),
        };
        let _ = writeln!(self.text, "{end}");
    }
}

fn text(rules: &[(Test, Action)], last: f64) -> String {
    let mut writer = Writer::default();
    rules.iter().enumerate().for_each(|(index, rule)| writer.rule(index, rule));
    let _ = writeln!(writer.text, "b{}:", 2 * rules.len());
    let last = writer.line('F', &format!("const {:#x}", last.to_bits()));
    let kinds: String = writer.kinds.iter().map(|kind| format!(" {kind}")).collect();
    format!(
        "program \"Machine\"\nparam \"limit\" F\nparam \"count\" I\nstate \"a\" I\nstate \"b\" I\nstate \"x\" F\nstate \"kept\" F\nextra \
         \"flag\" I\nextra \"level\" F\nsite \"machine.py\" 1 \"an integer over 64 bits\"\n\ninit I F F\nb0:\n  r0 = const \
         0\n  r1 = const 0.0\n  r2 = param p0\n  set s0 r0\n  set s1 r0\n  set s2 r1\n  set s3 r2\n  return\n\nstep{kinds}\n{}  return {last}\n",
        writer.text
    )
}

/// Closes on a grid, a flag that turns now and then in steps of `step`, and a level that is NaN at first.
fn columns(bars: usize, step: i64) -> Columns {
    let mut columns = quarters(bars);
    let flag = (0..bars).map(|bar| (step * (bar / 17 % 3) as i64).cast_unsigned()).collect();
    let level = |bar: usize| if bar < 11 { f64::NAN } else { 101.0 + (bar / 13 % 4) as f64 };
    columns.push(Arc::new(SharedColumn::new(flag)));
    columns.push(Arc::new(SharedColumn::new((0..bars).map(|bar| level(bar).to_bits()).collect())));
    columns
}

thread_local! {
    static RESTING: Cell<u32> = const { Cell::new(0) };
}

#[test]
fn machines_that_wait_answer_as_in_the_interpreter() {
    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig::with_cases(400));
    let machines = (proptest::collection::vec(rule(), 1..7), proptest::sample::select(&[0.0, 1.0, f64::NAN][..]));
    // Words of events that are full, that are not, and none; flags that fit into bytes, and that do not.
    let markets = [columns(200, 1), columns(256, -1), columns(256, 127), columns(150, 1 << 40), columns(40, 1)];
    runner
        .run(&machines, |(rules, last)| {
            let program = parse(&text(&rules, last)).unwrap();
            let (vm, compiled) = (Vm::new(&program).unwrap(), compile(&program).unwrap());
            RESTING.set(RESTING.get() + u32::from(compiled.skips()));
            let mut memory = Memory::default();
            for columns in &markets {
                for params in [[101.25_f64.to_bits(), 2], [f64::NAN.to_bits(), 104]] {
                    let budget = Budget::default();
                    let mut run =
                        |executable| heard((&program, executable), columns, &params, &mut memory, budget, Watched::Yes);
                    assert_eq!(run(&compiled), run(&vm), "{program}");
                }
            }
            Ok(())
        })
        .unwrap();
    assert!(RESTING.get() > 100, "only {} of them rest", RESTING.get());
}
