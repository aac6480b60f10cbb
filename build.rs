//! A hash over the sources of everything that computes, for the keys of what is kept: what other code made is not taken
//! for what this code makes. Nobody has to think of raising a number.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// Rooms that only show what was computed.
const SHOWING: [&str; 3] = ["cli", "dashboard", "report"];

fn main() -> io::Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = vec![root.join("Cargo.lock")];
    for entry in fs::read_dir(root.join("src"))? {
        let entry = entry?;
        if !SHOWING.iter().any(|room| entry.file_name() == *room) {
            walk(entry.path(), &mut files)?;
        }
    }
    files.sort();
    let mut hash = Fnv(0x6c62_272e_07bb_0142_62b8_2175_6295_c58d);
    for file in files.iter().filter(|file| file.exists()) {
        println!("cargo::rerun-if-changed={}", file.display());
        hash.add(file.strip_prefix(root).unwrap_or(file).to_string_lossy().as_bytes());
        hash.add(&fs::read(file)?);
    }
    println!("cargo::rerun-if-changed=src");
    println!("cargo::rustc-env=CBT_BUILT_FROM={:032x}", hash.0);
    Ok(())
}

fn walk(path: PathBuf, files: &mut Vec<PathBuf>) -> io::Result<()> {
    if path.is_dir() {
        for entry in fs::read_dir(path)? {
            walk(entry?.path(), files)?;
        }
    } else {
        files.push(path);
    }
    Ok(())
}

/// FNV-1a with 128 bits: enough to tell versions apart, and no dependency of the build.
/// <http://www.isthe.com/chongo/tech/comp/fnv/>
struct Fnv(u128);

impl Fnv {
    fn add(&mut self, bytes: &[u8]) {
        for byte in (bytes.len() as u64).to_le_bytes().iter().chain(bytes) {
            self.0 = (self.0 ^ u128::from(*byte)).wrapping_mul(0x0000_0000_0100_0000_0000_0000_0000_013b);
        }
    }
}
