//! Values that a configuration file gives a class, where the class is shown to receive them.

mod receive;
mod section;

pub use receive::apply;

use super::found::PlaceKind;
use super::walk::Listing;
use crate::strategy::Value;
use rayon::prelude::*;
use std::collections::BTreeSet;

/// One value of a YAML, JSON or TOML file.
#[derive(Debug, Clone, PartialEq)]
pub struct FileValue {
    /// Keys and `[index]` from the top: `["strategies", "[0]", "parameters", "lookback_period"]`.
    pub path: Vec<String>,
    /// Byte span of the value alone, sign and quotes included.
    pub start: u32,
    pub end: u32,
    /// One-based.
    pub line: u32,
    pub value: Value,
    /// Why these bytes cannot be changed for one strategy alone: an anchor, a key given twice.
    pub doubt: Option<String>,
}

/// Reads configuration files. Discovery finds them and knows what to look for, but no format.
pub trait ConfigReader: Sync {
    /// Every value of `text`; `path` tells its format.
    ///
    /// # Errors
    /// The text does not parse; the file is then left out.
    fn values(&self, path: &str, text: &str) -> Result<Vec<FileValue>, String>;
}

/// For a scan of the code alone.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoConfigFiles;

impl ConfigReader for NoConfigFiles {
    fn values(&self, _: &str, _: &str) -> Result<Vec<FileValue>, String> {
        Ok(Vec::new())
    }
}

#[derive(Debug)]
pub struct ConfigFile {
    pub root: String,
    /// Relative to the root, with forward slashes.
    pub path: String,
    pub kind: PlaceKind,
    pub hash: String,
    pub text: String,
    pub values: Vec<FileValue>,
    /// Every word that may name a strategy, folded: keys, short texts, the file's stem.
    words: BTreeSet<String>,
}

/// `Momentum-Trader` and `momentum trader` → `momentum_trader`.
fn fold(word: &str) -> String {
    word.replace(['-', ' '], "_").to_ascii_lowercase()
}

fn words(path: &str, values: &[FileValue]) -> BTreeSet<String> {
    let name = path.rsplit('/').next().unwrap_or(path);
    let mut words = BTreeSet::from([fold(name.rsplit_once('.').map_or(name, |(stem, _)| stem))]);
    for value in values {
        words.extend(value.path.iter().filter(|key| !key.starts_with('[')).map(|key| fold(key)));
        if let Value::Str(text) = &value.value
            && text.len() < 200
        {
            words.insert(fold(text.rsplit(['.', ':']).next().unwrap_or(text)));
        }
    }
    words
}

/// Reads what can be read; a file that does not parse configures nothing.
pub fn read(listing: &Listing, reader: &dyn ConfigReader) -> Vec<ConfigFile> {
    let read = listing.config.par_iter().filter_map(|listed| {
        let root = &listing.roots[listed.root];
        let text = std::fs::read_to_string(root.join(&listed.path)).ok()?;
        let kind = match listed.path.rsplit('.').next()? {
            "yaml" | "yml" => PlaceKind::Yaml,
            "json" => PlaceKind::Json,
            _ => PlaceKind::Toml,
        };
        let values = reader.values(&listed.path, &text).ok()?;
        let hash = blake3::hash(text.as_bytes()).to_hex().to_string();
        let words = words(&listed.path, &values);
        Some(ConfigFile {
            root: root.display().to_string(),
            path: listed.path.clone(),
            kind,
            hash,
            text,
            values,
            words,
        })
    });
    read.collect()
}
