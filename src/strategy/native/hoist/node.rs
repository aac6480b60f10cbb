use crate::strategy::native::ir::{Function, Program};

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Part {
    Init,
    Step,
}

pub(super) const PARTS: [Part; 2] = [Part::Init, Part::Step];

/// An instruction: part, block and index. One past the last is the block's branch.
pub(super) type Node = (Part, usize, usize);

impl Part {
    pub const fn function(self, program: &Program) -> &Function {
        match self {
            Self::Init => &program.init,
            Self::Step => &program.step,
        }
    }

    pub const fn function_mut(self, program: &mut Program) -> &mut Function {
        match self {
            Self::Init => &mut program.init,
            Self::Step => &mut program.step,
        }
    }
}
