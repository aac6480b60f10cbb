use super::super::context::Observer;
use super::{compile, waves};
use crate::strategy::native::ir::Program;
use crate::strategy::native::ir::random::programs;
use crate::strategy::native::machine::{Budget, Executable, Finish, Memory, Said};
use crate::strategy::native::vm::Vm;
use proptest::prelude::*;

const BARS: usize = 40;
/// State slots before it hold addresses, which are nobody's business.
const VALUES: usize = 4;

/// How a run ended, its targets, confidences and states, every NaN as the same.
#[derive(Debug, PartialEq, Eq)]
struct Heard {
    finish: Finish,
    targets: Vec<u64>,
    confidences: (u64, usize),
    states: Vec<Vec<u64>>,
}

fn bits(value: f64) -> u64 {
    if value.is_nan() { f64::NAN.to_bits() } else { value.to_bits() }
}

fn heard(executable: &dyn Executable, memory: &mut Memory, budget: Budget, observed: bool) -> Heard {
    let mut states = Vec::new();
    // The two behind the addresses are floats.
    let seen = |(slot, word): (usize, &u64)| if slot < 2 { bits(f64::from_bits(*word)) } else { *word };
    let mut observe =
        |_: usize, state: &[u64]| states.push(state[VALUES..].iter().enumerate().map(seen).collect::<Vec<_>>());
    let observe: Option<&mut Observer<'_>> = if observed { Some(&mut observe) } else { None };
    let mut said = Said::default();
    let finish = executable.run(&waves(BARS), &[0.75_f64.to_bits(), 3], memory, budget, &mut said, observe);
    let done = finish == Finish::Done;
    Heard {
        finish,
        targets: said.targets.iter().filter(|_| done).map(|target| bits(*target)).collect(),
        confidences: if done { (bits(said.confidence_sum), said.confident) } else { (0, 0) },
        states,
    }
}

fn agree(program: &Program) -> Result<(), TestCaseError> {
    let (vm, compiled) = (Vm::new(program).unwrap(), compile(program).unwrap());
    let mut memory = Memory::default();
    let ample = Budget { words: 1 << 14, ..Budget::default() };
    for budget in [ample, Budget { words: 300, rounds: 3 }] {
        let interpreted = heard(&vm, &mut memory, budget, true);
        prop_assert_eq!(&heard(&compiled, &mut memory, budget, true), &interpreted);
        let fast = heard(&compiled, &mut memory, budget, false);
        prop_assert_eq!((fast.finish, fast.targets, fast.confidences), {
            (interpreted.finish, interpreted.targets, interpreted.confidences)
        });
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 8 * ProptestConfig::default().cases, ..ProptestConfig::default() })]

    #[test]
    fn random_programs_answer_as_in_the_interpreter(program in programs()) {
        agree(&program)?;
    }
}
