use super::{Cpython, Fault, build, lowered, parameter, program};
use crate::market::Series;
use crate::seed::Seed;
use crate::strategy::native::{Arguments, Rung, Seat, Unit};
use crate::strategy::{Executor, Outcome, ParamSet, Value};
use std::sync::Arc;

pub fn market(name: &str, first: f64) -> Series {
    let close: Vec<f64> = (0..200).map(|bar| first + f64::from((bar * 7919) % 101)).collect();
    Series {
        name: name.into(),
        timestamp: (0..200).collect(),
        open: close.clone(),
        high: close.clone(),
        low: close.clone(),
        volume: close.clone(),
        close,
        periods_per_year: 252.0,
    }
}

fn unit(fault: Fault) -> Arc<Unit> {
    let program = program();
    let arguments = Arguments::new(&lowered(&program), &[parameter()]).unwrap();
    let executable = build(fault, false)(&program).unwrap();
    Arc::new(Unit::new("s".into(), Rung::Interpreted, (executable, program), arguments, Seed::new(1)))
}

fn sets(count: i64) -> Vec<ParamSet> {
    (0..count).map(|index| ParamSet::from([("window".to_owned(), Value::Int(2 + index))])).collect()
}

fn plain(market: &Series, sets: &[ParamSet]) -> Vec<String> {
    Cpython::new().run(market, sets).iter().map(|outcome| format!("{outcome:?}")).collect()
}

fn texts(outcomes: &[Outcome]) -> Vec<String> {
    outcomes.iter().map(|outcome| format!("{outcome:?}")).collect()
}

#[test]
fn native_answers_are_cpythons() {
    let (unit, market, sets) = (unit(Fault::None), market("bull/train/0", 50.0), sets(20));
    let mut seat = Seat::new(unit.clone(), Box::new(Cpython::new()), 0.0);
    assert_eq!(texts(&seat.run(&market, &sets)), plain(&market, &sets));
    let tally = unit.tally();
    assert_eq!((tally.native, tally.replayed, tally.witnessed), (20, 0, 0));
}

#[test]
fn what_leaves_is_replayed_from_the_first_bar_and_counted() {
    let (unit, market, sets) = (unit(Fault::Shy), market("bull/train/0", 50.0), sets(5));
    let mut seat = Seat::new(unit.clone(), Box::new(Cpython::new()), 0.0);
    assert_eq!(texts(&seat.run(&market, &sets)), plain(&market, &sets));
    let tally = unit.tally();
    assert_eq!((tally.native, tally.replayed, tally.bails["s.py:7: by hand"]), (0, 5, 5));
}

#[test]
fn a_set_the_program_does_not_take_is_cpythons() {
    let (unit, market) = (unit(Fault::None), market("bull/train/0", 50.0));
    let sets = [ParamSet::from([("other".to_owned(), Value::Int(1))])];
    let mut seat = Seat::new(unit.clone(), Box::new(Cpython::new()), 0.0);
    seat.run(&market, &sets);
    assert_eq!((unit.tally().native, unit.tally().replayed), (0, 1));
    let other_type = [ParamSet::from([("window".to_owned(), Value::Bool(true))])];
    let words = Arguments::new(&lowered(&program()), &[parameter()]).unwrap().words(&other_type[0], &mut Vec::new());
    assert!(words.unwrap_err().contains("another type"));
}

#[test]
fn the_share_made_again_is_chosen_by_name() {
    let (market, sets) = (market("bull/train/0", 50.0), sets(400));
    let counted = |share| {
        let unit = unit(Fault::None);
        Seat::new(unit.clone(), Box::new(Cpython::new()), share).run(&market, &sets);
        unit.tally().witnessed
    };
    let tenth = counted(0.1);
    assert!((15..=70).contains(&tenth), "{tenth}");
    assert_eq!(tenth, counted(0.1));
    assert_eq!(counted(1.0), 400);
    // Sets asked for in other blocks are the same sets.
    let unit = unit(Fault::None);
    let mut seat = Seat::new(unit.clone(), Box::new(Cpython::new()), 0.1);
    for block in sets.chunks(7) {
        seat.run(&market, block);
    }
    assert_eq!(unit.tally().witnessed, tenth);
}

#[test]
fn a_contradiction_ends_its_native_life_and_the_whole_block_is_cpythons() {
    let (unit, sets) = (unit(Fault::Elsewhere), sets(12));
    let strange = market("strange", 1234.5);
    let mut seat = Seat::new(unit.clone(), Box::new(Cpython::new()), 0.3);
    assert_eq!(texts(&seat.run(&strange, &sets)), plain(&strange, &sets));
    let finding = unit.overturned().unwrap();
    assert_eq!((finding.what.as_str(), finding.native.as_str()), ("answer", "-1.0"), "{finding}");
    // Its other seats hear of it.
    let ordinary = market("ordinary", 50.0);
    let before = unit.tally();
    let mut other = Seat::new(unit.clone(), Box::new(Cpython::new()), 0.0);
    assert_eq!(texts(&other.run(&ordinary, &sets)), plain(&ordinary, &sets));
    assert_eq!(unit.tally(), before);
}
