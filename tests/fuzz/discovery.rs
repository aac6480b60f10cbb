//! Any bytes as a Python file beside a configuration file: discovery says what it sees, the same each time.

use continuous_backtest::discovery::{Found, NoConfigFiles, Params, scan};
use std::fs;
use std::path::Path;

fn scanned(root: &Path) -> Found {
    scan(&Params::new(vec![root.to_path_buf()]), &NoConfigFiles).expect("the folder is there, and a Python file in it")
}

pub fn run(bytes: &[u8]) {
    let dir = tempfile::tempdir().expect("a folder for the case");
    // What follows a line of dashes is another module, so that names lead from one to the other.
    let split = bytes.windows(5).position(|part| part == b"\n---\n");
    let (first, second) = split.map_or((bytes, &bytes[..0]), |at| (&bytes[..at], &bytes[at + 5..]));
    fs::write(dir.path().join("first.py"), first).expect("a writable folder");
    fs::write(dir.path().join("second.py"), second).expect("a writable folder");
    let found = scanned(dir.path());
    assert_eq!(found.files_read, 2);
    for strategy in &found.strategies {
        assert!(!strategy.name.is_empty() && !strategy.reason.is_empty(), "{strategy:?}");
        assert!(!strategy.entry.as_ref().is_some_and(|entry| entry.method.is_empty()), "{strategy:?}");
    }
    let mut names: Vec<&str> = found.strategies.iter().map(|strategy| strategy.name.as_str()).collect();
    names.sort_unstable();
    assert!(names.windows(2).all(|pair| pair[0] != pair[1]), "a name is there twice: {names:?}");
    for parameter in &found.parameters {
        let place = &parameter.place;
        let text = if place.path == "second.py" { second } else { first };
        // What stands there is what would be replaced.
        let written = text.get(place.start as usize..place.end as usize).unwrap_or_default();
        assert!(!written.is_empty(), "{parameter:?} stands nowhere");
    }
    assert_eq!(format!("{found:?}"), format!("{:?}", scanned(dir.path())), "the second look sees something else");
}
