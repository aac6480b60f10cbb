use super::{Cpython, Fault, build, lowered, parameter, program};
use crate::strategy::native::verify::{Build, Gate, Verified};
use crate::strategy::native::{Arguments, Rung};

fn verified(builds: &[(Rung, Build)], cpython: &mut Cpython) -> Verified {
    let (program, parameters) = (program(), [parameter()]);
    let arguments = Arguments::new(&lowered(&program), &parameters).unwrap();
    let now = "2026-01-02T03:04:05Z".to_owned();
    let gate = Gate {
        strategy: "s",
        program: &program,
        parameters: &parameters,
        arguments: &arguments,
        builds,
        real: &[],
        now,
    };
    gate.verify(cpython)
}

#[test]
fn what_agrees_is_used_at_its_highest_rung() {
    let builds = [(Rung::Compiled, build(Fault::None, false)), (Rung::Interpreted, build(Fault::None, false))];
    let found = verified(&builds, &mut Cpython::new());
    assert_eq!(found.verdict.rung, Rung::Compiled);
    assert!(found.executable.is_some());
    assert_eq!((found.verdict.runs, found.verdict.same), (16 * 8, 16 * 8));
    assert!(found.verdict.parted.is_empty() && found.verdict.bails.is_empty(), "{:?}", found.verdict);
}

#[test]
fn a_wrong_signal_is_caught_with_its_bar() {
    let found = verified(&[(Rung::Interpreted, build(Fault::Signal, false))], &mut Cpython::new());
    assert!(found.executable.is_none());
    let finding = &found.verdict.parted["interpreted"];
    assert_eq!(
        (finding.what.as_str(), finding.bar, finding.native.as_str()),
        ("answer", Some(99), "-1.0"),
        "{finding}"
    );
}

#[test]
fn one_bit_of_an_attribute_is_caught_though_every_signal_is_right() {
    let found = verified(&[(Rung::Interpreted, build(Fault::Attribute, false))], &mut Cpython::new());
    assert_eq!(found.verdict.rung, Rung::Cpython);
    let finding = &found.verdict.parted["interpreted"];
    assert_eq!((finding.what.as_str(), finding.bar), ("self.change", Some(150)), "{finding}");
}

#[test]
fn the_upper_rung_alone_falls_where_it_alone_is_wrong() {
    let builds = [(Rung::Compiled, build(Fault::Attribute, false)), (Rung::Interpreted, build(Fault::None, false))];
    let found = verified(&builds, &mut Cpython::new());
    assert_eq!(found.verdict.rung, Rung::Interpreted);
    assert_eq!(found.verdict.parted.keys().collect::<Vec<_>>(), ["compiled"]);
}

#[test]
fn a_class_that_raises_is_left_at_that_bar_and_not_answered_for() {
    let raising = || Cpython { raises: Some(30), runs: 0 };
    let found = verified(&[(Rung::Interpreted, build(Fault::None, true))], &mut raising());
    // The markets shorter than that agree to their end.
    assert_eq!((found.verdict.rung, found.verdict.same), (Rung::Interpreted, 4 * 8));
    assert!(found.verdict.bails.is_empty(), "leaving where CPython raises is no loss");
    let found = verified(&[(Rung::Interpreted, build(Fault::Unraised, true))], &mut raising());
    let finding = &found.verdict.parted["interpreted"];
    assert_eq!((finding.what.as_str(), finding.bar), ("end", Some(30)), "{finding}");
    assert!(finding.cpython.contains("ZeroDivisionError"));
}

#[test]
fn runs_that_left_are_counted_by_their_place() {
    let found = verified(&[(Rung::Interpreted, build(Fault::Shy, false))], &mut Cpython::new());
    assert_eq!((found.verdict.rung, found.verdict.same), (Rung::Interpreted, 4 * 8));
    assert_eq!(found.verdict.bails["s.py:7: by hand"], 12 * 8);
}

#[test]
fn without_one_run_that_agreed_there_is_no_trust() {
    let mut never = Cpython { raises: Some(0), runs: 0 };
    let found = verified(&[(Rung::Interpreted, |_| Err("no executable pages".to_owned()))], &mut never);
    assert_eq!(found.verdict.reason.as_deref(), Some("no executable pages"));
    let found = verified(&[(Rung::Interpreted, build(Fault::None, false))], &mut never);
    assert!(found.executable.is_none(), "CPython raises at once, native code answers");
}
