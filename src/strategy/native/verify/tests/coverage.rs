//! A branch that no gate market takes, in a real program in the real interpreter.

use super::Cpython;
use crate::market::Series;
use crate::seed::Seed;
use crate::strategy::native::executors::BUILDS;
use crate::strategy::native::ir::{Program, check, parse};
use crate::strategy::native::lower::Lowered;
use crate::strategy::native::verify::{Edge, Gate, Instrumented, NEVER_SEEN, Part, Verified, restrict};
use crate::strategy::native::{Arguments, Rung, Seat, Unit};
use crate::strategy::{Answers, Executor, Held, Outcome, ParamSet, Trace, Witness};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Long while the close rises, short where the volume is one that never comes.
const TEXT: &str = r#"
program "rare"
state "last" F
state "bars" I
observe "last" float s0
site "rare.py" 9 "a column"

init F I
b0:
  r0 = const 0.0
  set s0 r0
  r1 = const 0
  set s1 r1
  return

step F F I F F I
b0:
  r0 = column c5 @0
  r1 = const 12345.0
  r2 = is.eq r0 r1
  branch r2 b1 b2
b1:
  r3 = const -1.0
  jump b5
b2:
  r0 = column c4 @0
  r1 = get s0
  set s0 r0
  r2 = is.gt r0 r1
  branch r2 b3 b4
b3:
  r3 = const 1.0
  jump b5
b4:
  r3 = const 0.0
  jump b5
b5:
  return r3
"#;

struct Rare;

impl Executor for Rare {
    fn run(&mut self, market: &Series, sets: &[ParamSet]) -> Vec<Outcome> {
        self.trace(market, sets, &[]).into_iter().map(|(outcome, _)| outcome).collect()
    }
}

impl Witness for Rare {
    fn trace(&mut self, market: &Series, sets: &[ParamSet], attributes: &[String]) -> Vec<(Outcome, Trace)> {
        let (mut last, mut targets, mut held) = (0.0, Vec::new(), Vec::new());
        for (&close, &volume) in market.close.iter().zip(&market.volume) {
            if volume == 12345.0 {
                targets.push(-1.0);
            } else {
                targets.push(if close > last { 1.0 } else { 0.0 });
                last = close;
            }
            held.extend(attributes.iter().map(|_| Held::Float(last)));
        }
        let answers = Answers { targets, clipped: 0, confidence: None };
        vec![(Outcome::Ok(answers), Trace::new(attributes.len(), held)); sets.len()]
    }
}

fn program() -> Program {
    let program = parse(TEXT).unwrap();
    assert_eq!(check(&program), Ok(()));
    program
}

fn verified() -> (Verified, Arguments) {
    let program = program();
    let lowered = Lowered { program: program.clone(), strings: vec![] };
    let arguments = Arguments::new(&lowered, &[]).unwrap();
    let gate = Gate {
        strategy: "rare",
        program: &program,
        parameters: &[],
        arguments: &arguments,
        builds: BUILDS,
        real: &[],
        now: String::new(),
    };
    (gate.verify(&mut Rare), arguments)
}

#[test]
fn edges_that_were_taken_are_known_and_the_others_bail_at_their_place() {
    let (found, _) = verified();
    let verdict = &found.verdict;
    assert!(verdict.parted.is_empty() && verdict.rung > Rung::Cpython, "{verdict:?}");
    let edge = |block, yes| Edge { part: Part::Step, block, yes };
    assert_eq!(verdict.edges, 4);
    assert_eq!(verdict.reached, [edge(0, false), edge(2, false), edge(2, true)]);
    let (_, restricted) = found.executable.unwrap();
    assert_eq!(check(&restricted), Ok(()));
    let site = restricted.sites.last().unwrap();
    assert_eq!((site.file.as_str(), site.line, site.why.as_str()), ("rare.py", 9, NEVER_SEEN));
}

#[test]
fn a_branch_never_seen_is_left_in_production_and_replayed() {
    let (found, arguments) = verified();
    let rung = found.verdict.rung;
    let unit = Unit::new("rare".into(), rung, found.executable.unwrap(), arguments, Seed::new(1));
    let unit = Arc::new(unit);
    let mut seat = Seat::new(unit.clone(), Box::new(Rare), 0.0);
    let mut market = super::seat::market("bull/train/0", 50.0);
    let plain = |market: &Series| format!("{:?}", Rare.run(market, &[ParamSet::new()]));
    let run = |seat: &mut Seat, market: &Series| format!("{:?}", seat.run(market, &[ParamSet::new()]));
    assert_eq!(run(&mut seat, &market), plain(&market));
    assert_eq!((unit.tally().native, unit.tally().replayed), (1, 0));
    market.volume[100] = 12345.0;
    assert_eq!(run(&mut seat, &market), plain(&market));
    let tally = unit.tally();
    assert_eq!((tally.native, tally.replayed), (1, 1));
    assert_eq!(tally.bails["rare.py:9: never seen in verification"], 1);
}

#[test]
fn instrumented_and_restricted_programs_are_sound_programs() {
    let program = program();
    assert_eq!(check(&Instrumented::new(&program).program), Ok(()));
    let all: BTreeSet<Edge> = Edge::all(&program).into_iter().collect();
    assert_eq!(restrict(&program, &all), program);
    assert_eq!(check(&restrict(&program, &BTreeSet::new())), Ok(()));
}

#[test]
fn a_program_of_another_class_is_no_match() {
    // The same gate with CPython answering for another class.
    let program = program();
    let arguments = Arguments::new(&Lowered { program: program.clone(), strings: vec![] }, &[]).unwrap();
    let gate = Gate {
        strategy: "rare",
        program: &program,
        parameters: &[],
        arguments: &arguments,
        builds: BUILDS,
        real: &[],
        now: String::new(),
    };
    assert!(gate.verify(&mut Cpython::new()).executable.is_none());
}
