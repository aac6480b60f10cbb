use crate::strategy::native::ir::Intrinsic;

/// The run's memory. It begins with the columns; see [`Intrinsic`] for lists and objects.
#[derive(Debug, Default)]
pub struct Memory {
    words: Vec<u64>,
}

/// Why a call gave no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trap {
    /// The run bails at the call's site.
    Bail,
    /// Over the budget.
    Memory,
}

impl Memory {
    /// Does what `f` says with the words `a`, and writes as many words to `d` as its signature gives.
    ///
    /// # Errors
    /// See [`Trap`].
    pub fn call(&mut self, f: Intrinsic, a: &[u64], d: &mut [u64]) -> Result<(), Trap> {
        let _ = (f, a, d, &mut self.words);
        todo!("owned by the branch native-vm")
    }
}
