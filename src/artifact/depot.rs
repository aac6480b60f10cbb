//! Where shards lie: a folder, or an object store. The only file that names `object_store`.

use object_store::local::LocalFileSystem;
use object_store::path::Path as ObjectPath;
use object_store::{ObjectStore, ObjectStoreExt, PutPayload};
use std::fmt;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

/// Sealed files by name: `lasting/3f….parquet`. Whoever looks sees a file whole or not at all.
#[derive(Debug, Clone)]
pub enum Depot {
    Folder(PathBuf),
    Objects(Objects),
}

/// An object store, and what it takes to wait for it.
#[derive(Clone)]
pub struct Objects {
    store: Arc<dyn ObjectStore>,
    runtime: Arc<tokio::runtime::Runtime>,
    /// As people named it.
    place: String,
}

/// A file of a depot on this machine's disk; fetched ones go with it.
#[derive(Debug)]
pub struct Fetched {
    path: PathBuf,
    _fetched: Option<tempfile::TempDir>,
}

/// Which file, what was being done, and what came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DepotError {
    pub name: String,
    pub doing: &'static str,
    pub why: String,
}

impl DepotError {
    pub(crate) fn new(name: &str, doing: &'static str, why: impl ToString) -> Self {
        Self { name: name.to_owned(), doing, why: why.to_string() }
    }
}

impl fmt::Display for DepotError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, doing, why } = self;
        match *doing {
            "open" => write!(f, "shards cannot lie in {name}: {why}"),
            doing => write!(f, "cannot {doing} the shard file {name}: {why}"),
        }
    }
}

impl std::error::Error for DepotError {}

impl fmt::Debug for Objects {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Objects").field("place", &self.place).finish_non_exhaustive()
    }
}

impl Fetched {
    pub fn path(&self) -> &Path {
        &self.path
    }
}

impl Depot {
    pub const fn folder(folder: PathBuf) -> Self {
        Self::Folder(folder)
    }

    /// A folder's path, or a URL. `file:///shared/shards` goes through the object store's own file system.
    ///
    /// # Errors
    /// A scheme that this program was not built with; a folder that cannot be made.
    pub fn open(place: &str) -> Result<Self, DepotError> {
        let failed = |why: String| DepotError::new(place, "open", why);
        let Some((scheme, rest)) = place.split_once("://") else {
            return std::path::absolute(place).map(Self::Folder).map_err(|error| failed(error.to_string()));
        };
        if scheme != "file" {
            let why = "this program knows folders and file:// URLs";
            return Err(failed(format!(
                "{why}, not {scheme}://; mount the store and name the folder it is mounted at"
            )));
        }
        let folder = Path::new(rest);
        if !folder.is_absolute() {
            return Err(failed("write it as file:///absolute/folder".to_owned()));
        }
        fs::create_dir_all(folder).map_err(|error| failed(error.to_string()))?;
        let store = LocalFileSystem::new_with_prefix(folder).map_err(|error| failed(error.to_string()))?;
        Self::of(Arc::new(store.with_fsync(true)), place)
    }

    /// Any object store.
    ///
    /// # Errors
    /// Nothing can be waited for on this system.
    pub fn of(store: Arc<dyn ObjectStore>, place: &str) -> Result<Self, DepotError> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .build()
            .map_err(|error| DepotError::new(place, "open", error))?;
        Ok(Self::Objects(Objects { store, runtime: Arc::new(runtime), place: place.to_owned() }))
    }

    /// As people know it.
    pub fn place(&self) -> String {
        match self {
            Self::Folder(folder) => folder.display().to_string(),
            Self::Objects(objects) => objects.place.clone(),
        }
    }

    /// The file, if it is there.
    ///
    /// # Errors
    /// The store or the disk refuses.
    pub fn get(&self, name: &str) -> Result<Option<Fetched>, DepotError> {
        match self {
            Self::Folder(folder) => {
                let path = folder.join(name);
                match path.try_exists() {
                    Ok(true) => Ok(Some(Fetched { path, _fetched: None })),
                    Ok(false) => Ok(None),
                    Err(error) => Err(DepotError::new(name, "read", error)),
                }
            }
            Self::Objects(objects) => {
                let Some(bytes) = objects.get(name)? else { return Ok(None) };
                let failed = |error: io::Error| DepotError::new(name, "read", error);
                let dir = tempfile::tempdir().map_err(failed)?;
                let path = dir.path().join("shard.parquet");
                fs::write(&path, bytes).map_err(failed)?;
                Ok(Some(Fetched { path, _fetched: Some(dir) }))
            }
        }
    }

    /// Puts what `write` writes to the path it is given under `name`, over whatever was there.
    ///
    /// # Errors
    /// Those of `write`; the store or the disk refuses.
    pub fn put(&self, name: &str, write: impl FnOnce(&Path) -> Result<(), DepotError>) -> Result<(), DepotError> {
        match self {
            Self::Folder(folder) => write(&folder.join(name)),
            Self::Objects(objects) => {
                let failed = |error: io::Error| DepotError::new(name, "write", error);
                let dir = tempfile::tempdir().map_err(failed)?;
                let path = dir.path().join("shard.parquet");
                write(&path)?;
                objects.put(name, fs::read(&path).map_err(failed)?)
            }
        }
    }

    /// Dates a file, so that [`Self::clear`] knows when it was last of use. Object stores date their own.
    pub fn date(&self, name: &str, at: SystemTime) {
        if let Self::Folder(folder) = self {
            // One that cannot be dated is cleared sooner, and made again.
            let _ = fs::File::open(folder.join(name)).and_then(|file| file.set_modified(at));
        }
    }

    /// Removes the files of one of the depot's folders that were last of use before `before`, and what killed writers left
    /// before `begun`; says how many files that was. An object store is left alone: its own rules say how long things are
    /// kept.
    ///
    /// # Errors
    /// The disk refuses.
    pub fn clear(&self, within: &str, before: SystemTime, begun: SystemTime) -> Result<usize, DepotError> {
        let Self::Folder(folder) = self else { return Ok(0) };
        let failed = |error: io::Error| DepotError::new(within, "clear", error);
        let entries = match fs::read_dir(folder.join(within)) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(0),
            Err(error) => return Err(failed(error)),
        };
        let mut removed = 0;
        for entry in entries {
            let entry = entry.map_err(failed)?;
            let half_written = entry.file_name().as_encoded_bytes().starts_with(b".");
            let dated = match entry.metadata().and_then(|found| found.modified()) {
                // Somebody else's writer has just put it in place.
                Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                dated => dated.map_err(failed)?,
            };
            if dated < if half_written { begun } else { before } {
                fs::remove_file(entry.path()).map_err(failed)?;
                removed += 1;
            }
        }
        Ok(removed)
    }
}

impl Objects {
    fn get(&self, name: &str) -> Result<Option<Vec<u8>>, DepotError> {
        let failed = |error: object_store::Error| DepotError::new(name, "read", error);
        let at = ObjectPath::from(name);
        let fetched = self.runtime.block_on(async {
            let found = self.store.get(&at).await?;
            found.bytes().await
        });
        match fetched {
            Ok(bytes) => Ok(Some(bytes.to_vec())),
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(failed(error)),
        }
    }

    fn put(&self, name: &str, bytes: Vec<u8>) -> Result<(), DepotError> {
        let at = ObjectPath::from(name);
        let put = self.runtime.block_on(self.store.put(&at, PutPayload::from(bytes)));
        put.map(drop).map_err(|error| DepotError::new(name, "write", error))
    }
}

#[cfg(test)]
mod tests {
    use super::super::partial::Partial;
    use super::*;
    use object_store::memory::InMemory;
    use std::time::Duration;

    fn fill(bytes: &'static [u8]) -> impl Fn(&Path) -> Result<(), DepotError> {
        move |path| {
            let failed = |error: io::Error| DepotError::new("x", "write", error);
            let partial = Partial::beside(path).map_err(failed)?;
            fs::write(partial.path(), bytes).map_err(failed)?;
            partial.publish().map_err(failed)
        }
    }

    fn depots(dir: &Path) -> [Depot; 3] {
        [
            Depot::open(&dir.join("folder").to_string_lossy()).unwrap(),
            Depot::open(&format!("file://{}", dir.join("objects").display())).unwrap(),
            Depot::of(Arc::new(InMemory::new()), "memory").unwrap(),
        ]
    }

    #[test]
    fn every_kind_gives_back_what_was_put_last() {
        let dir = tempfile::tempdir().unwrap();
        for depot in depots(dir.path()) {
            assert!(depot.get("a/x.parquet").unwrap().is_none(), "{depot:?}");
            for bytes in [&b"old"[..], b"new and longer"] {
                depot.put("a/x.parquet", fill(bytes)).unwrap();
                let found = depot.get("a/x.parquet").unwrap().unwrap();
                assert_eq!(fs::read(found.path()).unwrap(), bytes, "{depot:?}");
            }
            assert!(depot.get("a/y.parquet").unwrap().is_none(), "{depot:?}");
        }
        // The same file through both doors.
        let (url, folder) = (format!("file://{}", dir.path().join("objects").display()), dir.path().join("objects"));
        assert!(Depot::open(&url).unwrap().get("a/x.parquet").unwrap().is_some());
        assert!(Depot::folder(folder).get("a/x.parquet").unwrap().is_some());
    }

    #[test]
    fn threads_may_share_one() {
        let dir = tempfile::tempdir().unwrap();
        for depot in depots(dir.path()) {
            std::thread::scope(|scope| {
                for thread in 0..8 {
                    let depot = &depot;
                    scope.spawn(move || {
                        for file in 0..8 {
                            let name = format!("t/{file}.parquet");
                            depot.put(&name, fill(b"same")).unwrap();
                            let found = depot.get(&name).unwrap().unwrap();
                            assert_eq!(fs::read(found.path()).unwrap(), b"same", "{thread}");
                        }
                    });
                }
            });
        }
    }

    #[test]
    fn what_it_cannot_open_it_refuses_by_name() {
        for (place, word) in [("s3://bucket/shards", "not s3://; mount"), ("file://shards", "file:///")] {
            let error = Depot::open(place).unwrap_err();
            assert!(error.to_string().contains(word), "{error}");
        }
    }

    #[test]
    fn clearing_takes_what_was_not_of_use_lately() {
        let dir = tempfile::tempdir().unwrap();
        let depot = Depot::folder(dir.path().to_owned());
        let day = |day: u64| SystemTime::UNIX_EPOCH + Duration::from_secs(86_400 * day);
        for (name, at) in [("a/old.parquet", 100), ("a/new.parquet", 200), ("b/old.parquet", 100)] {
            depot.put(name, fill(b"x")).unwrap();
            depot.date(name, day(at));
        }
        fs::write(dir.path().join("a/.x.parquet.1-0.partial"), "x").unwrap();
        let begun = fs::metadata(dir.path().join("a/.x.parquet.1-0.partial")).unwrap().modified().unwrap();
        assert_eq!(depot.clear("a", day(150), begun).unwrap(), 1);
        assert!(depot.get("a/old.parquet").unwrap().is_none());
        assert!(depot.get("a/new.parquet").unwrap().is_some() && depot.get("b/old.parquet").unwrap().is_some());
        assert_eq!(depot.clear("nowhere", day(150), begun).unwrap(), 0);
        assert_eq!(depot.clear("a", day(150), begun + Duration::from_secs(1)).unwrap(), 1);
    }
}
