//! Random classes in the language, held against CPython; what differs is shrunk by leaving out statements.

use super::held::{Verdict, hold};
use super::program::Program;
use crate::seed::Seed;

/// Programs of an ordinary run of the tests.
const PROGRAMS: usize = 40;
/// Programs of one CPython process.
const BATCH: usize = 40;
const BARS: usize = 24;

/// Holds `count` programs against CPython; how many paths agreed, and in how many programs.
fn fuzz(count: usize, name: &str) -> (usize, usize) {
    let seed = Seed::new(0).child("programs").child(name);
    let (mut paths, mut native) = (0, 0);
    let mut reasons = std::collections::BTreeMap::<String, usize>::new();
    for first in (0..count).step_by(BATCH) {
        let programs: Vec<Program> =
            (first..count.min(first + BATCH)).map(|number| Program::new(seed.child(&number.to_string()))).collect();
        let sources: Vec<String> = programs.iter().map(Program::text).collect();
        for (program, verdict) in programs.into_iter().zip(hold(&sources, Some(BARS))) {
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
                    let (program, why) = shrink(program, why);
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

fn shrink(mut program: Program, mut why: String) -> (Program, String) {
    let mut at = 0;
    while at < program.statements() {
        let smaller = program.without(at);
        match hold(&[smaller.text()], Some(BARS)).pop() {
            Some(Verdict::Wrong(found)) => (program, why) = (smaller, found),
            _ => at += 1,
        }
    }
    (program, why)
}

#[test]
fn random_programs_answer_as_in_cpython() {
    let (paths, native) = fuzz(PROGRAMS, "many");
    assert!(native > PROGRAMS / 2 && paths > native, "{native} programs, {paths} paths");
}

/// `CBT_TEST_PROGRAMS=20000 cargo test --release many_random -- --ignored --nocapture`
#[test]
#[ignore = "as long as it is let"]
fn many_random_programs_answer_as_in_cpython() {
    let count = std::env::var("CBT_TEST_PROGRAMS").ok().and_then(|text| text.parse().ok()).unwrap_or(2000);
    let name = std::env::var("CBT_TEST_SEED").unwrap_or_else(|_| "many".to_owned());
    let (paths, native) = fuzz(count, &name);
    eprintln!("{paths} paths through {native} of {count} programs agree");
}
