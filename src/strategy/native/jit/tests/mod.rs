mod calm;
mod random;
mod safety;

use super::compile;
use crate::strategy::native::ir::specimen::check_page;
use crate::strategy::native::ir::{Program, parse};
use crate::strategy::native::machine::{Budget, Executable, Finish, Memory};
use crate::strategy::native::rehearsal::{AVERAGE, Heard, Watched, Z_SCORE, heard, waves};
use crate::strategy::native::vm::Vm;

/// Interpreted and compiled, which have to agree.
fn both(text: &str, bars: usize, params: &[u64], budget: Budget) -> Heard {
    let program = parse(text).unwrap();
    let columns = waves(bars);
    let mut memory = Memory::default();
    let mut run = |executable: &dyn Executable| {
        heard((&program, executable), &columns, params, &mut memory, budget, Watched::Yes)
    };
    let (interpreted, compiled) = (run(&Vm::new(&program).unwrap()), run(&compile(&program).unwrap()));
    assert_eq!(interpreted, compiled);
    compiled
}

#[test]
fn a_window_slides_as_in_the_interpreter() {
    for period in [0, 1, 4, 50] {
        let Heard { finish, targets, .. } = both(AVERAGE, 1_000, &[period], Budget::default());
        if period == 0 {
            assert!(matches!(finish, Finish::Bail { bar: Some(0), .. }), "{finish:?}");
        } else {
            assert_eq!(finish, Finish::Done);
            assert_eq!(targets.len(), 1_000);
        }
    }
    let tight = Budget { rounds: 10, ..Budget::default() };
    let Heard { finish, .. } = both(AVERAGE, 100, &[50], tight);
    assert_eq!(finish, Finish::Fuel { bar: Some(10) });
    let small = Budget { words: 20, ..Budget::default() };
    let Heard { finish, .. } = both(AVERAGE, 100, &[50], small);
    assert!(matches!(finish, Finish::Memory { bar: Some(_) }), "{finish:?}");
}

#[test]
fn z_score_classes_answer_as_in_the_interpreter() {
    for text in Z_SCORE {
        for (window, entry) in [(2, 0.5), (20, 1.0), (60, 1.5)] {
            let params = [window, f64::to_bits(entry), 0.5f64.to_bits(), 0.03f64.to_bits(), 5];
            let Heard { finish, targets, .. } = both(text, 1_000, &params, Budget::default());
            assert_eq!(finish, Finish::Done);
            let entries = targets.iter().filter(|target| **target == 1.0f64.to_bits()).count();
            assert!(entries > 5, "{entries} entries");
        }
        let Heard { finish, .. } = both(text, 10, &[1, 0, 0, 0, 5], Budget::default());
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
        let Heard { finish, .. } = both(text, 2_000, &[scale.to_bits()], Budget::default());
        assert!(matches!(finish, Finish::Done), "{scale}: {finish:?}");
    }
    assert!(matches!(
        both(text, 10, &[1e155_f64.to_bits()], Budget::default()).finish,
        Finish::Bail { bar: Some(0), .. }
    ));
}
