use super::{BlockId, End, FloatOp, Function, Inst, IntOp, Intrinsic, Kind, Reg, UnaryOp, Word};

impl End {
    pub fn successors(&self) -> impl Iterator<Item = BlockId> {
        let (first, second) = match self {
            Self::Jump(to) => (Some(*to), None),
            Self::Branch { yes, no, .. } => (Some(*yes), Some(*no)),
            Self::Return { .. } | Self::Bail(_) => (None, None),
        };
        first.into_iter().chain(second)
    }

    pub fn reads(&self) -> impl Iterator<Item = Reg> {
        let (first, second) = match self {
            Self::Branch { test, .. } => (Some(*test), None),
            Self::Return { target, confidence } => (*target, *confidence),
            Self::Jump(_) | Self::Bail(_) => (None, None),
        };
        first.into_iter().chain(second)
    }
}

impl Inst {
    pub fn reads(&self) -> Vec<Reg> {
        match self {
            Self::Const { .. }
            | Self::Now { .. }
            | Self::Param { .. }
            | Self::ColumnAddress { .. }
            | Self::Get { .. } => Vec::new(),
            Self::Copy { a, .. } | Self::Unary { a, .. } | Self::Set { a, .. } => vec![*a],
            Self::Int { a, b, .. } | Self::Float { a, b, .. } | Self::Compare { a, b, .. } => vec![*a, *b],
            Self::Column { index, .. } => index.iter().copied().collect(),
            Self::Load { address, .. } => vec![*address],
            Self::Store { address, a, .. } => vec![*address, *a],
            Self::Guard { test, .. } => vec![*test],
            Self::Call { a, .. } => a.clone(),
        }
    }

    pub fn writes(&self) -> &[Reg] {
        match self {
            Self::Const { d, .. }
            | Self::Copy { d, .. }
            | Self::Int { d, .. }
            | Self::Float { d, .. }
            | Self::Unary { d, .. }
            | Self::Compare { d, .. }
            | Self::Now { d }
            | Self::Param { d, .. }
            | Self::Column { d, .. }
            | Self::ColumnAddress { d, .. }
            | Self::Get { d, .. }
            | Self::Load { d, .. } => std::slice::from_ref(d),
            Self::Call { d, .. } => d,
            Self::Set { .. } | Self::Store { .. } | Self::Guard { .. } => &[],
        }
    }
}

impl Inst {
    /// Whether a run can end here.
    pub fn can_bail(&self) -> bool {
        match self {
            Self::Int { op, .. } => !matches!(op, IntOp::And | IntOp::Or | IntOp::Xor | IntOp::AddWrapping),
            Self::Float { op, .. } => !matches!(op, FloatOp::Add | FloatOp::Sub | FloatOp::Mul | FloatOp::DivIeee),
            Self::Unary { op, .. } => !matches!(
                op,
                UnaryOp::Neg
                    | UnaryOp::Abs
                    | UnaryOp::SqrtIeee
                    | UnaryOp::ToFloat
                    | UnaryOp::FloatOfBits
                    | UnaryOp::BitsOfFloat
                    | UnaryOp::Not
                    | UnaryOp::IsNan
                    | UnaryOp::IsInf
            ),
            Self::Column { index, .. } => index.is_some(),
            Self::Guard { .. } => true,
            Self::Call { f, .. } => !matches!(
                f,
                Intrinsic::ListNew(_) | Intrinsic::ObjectNew(_) | Intrinsic::ListLength | Intrinsic::ListView
            ),
            _ => false,
        }
    }
}

impl Word {
    pub fn kind(self) -> Kind {
        match self {
            Self::I | Self::Ref => Kind::I,
            Self::F => Kind::F,
        }
    }
}

impl UnaryOp {
    /// What it takes and gives.
    pub fn signature(self) -> (Kind, Kind) {
        use Kind::{F, I};
        match self {
            Self::Floor | Self::Ceil | Self::Trunc | Self::Round | Self::BitsOfFloat | Self::IsNan | Self::IsInf => {
                (F, I)
            }
            Self::ToFloat | Self::ToFloatExact | Self::FloatOfBits => (I, F),
            Self::AbsInt | Self::Not => (I, I),
            _ => (F, F),
        }
    }
}

impl Function {
    /// A register that is read before it was written on some way from the entry: register, block.
    pub(super) fn unassigned(&self) -> Option<(Reg, BlockId)> {
        // Per block what every way to it has written; None where no way was found yet.
        let mut known: Vec<Option<Vec<bool>>> = vec![None; self.blocks.len()];
        known[0] = Some(vec![false; self.regs.len()]);
        let mut pending = vec![0];
        while let Some(index) = pending.pop() {
            let mut written = known[index].clone().unwrap_or_default();
            for inst in &self.blocks[index].insts {
                inst.writes().iter().for_each(|reg| written[reg.0 as usize] = true);
            }
            for next in self.blocks[index].end.successors() {
                let next = next.0 as usize;
                let met = match &known[next] {
                    None => written.clone(),
                    Some(before) => before.iter().zip(&written).map(|(a, b)| *a && *b).collect(),
                };
                if known[next].as_ref() != Some(&met) {
                    known[next] = Some(met);
                    pending.push(next);
                }
            }
        }
        for (index, block) in self.blocks.iter().enumerate() {
            let Some(mut written) = known[index].take() else { continue };
            let missing = |written: &[bool], reads: &[Reg]| reads.iter().copied().find(|reg| !written[reg.0 as usize]);
            for inst in &block.insts {
                if let Some(reg) = missing(&written, &inst.reads()) {
                    return Some((reg, BlockId(index as u32)));
                }
                inst.writes().iter().for_each(|reg| written[reg.0 as usize] = true);
            }
            if let Some(reg) = missing(&written, &block.end.reads().collect::<Vec<_>>()) {
                return Some((reg, BlockId(index as u32)));
            }
        }
        None
    }
}
