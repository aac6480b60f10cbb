use super::compile;
use crate::strategy::native::ir::Program;
use crate::strategy::native::ir::random::programs;
use crate::strategy::native::machine::{Budget, Memory};
use crate::strategy::native::rehearsal::{Watched, heard, waves};
use crate::strategy::native::vm::Vm;
use proptest::prelude::*;

const BARS: usize = 40;

fn agree(program: &Program) -> Result<(), TestCaseError> {
    let (vm, compiled) = (Vm::new(program).unwrap(), compile(program).unwrap());
    let (columns, params, mut memory) = (waves(BARS), [0.75_f64.to_bits(), 3], Memory::default());
    let ample = Budget { words: 1 << 14, ..Budget::default() };
    for budget in [ample, Budget { words: 300, rounds: 3 }] {
        let interpreted = heard((program, &vm), &columns, &params, &mut memory, budget, Watched::Yes);
        let found = heard((program, &compiled), &columns, &params, &mut memory, budget, Watched::Yes);
        prop_assert_eq!(found, interpreted);
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
