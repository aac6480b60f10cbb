mod random;
mod safety;

use super::compile;
use crate::market::Series;
use crate::strategy::native::ir::specimen::check_page;
use crate::strategy::native::ir::{Program, parse};
use crate::strategy::native::machine::{Budget, Columns, Executable, Finish, Memory, Said};
use crate::strategy::native::vm::Vm;

/// Prices that go up and down.
fn waves(bars: usize) -> Columns {
    let closes: Vec<f64> = (0..bars).map(|bar| 100.0 + 10.0 * (bar as f64 / 7.0).sin() + (bar % 5) as f64).collect();
    let series = Series {
        name: "waves".to_owned(),
        periods_per_year: 252.0,
        timestamp: (0..bars as i64).map(|bar| bar * 86_400_000_000).collect(),
        open: closes.clone(),
        high: closes.iter().map(|close| close + 1.0).collect(),
        low: closes.iter().map(|close| close - 1.0).collect(),
        volume: vec![1_000.0; bars],
        close: closes,
    };
    Columns::of(&series)
}

/// How a run ended, what it said, and all state after each bar.
type Run = (Finish, Vec<u64>, u64, usize, Vec<Vec<u64>>);

fn run(executable: &dyn Executable, columns: &Columns, params: &[u64], budget: Budget, memory: &mut Memory) -> Run {
    let mut said = Said::default();
    let mut states = Vec::new();
    let mut observe = |bar: usize, state: &[u64]| {
        assert_eq!(bar, states.len());
        states.push(state.to_vec());
    };
    let finish = executable.run(columns, params, memory, budget, &mut said, Some(&mut observe));
    let observed = said.clone();
    let fast = executable.run(columns, params, memory, budget, &mut said, None);
    assert_eq!(finish, fast);
    if finish != Finish::Done {
        return (finish, Vec::new(), 0, 0, states);
    }
    let bits = |said: &Said| said.targets.iter().map(|target| target.to_bits()).collect::<Vec<_>>();
    assert_eq!(bits(&observed), bits(&said));
    (finish, bits(&said), said.confidence_sum.to_bits(), said.confident, states)
}

/// Interpreted and compiled, which have to agree.
fn both(text: &str, bars: usize, params: &[u64], budget: Budget) -> Run {
    let program = parse(text).unwrap();
    let columns = waves(bars);
    let mut memory = Memory::default();
    let interpreted = run(&Vm::new(&program).unwrap(), &columns, params, budget, &mut memory);
    let compiled = run(&compile(&program).unwrap(), &columns, params, budget, &mut memory);
    assert_eq!(interpreted, compiled);
    compiled
}

/// A moving average over a deque, with a loop over it.
const AVERAGE: &str = r#"
program "Average"
param "period" I
state "window" Ref
layout F
site "average.py" 4 "never"

init I I
b0:
  r0 = param p0
  r1 = call deque.new:0 r0 @0
  set s0 r1
  return

step I I F I I F I F I
b0:
  r0 = get s0
  r1 = call list.push r0 @0
  r2 = column c4 @0
  store r1 +0 r2
  r3 r4 = call list.view r0 @0
  r5 = const 0.0
  r6 = const 0
  jump b1
b1:
  r8 = is.lt r6 r4
  branch r8 b2 b3
b2:
  r8 = int.add r3 r6 @0
  r7 = load r8 +0
  r5 = float.add r5 r7 @0
  r8 = const 1
  r6 = int.add r6 r8 @0
  jump b1
b3:
  r7 = to_float r4 @0
  r5 = float.div r5 r7 @0
  return r5 r7
"#;

#[test]
fn a_window_slides_as_in_the_interpreter() {
    for period in [0, 1, 4, 50] {
        let (finish, targets, ..) = both(AVERAGE, 1_000, &[period], Budget::default());
        if period == 0 {
            assert!(matches!(finish, Finish::Bail { bar: Some(0), .. }), "{finish:?}");
        } else {
            assert_eq!(finish, Finish::Done);
            assert_eq!(targets.len(), 1_000);
        }
    }
    let tight = Budget { rounds: 10, ..Budget::default() };
    let (finish, ..) = both(AVERAGE, 100, &[50], tight);
    assert_eq!(finish, Finish::Fuel { bar: Some(10) });
    let small = Budget { words: 20, ..Budget::default() };
    let (finish, ..) = both(AVERAGE, 100, &[50], small);
    assert!(matches!(finish, Finish::Memory { bar: Some(_) }), "{finish:?}");
}

const Z_SCORE: [&str; 2] = [
    include_str!("../../../../../benches/programs/z_score_trail.ir"),
    include_str!("../../../../../benches/programs/z_score_trail_incremental.ir"),
];

#[test]
fn z_score_classes_answer_as_in_the_interpreter() {
    for text in Z_SCORE {
        for (window, entry) in [(2, 0.5), (20, 1.0), (60, 1.5)] {
            let params = [window, f64::to_bits(entry), 0.5f64.to_bits(), 0.03f64.to_bits(), 5];
            let (finish, targets, ..) = both(text, 1_000, &params, Budget::default());
            assert_eq!(finish, Finish::Done);
            let entries = targets.iter().filter(|target| **target == 1.0f64.to_bits()).count();
            assert!(entries > 5, "{entries} entries");
        }
        let (finish, ..) = both(text, 10, &[1, 0, 0, 0, 5], Budget::default());
        assert!(matches!(finish, Finish::Bail { bar: Some(0), .. }), "{finish:?}");
    }
}

fn compiled(program: &Program) -> Box<dyn Executable> {
    Box::new(compile(program).unwrap())
}

#[test]
fn instructions_do_what_the_page_says() {
    check_page(include_str!("../../../../../tests/language/ir/instructions.md"), &compiled);
}

#[test]
fn lists_do_what_the_page_says() {
    check_page(include_str!("../../../../../tests/language/ir/lists.md"), &compiled);
}

#[test]
fn squares_are_those_of_the_platform() {
    let text = r#"
program "Square"
param "scale" F
state "unused" I
site "square.py" 1 "OverflowError"

init
b0:
  return

step F F
b0:
  r0 = column c4 @0
  r1 = param p0
  r0 = float.mul r0 r1 @0
  r1 = const 2.0
  r0 = float.pow r0 r1 @0
  return r0
"#;
    for scale in [0.0, 1.0, -3.7, 1.0 / 128.0, 1e-118, 1e-170, 1e118, 1e140, f64::NAN, f64::INFINITY] {
        let (finish, ..) = both(text, 2_000, &[scale.to_bits()], Budget::default());
        assert!(matches!(finish, Finish::Done), "{scale}: {finish:?}");
    }
    assert!(matches!(both(text, 10, &[1e155_f64.to_bits()], Budget::default()).0, Finish::Bail { bar: Some(0), .. }));
}
