//! Markets to try programs on, and a run of one as it is heard in every form an executor has: all have to agree.

use super::ir::{Program, Word};
use super::machine::{Budget, Columns, Executable, Finish, Memory, Moves, Said};
use crate::market::Series;

/// A moving average over a deque, with a loop over it; the length of the window is its confidence.
pub const AVERAGE: &str = r#"
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

/// W2 of `benches/native.rs` as naive code, and with running sums.
pub const Z_SCORE: [&str; 2] = [
    include_str!("../../../benches/programs/z_score_trail.ir"),
    include_str!("../../../benches/programs/z_score_trail_incremental.ir"),
];

/// Days whose highs and lows are one off the close.
pub fn of_closes(closes: &[f64]) -> Columns {
    Columns::of(&Series {
        name: "rehearsal".to_owned(),
        periods_per_year: 252.0,
        timestamp: (0..closes.len() as i64).map(|bar| bar * 86_400_000_000).collect(),
        open: closes.to_vec(),
        high: closes.iter().map(|close| close + 1.0).collect(),
        low: closes.iter().map(|close| close - 1.0).collect(),
        close: closes.to_vec(),
        volume: vec![1_000.0; closes.len()],
    })
}

/// Prices that go up and down.
pub fn waves(bars: usize) -> Columns {
    let closes: Vec<f64> = (0..bars).map(|bar| 100.0 + 10.0 * (bar as f64 / 7.0).sin() + (bar % 5) as f64).collect();
    of_closes(&closes)
}

/// Prices on a grid of quarters, so that equal ones are met.
pub fn quarters(bars: usize) -> Columns {
    let close = |bar: usize| 100.0 + ((bar * 37) % 23) as f64 / 4.0 - ((bar / 9) % 5) as f64;
    of_closes(&(0..bars).map(close).collect::<Vec<_>>())
}

/// How a run ended, and what was said by then where it is done; every NaN is the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heard {
    pub finish: Finish,
    pub targets: Vec<u64>,
    pub confidences: (u64, usize),
    /// After each bar, without addresses; of nobody where nobody watches.
    pub states: Vec<Vec<u64>>,
}

fn bits(value: f64) -> u64 {
    if value.is_nan() { f64::NAN.to_bits() } else { value.to_bits() }
}

/// Whether the state is heard after each bar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Watched {
    Yes,
    No,
}

/// Runs `executable`, which was made of `program`.
///
/// # Panics
/// If watching it, or asking for changes only, changes an answer.
pub fn heard(
    (program, executable): (&Program, &dyn Executable),
    columns: &Columns,
    params: &[u64],
    memory: &mut Memory,
    budget: Budget,
    watched: Watched,
) -> Heard {
    let mut said = Said::default();
    let finish = executable.run(columns, params, memory, budget, &mut said, None);
    let mut found = plain(finish, &said);
    let mut moves = Moves::default();
    let end = executable.moves(columns, params, memory, budget, &mut moves);
    assert_eq!(end, finish, "asked for changes\n{program}");
    if finish == Finish::Done {
        let mut expected = Moves { said, ..Moves::default() };
        expected.hear();
        let read = |moves: &Moves| {
            let changes = moves.changes.iter().map(|change| (change.bar, change.target.to_bits())).collect::<Vec<_>>();
            (changes, moves.clipped, bits(moves.confidence_sum), moves.confident)
        };
        assert_eq!(read(&moves), read(&expected), "asked for changes\n{program}");
    }
    if watched == Watched::Yes {
        let mut states: Vec<Vec<u64>> = Vec::new();
        let value = |(slot, word): (usize, &u64)| match program.state[slot].word {
            Word::Ref => None,
            Word::F => Some(bits(f64::from_bits(*word))),
            Word::I => Some(*word),
        };
        let mut observe = |bar: usize, state: &[u64]| {
            assert_eq!(bar, states.len());
            states.push(state.iter().enumerate().filter_map(value).collect());
        };
        let mut said = Said::default();
        let end = executable.run(columns, params, memory, budget, &mut said, Some(&mut observe));
        assert_eq!(plain(end, &said), found, "watched\n{program}");
        found.states = states;
    }
    found
}

fn plain(finish: Finish, said: &Said) -> Heard {
    let done = finish == Finish::Done;
    Heard {
        finish,
        targets: said.targets.iter().filter(|_| done).map(|target| bits(*target)).collect(),
        confidences: if done { (bits(said.confidence_sum), said.confident) } else { (0, 0) },
        states: Vec::new(),
    }
}
