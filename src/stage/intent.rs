//! What is about to happen to the user's files, written down before it does. A change counts from the moment its rows are
//! in the history; one that was begun and has none is taken back, so that a file never holds what nobody recorded.

use super::{Context, Failure};
use crate::artifact::{Change, Lake, Partial};
use crate::patch::{self, Reason, Undo};
use serde::{Deserialize, Serialize};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

#[derive(Debug, Serialize, Deserialize)]
struct Intent {
    /// The run whose rows will say that it was done.
    run_id: String,
    /// In the order of writing; each takes one file back.
    undo: Vec<Undo>,
}

fn file(data: &Path) -> PathBuf {
    data.join("changing.json")
}

/// Adds changes that are about to be written. Only for the holder of the lock.
///
/// # Errors
/// They cannot be written down; nothing may be changed then.
pub fn note(context: &Context, changes: impl Iterator<Item = Undo>) -> Result<(), Failure> {
    let path = file(&context.data);
    let failed = |error: io::Error| Failure::io("cannot write down what is about to change in", &path, &error);
    let mut intent = read(&path)?
        .filter(|intent| intent.run_id == context.run_id)
        .unwrap_or_else(|| Intent { run_id: context.run_id.clone(), undo: Vec::new() });
    intent.undo.extend(changes);
    let text = serde_json::to_vec_pretty(&intent).map_err(|error| failed(error.into()))?;
    let partial = Partial::beside(&path).map_err(failed)?;
    fs::write(partial.path(), text).map_err(failed)?;
    partial.publish().map_err(failed)
}

/// Takes back what was begun and not recorded, by this process or one that was killed; forgets what was recorded. Only
/// for the holder of the lock.
///
/// # Errors
/// The history cannot be listed, or a file cannot be given its old bytes; the next run tries again.
pub fn settle(context: &Context) -> Result<(), Failure> {
    let path = file(&context.data);
    let Some(intent) = read(&path)? else { return Ok(()) };
    if !recorded(context, &intent.run_id)? {
        for undo in intent.undo.iter().rev() {
            take_back(context, undo)?;
        }
    }
    match fs::remove_file(&path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(Failure::io("cannot remove", &path, &error)),
        _ => Ok(()),
    }
}

/// Whether the rows of a run's changes are in the history.
///
/// # Errors
/// The history cannot be listed.
pub fn recorded(context: &Context, run_id: &str) -> Result<bool, Failure> {
    Ok(Lake::new(&context.data).files::<Change>()?.iter().any(|file| file.run_id == run_id))
}

fn take_back(context: &Context, undo: &Undo) -> Result<(), Failure> {
    let name = undo.file.display();
    if let Some(folder) = undo.file.parent() {
        // Temporary files of the killed run; one that stays does no harm.
        let _ = patch::clean_stale(folder);
    }
    match patch::undo(undo) {
        Ok(_) => {
            context
                .console
                .warn(format!("{name} has its old bytes again: a change to it was begun and never recorded"));
            Ok(())
        }
        Err(refusal) => match refusal.reason {
            Reason::NoChange => Ok(()),
            Reason::Io { .. } => Err(Failure::new(super::FailureKind::Io, refusal.to_string())),
            _ => {
                context.console.warn(format!("a change to {name} was begun and never recorded, and stays: {refusal}"));
                Ok(())
            }
        },
    }
}

/// A file that is not JSON of ours was not written by us: it is left for its owner to look at.
fn read(path: &Path) -> Result<Option<Intent>, Failure> {
    match fs::read(path) {
        Ok(bytes) => serde_json::from_slice(&bytes).map(Some).map_err(|error| {
            let why = format!("{} cannot be read: {error}", path.display());
            Failure::new(super::FailureKind::BadArtifact, why)
                .hint("it says which changes to your files were begun; look at it, then move it away")
        }),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Failure::io("cannot read", path, &error)),
    }
}
