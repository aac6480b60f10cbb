use super::verdict::Verdict;
use crate::strategy::native::ir::parse;
use crate::strategy::native::lower::Lowered;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Verdicts as files, one per key, and what classes were lowered to; written beside and renamed, so that a reader never
/// sees half of one.
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
        self.write(&self.path(key), &serde_json::to_vec_pretty(verdict)?)
    }

    /// What a class was lowered to, where that was made of what `key` says.
    pub fn translation(&self, class: &str, key: &str) -> Option<Lowered> {
        let text = fs::read_to_string(self.translation_path(class)).ok()?;
        let (seal, rest) = text.split_once('\n')?;
        if seal != sealed(key, rest) {
            return None;
        }
        let (strings, program) = rest.split_once('\n')?;
        Some(Lowered { program: parse(program).ok()?, strings: serde_json::from_str(strings).ok()? })
    }

    /// One for each class: a new one takes the old one's place.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn keep_translation(&self, class: &str, key: &str, lowered: &Lowered) -> io::Result<()> {
        let rest = format!("{}\n{}", serde_json::to_string(&lowered.strings)?, lowered.program);
        self.write(&self.translation_path(class), format!("{}\n{rest}", sealed(key, &rest)).as_bytes())
    }

    /// Names of classes may hold what no file's name may.
    fn translation_path(&self, class: &str) -> PathBuf {
        self.folder.join(format!("{}.ir", &blake3::hash(class.as_bytes()).to_hex()[..32]))
    }

    fn write(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        fs::create_dir_all(&self.folder)?;
        let mut file = tempfile::Builder::new().prefix(".verdict-").tempfile_in(&self.folder)?;
        file.write_all(bytes)?;
        file.as_file().sync_all()?;
        file.persist(path).map_err(|error| error.error)?;
        Ok(())
    }

    pub fn folder(&self) -> &Path {
        &self.folder
    }
}

/// A file vouches for what it was made of and for its own text: a program that lost a bit would be another one.
fn sealed(key: &str, rest: &str) -> String {
    format!("{key} {}", blake3::hash(rest.as_bytes()).to_hex())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::strategy::native::Rung;
    use crate::strategy::native::rehearsal::AVERAGE;
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

    #[test]
    fn translations_come_back_and_damaged_or_stale_ones_do_not() {
        let folder = tempfile::tempdir().unwrap();
        let cache = Cache::new(folder.path().join("native"));
        let lowered = Lowered { program: parse(AVERAGE).unwrap(), strings: vec![Some("a\n\"b".to_owned()), None] };
        assert_eq!(cache.translation("a@b/c", "k"), None);
        cache.keep_translation("a@b/c", "k", &lowered).unwrap();
        assert_eq!(cache.translation("a@b/c", "k"), Some(lowered.clone()));
        assert_eq!(cache.translation("a@b/c", "other"), None);
        assert_eq!(cache.translation("a", "k"), None);
        let path = cache.translation_path("a@b/c");
        let text = fs::read_to_string(&path).unwrap();
        fs::write(&path, text.replacen("float.div", "float.mul", 1)).unwrap();
        assert_eq!(cache.translation("a@b/c", "k"), None);
        cache.keep_translation("a@b/c", "other", &lowered).unwrap();
        assert_eq!(cache.translation("a@b/c", "other"), Some(lowered));
        assert_eq!(fs::read_dir(cache.folder()).unwrap().count(), 1);
    }
}
