use super::verdict::Verdict;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Verdicts as files, one per key; written beside and renamed, so that a reader never sees half of one.
#[derive(Debug, Clone)]
pub struct Cache {
    folder: PathBuf,
}

impl Cache {
    pub fn new(folder: PathBuf) -> Self {
        Self { folder }
    }

    fn path(&self, key: &str) -> PathBuf {
        self.folder.join(format!("{key}.json"))
    }

    /// None where there is none, or none that can be read: it is found out again.
    pub fn load(&self, key: &str) -> Option<Verdict> {
        serde_json::from_slice(&fs::read(self.path(key)).ok()?).ok()
    }

    /// # Errors
    /// The file cannot be written.
    pub fn store(&self, key: &str, verdict: &Verdict) -> io::Result<()> {
        fs::create_dir_all(&self.folder)?;
        let mut file = tempfile::Builder::new().prefix(".verdict-").tempfile_in(&self.folder)?;
        file.write_all(&serde_json::to_vec_pretty(verdict)?)?;
        file.as_file().sync_all()?;
        file.persist(self.path(key)).map_err(|error| error.error)?;
        Ok(())
    }

    pub fn folder(&self) -> &Path {
        &self.folder
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::strategy::native::Rung;
    use std::collections::BTreeMap;

    #[test]
    fn verdicts_come_back_and_damaged_ones_do_not() {
        let folder = tempfile::tempdir().unwrap();
        let cache = Cache::new(folder.path().join("native"));
        assert_eq!(cache.load("a"), None);
        let verdict = Verdict {
            strategy: "s".into(),
            rung: Rung::Interpreted,
            verified: "2026-01-02".into(),
            runs: 128,
            same: 120,
            bars: 30_000,
            reached: vec![],
            edges: 0,
            parted: BTreeMap::new(),
            reason: None,
            import: None,
            bails: BTreeMap::from([("s.py:3: overflow".to_owned(), 2)]),
            causal: false,
            looks_ahead: vec![],
            witnessed: 0,
        };
        cache.store("a", &verdict).unwrap();
        assert_eq!(cache.load("a"), Some(verdict));
        fs::write(cache.path("a"), "{").unwrap();
        assert_eq!(cache.load("a"), None);
        assert_eq!(fs::read_dir(cache.folder()).unwrap().count(), 1);
    }
}
