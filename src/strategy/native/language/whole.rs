//! `tests/language/whole_frames.md`: classes that are given all bars at once, on columns and in CPython with pandas.

use super::oracle::{self, Question};
use super::pages::{Case, cases};
use crate::discovery::{NoConfigFiles, Parameter, Params, PlaceKind, Status, Strategy, scan};
use crate::market::Series;
use crate::seed::Seed;
use crate::strategy::native::answers::difference;
use crate::strategy::native::frame::{Cause, Exit, Market, Outcome, Plan};
use crate::strategy::native::verify::markets;
use crate::strategy::worker::{Interpreter, Probes, find_interpreter};
use crate::strategy::{self, Meaning, ParamSet, Trace, Value};
use std::path::Path;

const BARS: usize = 60;

fn interpreter() -> Option<Interpreter> {
    let python = std::env::var("CBT_TEST_PYTHON_PANDAS").ok()?;
    Some(
        find_interpreter(Some(Path::new(&python)), Path::new("."), &|name| std::env::var(name).ok(), &Probes::none())
            .expect("it runs"),
    )
}

/// A class of the page, ready to run.
struct Made {
    strategy: Strategy,
    plan: Plan,
    sets: Vec<ParamSet>,
}

fn made(case: &Case<'_>, interpreter: &Interpreter) -> Result<Made, String> {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("case.py"), &case.source).expect("written");
    let found = scan(&Params::new(vec![folder.path().to_path_buf()]), &NoConfigFiles).expect("a readable folder");
    let runnable = found.strategies.iter().rfind(|one| one.status == Status::Runnable);
    let Some(strategy) = runnable else {
        let reasons: Vec<&str> = found.strategies.iter().map(|one| one.reason.as_str()).collect();
        return Err(format!("nothing runnable: {}", reasons.join("; ")));
    };
    let own = found.parameters.iter().filter(|one| one.place.kind == PlaceKind::ConstructorDefault);
    let parameters: Vec<Parameter> = own.cloned().collect();
    let plan = Plan::new(strategy, &parameters, Meaning::default(), interpreter).map_err(|why| why.to_string())?;
    Ok(Made { strategy: strategy.clone(), plan, sets: sets(&parameters) })
}

/// What became of one class, in the words of the page.
fn verdict(made: &Made, markets: &[Series], told: Vec<(strategy::Outcome, Trace)>) -> Result<String, String> {
    let plan = &made.plan;
    let mut told = told.into_iter();
    let (mut same, mut raised, mut left, mut ahead) = (0, 0, None::<Exit>, false);
    for market in markets {
        let columns = Market::of(market);
        for set in &made.sets {
            let (cpython, _) = told.next().ok_or("too few answers")?;
            match (plan.run(&columns, set, None, true), cpython) {
                (Ok(native), strategy::Outcome::Ok(answers)) => {
                    if let Some(parted) = difference(&answers, &native.answers) {
                        return Err(format!("{} {set:?}: {parted:?}\n{}", market.name, steps(&native)));
                    }
                    ahead |= !native.findings.is_empty();
                    if native.causal
                        && let Some(bar) = prefix_change(plan, market, set, &native)
                    {
                        return Err(format!("{} {set:?}: said to be causal, and bar {bar} changes", market.name));
                    }
                    same += 1;
                }
                (Ok(_), other) => return Err(format!("{} {set:?}: answered where CPython {other:?}", market.name)),
                (Err(exit), strategy::Outcome::Ok(_)) => left = Some(exit),
                (Err(_), _) => raised += 1,
            }
        }
    }
    Ok(match left {
        Some(exit) if exit.cause == Cause::Unknown => format!("refused: {}", exit.at.construct),
        Some(exit) => format!("bails: {}", exit.told()),
        None if same == 0 && raised > 0 => "raises".to_owned(),
        None if ahead => "columnar, looks ahead".to_owned(),
        None => "columnar".to_owned(),
    })
}

fn prefix_change(plan: &Plan, market: &Series, set: &ParamSet, whole: &Outcome) -> Option<usize> {
    let part = plan.run(&Market::of(&market.slice(0..market.len() / 2)), set, None, false).ok()?;
    let same = |(a, b): (&f64, &f64)| a.to_bits() == b.to_bits() || a.is_nan() && b.is_nan();
    whole.answers.targets.iter().zip(&part.answers.targets).position(|pair| !same(pair))
}

fn steps(outcome: &Outcome) -> String {
    outcome.program.as_ref().map_or_else(String::new, |program| program.lines().join("\n"))
}

/// The user's own values, smaller ones and larger ones.
fn sets(parameters: &[Parameter]) -> Vec<ParamSet> {
    let mut sets = vec![ParamSet::new()];
    for (whole, share) in [(-1, 0.5), (3, 1.75)] {
        let varied = parameters.iter().filter_map(|one| {
            let value = match one.default {
                Value::Int(value) => Value::Int(value + whole),
                Value::Float(value) => Value::Float(value * share),
                Value::Bool(value) => Value::Bool(value == (whole > 0)),
                _ => return None,
            };
            Some((one.name.clone(), value))
        });
        let set: ParamSet = varied.collect();
        if !sets.contains(&set) {
            sets.push(set);
        }
    }
    sets
}

#[test]
fn frames() {
    let Some(interpreter) = interpreter() else {
        eprintln!("skipped: CBT_TEST_PYTHON_PANDAS names no interpreter");
        return;
    };
    let page = include_str!("../../../../tests/language/whole_frames.md");
    let markets = markets(&[], BARS, Seed::new(0).child("frames"));
    let cases = cases(page);
    assert!(cases.len() > 20);
    let made: Vec<Result<Made, String>> = cases.iter().map(|case| made(case, &interpreter)).collect();
    let questions: Vec<Question<'_>> = cases
        .iter()
        .zip(&made)
        .filter_map(|(case, made)| {
            made.as_ref().ok().map(|made| Question::new(&case.source, &made.strategy, Vec::new(), &made.sets))
        })
        .collect();
    let mut told = oracle::ask_in(&interpreter.path.to_string_lossy(), &markets, &questions).into_iter();
    let mut wrong = Vec::new();
    for (case, made) in cases.iter().zip(&made) {
        let found = made.as_ref().map_err(Clone::clone).and_then(|made| {
            let told = told.next().ok_or("it was not asked")?;
            verdict(made, &markets, told)
        });
        let fits = |found: &String| found == case.expected || case.expected == "bails" && found.starts_with("bails");
        if !found.as_ref().is_ok_and(fits) {
            wrong.push(format!("{}\n  expected {}\n  {found:?}", case.title, case.expected));
        }
    }
    assert!(wrong.is_empty(), "{} of {} cases:\n{}", wrong.len(), cases.len(), wrong.join("\n"));
}
