//! Changing one value in a person's file, and nothing else.
//!
//! [`scalars`] says which values a file holds and on which bytes; [`plan`] works out, without touching
//! the disk, what a file would become and proves that only the asked values differ; [`write`] puts it in
//! place after leaving `<file>.backup`; [`undo`] and [`restore_backup`] take it back byte for byte.
//! Whatever is doubtful is a [`Refusal`], and a refused file keeps its bytes.

mod disk;
mod edit;
mod format;
mod number;
mod original;
mod plan;
mod read;
mod refusal;
mod restore;
mod scalar;
mod spell;
mod stale;
#[cfg(test)]
mod tests;
mod verify;
mod write;

pub use edit::{Change, Edit, Undo};
pub use format::Format;
pub use plan::{Planned, plan};
pub use read::{scalars, scalars_matching};
pub use refusal::{Reason, Refusal};
pub use restore::{Restored, restore_backup, undo};
pub use scalar::{ParseFault, Quoting, Scalar};
pub use stale::{Cleaned, clean_stale};
pub use write::{OlderBackup, Written, backup_path, write};

/// blake3 of a file's bytes in lower-case hex: the form of [`Edit::expected_hash`].
pub fn hash(bytes: &[u8]) -> String {
    blake3::hash(bytes).to_hex().to_string()
}
