//! What wrong programs and panics may not do: read or write elsewhere, or leave something behind.

use super::compile;
use crate::strategy::native::ir::parse;
use crate::strategy::native::machine::{Budget, Executable, Memory, Said};
use crate::strategy::native::rehearsal::{AVERAGE, waves};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// What a program panics with whose step does `body` with r0, an int, and r1, a float.
fn panics(body: &str, start: i64) -> Option<String> {
    let text = format!(
        "program \"Wrong\"\nstate \"unused\" I\nlayout F\nlayout F F\nsite \"wrong.py\" 1 \"never\"\n\ninit\nb0:\n  \
         return\n\nstep I F I I\nb0:\n  r0 = const {start}\n  r1 = const 7.0\n{body}\n  return r1\n"
    );
    let compiled = compile(&parse(&text).unwrap()).unwrap();
    let columns = waves(10);
    let mut said = Said::default();
    let run = || compiled.run(&columns, &[], &mut Memory::default(), Budget::default(), &mut said, None);
    let panic = catch_unwind(AssertUnwindSafe(run)).err()?;
    assert_eq!(columns, waves(10));
    panic.downcast_ref::<String>().cloned()
}

#[test]
fn wrong_programs_stay_inside_of_their_memory() {
    let wrong = [
        ("  r1 = load r0 +0", 1 << 40),
        ("  r1 = load r0 +0", -1),
        ("  r1 = load r0 +4", i64::MAX),
        ("  r1 = load r0 +4", -5),
        ("  store r0 +0 r1", 1 << 40),
        ("  store r0 +3 r1", -1),
        // The columns are ten words each.
        ("  store r0 +0 r1", 0),
        ("  store r0 +9 r1", 50),
        ("  r1 = call sum.ordered r0 r0 @0", 1 << 40),
        ("  r2 = const -1\n  r1 = call sum.neumaier r0 r2 @0", 1),
        ("  r1 = call min r0 r0 @0", -1),
        ("  r2 = call list.length r0 @0", -2),
        ("  r2 r3 = call list.view r0 @0", 1 << 50),
        ("  r2 = call list.new:0 @0\n  r2 = call list.at r0 r0 @0", -3),
        ("  r2 = call list.new:0 @0\n  r2 = call list.push r0 @0", 3),
    ];
    for (body, start) in wrong {
        let said = panics(body, start);
        assert_eq!(said.as_deref(), Some("Wrong leaves its memory at bar 0"), "{body} from {start}");
    }
    assert_eq!(panics("  r1 = load r0 +9", 50), None);
    assert_eq!(panics("  store r0 +0 r1", 60), None);
}

#[test]
fn programs_that_do_not_hold_together_are_not_compiled() {
    let text = AVERAGE.replace("r0 = param p0", "r0 = param p1");
    assert!(compile(&parse(&text).unwrap()).is_err());
}

#[test]
fn a_panic_of_the_observer_comes_through() {
    let compiled = compile(&parse(AVERAGE).unwrap()).unwrap();
    let mut memory = Memory::default();
    let mut said = Said::default();
    let mut observe = |bar: usize, _: &[u64]| assert!(bar < 3, "seen enough");
    let run = || compiled.run(&waves(10), &[4], &mut memory, Budget::default(), &mut said, Some(&mut observe));
    let panic = catch_unwind(AssertUnwindSafe(run)).unwrap_err();
    assert_eq!(panic.downcast_ref::<&str>(), Some(&"seen enough"));
}

#[cfg(target_os = "linux")]
#[test]
fn dropped_code_frees_its_pages() {
    let executable = || {
        let maps = std::fs::read_to_string("/proc/self/maps").unwrap();
        let size = |line: &str| {
            let (range, rest) = line.split_once(' ')?;
            let (start, end) = range.split_once('-')?;
            let address = |text| u64::from_str_radix(text, 16).ok();
            rest[..4].contains('x').then_some(address(end)? - address(start)?)
        };
        maps.lines().filter_map(size).sum::<u64>()
    };
    let program = parse(AVERAGE).unwrap();
    let kept: Vec<_> = (0..200).map(|_| compile(&program).unwrap()).collect();
    let most = executable();
    drop(kept);
    // Each has a page at least; other tests compile meanwhile.
    let freed = most.saturating_sub(executable());
    assert!(freed >= 100 * 4_096, "{freed} bytes freed");
}
