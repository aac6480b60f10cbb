//! What a class is made of and what it may look at while it runs, read from the text of its sources.

use crate::discovery::{Strategy, source_hash};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

/// Clocks, and chance that no seed rules. The worker seeds `random` and numpy's old generator.
const AMBIENT: [&str; 17] = [
    "now(",
    "today(",
    "utcnow",
    "time.time",
    "time_ns",
    "monotonic",
    "perf_counter",
    "process_time",
    "localtime",
    "gmtime",
    "urandom",
    "uuid",
    "secrets",
    "SystemRandom",
    "default_rng(",
    "Random(",
    "RandomState(",
];

/// Ways to files that are no modules, and to modules that no import names.
const FILES: [&str; 18] = [
    "open(",
    "read_text",
    "read_bytes",
    "read_csv",
    "read_parquet",
    "read_json",
    "read_pickle",
    "read_excel",
    "load(",
    "loadtxt",
    "importlib",
    "__import__",
    "exec(",
    "listdir",
    "scandir",
    "glob(",
    "pkgutil",
    "resources",
];

/// Files below a root beyond which they are not looked at one by one.
const MOST_FILES: usize = 20_000;

/// The sources as they stand.
pub struct Sources {
    text: Vec<Vec<u8>>,
    /// As discovery saw them.
    pub unchanged: bool,
}

impl Sources {
    /// One that cannot be read counts as changed.
    pub fn read(strategy: &Strategy) -> Self {
        let mut hashes = Vec::with_capacity(strategy.source_files.len());
        let mut text = Vec::with_capacity(strategy.source_files.len());
        for path in &strategy.source_files {
            let Ok(bytes) = fs::read(Path::new(&strategy.root).join(path)) else {
                return Self { text, unchanged: false };
            };
            hashes.push((path.as_str(), blake3::hash(&bytes).to_hex()));
            text.push(bytes);
        }
        let hash = source_hash(hashes.iter().map(|(path, hash)| (*path, hash.as_str())));
        Self { text, unchanged: hash == strategy.source_hash }
    }

    /// The first word that leads to a clock or to chance.
    pub fn ambient(&self) -> Option<&'static str> {
        AMBIENT.into_iter().find(|word| self.names(word))
    }

    pub fn opens_files(&self) -> bool {
        FILES.iter().any(|word| self.names(word))
    }

    fn names(&self, word: &str) -> bool {
        self.text.iter().any(|text| text.windows(word.len()).any(|part| part == word.as_bytes()))
    }
}

/// Name, size and time of every file a class could open below its root; None where there are too many to look at. What
/// this program writes, and what no worker may read, is left out.
pub fn files_below(root: &Path, except: &[&Path]) -> Option<String> {
    let mut found = Vec::new();
    let mut folders = vec![root.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).into_iter().flatten().flatten() {
            let name = entry.file_name();
            let name = name.to_string_lossy();
            let path = entry.path();
            if name.starts_with('.') || name == "__pycache__" || name.ends_with(".backup") || is_one(&path, except) {
                continue;
            }
            match entry.file_type() {
                Ok(kind) if kind.is_dir() => folders.push(path),
                _ => found.push(stamp(path)),
            }
            if found.len() > MOST_FILES {
                return None;
            }
        }
    }
    found.sort();
    let mut hasher = blake3::Hasher::new();
    for (path, size, modified) in &found {
        hasher.update(path.as_os_str().as_encoded_bytes()).update(b"\0");
        hasher.update(&size.to_le_bytes()).update(&modified.to_le_bytes());
    }
    Some(hasher.finalize().to_hex()[..32].to_owned())
}

fn is_one(path: &Path, of: &[&Path]) -> bool {
    of.contains(&path)
}

/// Links count as what they lead to.
fn stamp(path: PathBuf) -> (PathBuf, u64, u128) {
    let found = fs::metadata(&path);
    let modified = found.as_ref().ok().and_then(|found| found.modified().ok());
    let nanoseconds =
        modified.and_then(|time| time.duration_since(UNIX_EPOCH).ok()).map_or(0, |since| since.as_nanos());
    (path, found.map_or(0, |found| found.len()), nanoseconds)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sources(text: &str) -> Sources {
        Sources { text: vec![b"import math\n".to_vec(), text.as_bytes().to_vec()], unchanged: true }
    }

    #[test]
    fn clocks_and_files_are_seen() {
        assert_eq!(sources("self.rng = random.random()").ambient(), None);
        assert_eq!(sources("stamp = datetime.now()").ambient(), Some("now("));
        assert_eq!(sources("np.random.default_rng()").ambient(), Some("default_rng("));
        assert!(sources("yaml.safe_load(open('x'))").opens_files());
        assert!(!sources("if bar.open > bar.close: pass").opens_files());
    }

    #[test]
    fn any_file_below_the_root_that_changes_is_seen() {
        let dir = tempfile::tempdir().unwrap();
        let own = dir.path().join("data");
        fs::create_dir_all(dir.path().join("sub")).unwrap();
        fs::create_dir_all(&own).unwrap();
        fs::write(dir.path().join("sub/weights.csv"), "1").unwrap();
        let look = || files_below(dir.path(), &[&own]).unwrap();
        let before = look();
        for ignored in ["data/x.parquet", ".env", "a.yaml.backup"] {
            fs::write(dir.path().join(ignored), "x").unwrap();
        }
        assert_eq!(look(), before);
        fs::write(dir.path().join("sub/weights.csv"), "12").unwrap();
        let changed = look();
        assert_ne!(changed, before);
        fs::write(dir.path().join("new.json"), "{}").unwrap();
        assert_ne!(look(), changed);
    }
}
