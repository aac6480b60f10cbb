//! The published store, opened anew when another file took its place. Held open it keeps nobody from publishing: the
//! next one is renamed over it.

use super::pages::Overview;
use crate::results::{Limits, ResultsError, Store};
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

/// What the pages may cost, all of them together.
const LIMITS: Limits = Limits { rows: usize::MAX, memory: "1GB", threads: 2 };

pub struct Published {
    path: PathBuf,
    held: Mutex<Option<Held>>,
}

struct Held {
    edition: String,
    store: Store,
    overview: Option<Arc<Overview>>,
}

/// Something that was read, and of which file.
pub struct Edition<T> {
    /// Another one for every file that is published.
    pub name: String,
    pub value: T,
}

/// The name of the edition that lies there now; None where there is none.
pub fn edition(path: &Path) -> Option<String> {
    let file = fs::metadata(path).ok().filter(fs::Metadata::is_file)?;
    let what = format!("{} {} {} {} {}", file.dev(), file.ino(), file.mtime(), file.mtime_nsec(), file.len());
    Some(blake3::hash(what.as_bytes()).to_hex()[..16].to_owned())
}

impl Published {
    pub const fn new(path: PathBuf) -> Self {
        Self { path, held: Mutex::new(None) }
    }

    /// Reads from the newest store; None where there is none yet.
    ///
    /// # Errors
    /// A store that cannot be opened, or does not answer.
    pub fn read<T>(
        &self,
        question: impl FnOnce(&Store) -> Result<T, ResultsError>,
    ) -> Result<Option<Edition<T>>, ResultsError> {
        self.hold(|held| Ok(Edition { name: held.edition.clone(), value: question(&held.store)? }))
    }

    /// The overview, read once per edition.
    ///
    /// # Errors
    /// As [`Self::read`].
    pub fn overview(&self) -> Result<Option<Edition<Arc<Overview>>>, ResultsError> {
        self.hold(|held| {
            let overview = match &held.overview {
                Some(overview) => Arc::clone(overview),
                None => Arc::clone(held.overview.insert(Arc::new(Overview::read(&held.store)?))),
            };
            Ok(Edition { name: held.edition.clone(), value: overview })
        })
    }

    fn hold<T>(&self, work: impl FnOnce(&mut Held) -> Result<T, ResultsError>) -> Result<Option<T>, ResultsError> {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        // Looked at before it is opened: a file that comes in between is opened under the old one's name, and once more
        // the next time.
        let Some(edition) = edition(&self.path) else {
            *held = None;
            return Ok(None);
        };
        let current = match held.take() {
            Some(current) if current.edition == edition => current,
            _ => Held { edition, store: Store::open_guarded(&self.path, &LIMITS)?, overview: None },
        };
        work(held.insert(current)).map(Some)
    }
}
