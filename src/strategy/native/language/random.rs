//! Random classes in the language, held against CPython; what differs is shrunk by leaving out statements.

use super::held::{Extent, Verdict, hold};
use super::program::Program;
use crate::seed::Seed;

/// Programs of an ordinary run of the tests.
const PROGRAMS: usize = 40;
/// Programs of one CPython process.
const BATCH: usize = 40;
const BARS: usize = 24;
/// Of an ordinary run, and of a long one: the paths of a program differ in market and parameters.
const FEW: &[(i64, f64)] = &[(-1, 0.5), (3, 1.75)];
const MANY: &[(i64, f64)] = &[
    (-1, 0.5),
    (3, 1.75),
    (1, 0.9),
    (2, -1.0),
    (4, 0.1),
    (5, 3.0),
    (7, 0.0),
    (-2, 1.01),
    (-3, 10.0),
    (9, -0.25),
    (6, 1e-3),
    (8, 1.3),
    (12, 0.75),
    (10, 1e3),
    (17, 2.0),
];

/// Holds `count` programs against CPython; how many paths agreed, and in how many programs.
fn fuzz(count: usize, name: &str, changes: &'static [(i64, f64)]) -> (usize, usize) {
    let seed = Seed::new(0).child("programs").child(name);
    let (mut paths, mut native) = (0, 0);
    let mut reasons = std::collections::BTreeMap::<String, usize>::new();
    for first in (0..count).step_by(BATCH) {
        let programs: Vec<Program> =
            (first..count.min(first + BATCH)).map(|number| Program::new(seed.child(&number.to_string()))).collect();
        let markets = seed.child("markets").child(&first.to_string());
        // CPython's exact fractions cost a hundred times as much as anything else: such a program gets fewer paths.
        let (dear, cheap): (Vec<_>, Vec<_>) =
            programs.into_iter().partition(|program| program.text().contains("statistics."));
        let held = [(dear, FEW), (cheap, changes)].into_iter().flat_map(|(programs, changes)| {
            let sources: Vec<String> = programs.iter().map(Program::text).collect();
            let extent = Extent { bars: BARS, markets, changes };
            let verdicts = hold(&sources, &extent);
            programs.into_iter().zip(verdicts).map(move |(program, verdict)| (program, verdict, extent.clone()))
        });
        for (program, verdict, extent) in held {
            match verdict {
                Verdict::Native { runs, .. } => {
                    paths += runs;
                    native += 1;
                }
                Verdict::Bails(why) => *reasons.entry(bail(&why)).or_default() += 1,
                Verdict::Refused(obstacle) => {
                    let what = format!("refused: {}: {}", obstacle.construct, obstacle.why);
                    *reasons.entry(what).or_default() += 1;
                }
                // Discovery does not take every answer for a signal.
                Verdict::Unfit(why) => *reasons.entry(why).or_default() += 1,
                Verdict::Wrong(why) => {
                    let (program, why) = shrink(program, why, &extent);
                    panic!("{why}\n{}", program.text());
                }
            }
        }
    }
    for (what, count) in reasons {
        eprintln!("{count:>6} {what}");
    }
    (paths, native)
}

fn bail(why: &str) -> String {
    let place = why.split_once("leaves at").map_or(why, |(_, rest)| rest);
    let (place, cpython) = place.split_once("; CPython").unwrap_or((place, ""));
    let site = place.splitn(3, ": ").nth(2).unwrap_or(place);
    let cpython = if cpython.contains("goes on") { "goes on" } else { "raises elsewhere" };
    format!("bails: {site}: CPython {cpython}")
}

fn shrink(mut program: Program, mut why: String, extent: &Extent) -> (Program, String) {
    let mut at = 0;
    while at < program.statements() {
        let smaller = program.without(at);
        match hold(&[smaller.text()], extent).pop() {
            Some(Verdict::Wrong(found)) => (program, why) = (smaller, found),
            _ => at += 1,
        }
    }
    (program, why)
}

#[test]
fn random_programs_answer_as_in_cpython() {
    let (paths, native) = fuzz(PROGRAMS, "many", FEW);
    assert!(native > PROGRAMS / 2 && paths > native, "{native} programs, {paths} paths");
}

/// `CBT_TEST_PROGRAMS=20000 cargo test --release many_random -- --ignored --nocapture`
#[test]
#[ignore = "as long as it is let"]
fn many_random_programs_answer_as_in_cpython() {
    let count = std::env::var("CBT_TEST_PROGRAMS").ok().and_then(|text| text.parse().ok()).unwrap_or(2000);
    let name = std::env::var("CBT_TEST_SEED").unwrap_or_else(|_| "many".to_owned());
    let (paths, native) = fuzz(count, &name, MANY);
    eprintln!("{paths} paths through {native} of {count} programs agree");
}
