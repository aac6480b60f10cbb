//! Bytes that nobody wrote: each target takes any bytes and panics where the program is wrong about them. They are run
//! on a corpus and on mutations of it, whose seeds have names; the targets are functions that libFuzzer could call, too.
//!
//! `CBT_FUZZ_SECONDS=1200 cargo test --release fuzz::long -- --ignored --nocapture` is the long version, `CBT_FUZZ_SEED`
//! names another one. The case that is being tried stands in the folder for temporary files, so that it is there if
//! the process is not.

mod artifacts;
mod configuration;
mod discovery;
mod markets;
mod mutation;
mod native;
mod patching;

use continuous_backtest::seed::Seed;
use mutation::Mutator;
use std::fs;
use std::panic::catch_unwind;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

struct Target {
    name: &'static str,
    run: fn(&[u8]),
    /// Files of the repository that are cases, too: folder, how names end, and what is put in front of each.
    others: &'static [(&'static str, &'static str, &'static str)],
}

const TARGETS: [Target; 6] = [
    Target {
        name: "discovery",
        run: discovery::run,
        others: &[("examples", ".py", ""), ("tests/hostile", ".py", ""), ("benches/strategies", ".py", "")],
    },
    Target {
        name: "native",
        run: native::run,
        others: &[("examples", ".py", ""), ("tests/language", ".md", ""), ("benches/strategies", ".py", "")],
    },
    Target {
        name: "configuration",
        run: configuration::run,
        others: &[("tests/config", ".yaml", ""), (".", ".yaml", "")],
    },
    Target {
        name: "patching",
        run: patching::run,
        others: &[
            ("examples", ".py", "\0"),
            ("examples/config", ".yaml", "\x01"),
            ("examples/config", ".json", "\x02"),
            (".", ".toml", "\x03"),
            ("tests/patch", ".md", "\x01"),
        ],
    },
    Target { name: "markets", run: markets::run, others: &[] },
    Target { name: "artifacts", run: artifacts::run, others: &[("tests/schema", ".parquet", "")] },
];

/// Longer than this is a hang, however busy the machine.
const SLOW: Duration = Duration::from_secs(20);
/// Files are cut to so many bytes: what matters is near, and long cases are few.
const LONGEST: usize = 1 << 14;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn files(folder: &Path, end: &str, found: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> = fs::read_dir(folder).into_iter().flatten().flatten().map(|e| e.path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() && folder != root() {
            files(&path, end, found);
        } else if path.is_file() && path.to_string_lossy().ends_with(end) {
            found.push(path);
        }
    }
}

impl Target {
    /// The committed cases, found ones first, then files that are there anyway.
    fn corpus(&self) -> Vec<(String, Vec<u8>)> {
        let mut cases = Vec::new();
        let own = ["found", "corpus"].map(|kind| (format!("tests/fuzz/{kind}/{}", self.name), "", ""));
        let others = self.others.iter().map(|(folder, end, head)| ((*folder).to_owned(), *end, *head));
        for (folder, end, head) in own.into_iter().chain(others) {
            let mut paths = Vec::new();
            files(&root().join(folder), end, &mut paths);
            for path in paths {
                let mut bytes = fs::read(&path).unwrap();
                // A Parquet file without its end is none.
                if end != ".parquet" {
                    bytes.truncate(LONGEST);
                }
                cases.push((path.display().to_string(), [head.as_bytes(), &bytes].concat()));
            }
        }
        assert!(cases.len() > 3, "{} has no corpus", self.name);
        cases
    }

    /// The bytes of a failure stay where the message says.
    fn try_one(&self, what: &str, bytes: &[u8]) {
        let last = std::env::temp_dir().join(format!("cbt-fuzz-{}-{}", self.name, std::process::id()));
        fs::write(&last, bytes).unwrap();
        let begun = Instant::now();
        let outcome = catch_unwind(|| (self.run)(bytes));
        let kept = last.display();
        assert!(outcome.is_ok(), "{}: {what}: the case is {kept}", self.name);
        assert!(begun.elapsed() < SLOW, "{}: {what} took {:?}: the case is {kept}", self.name, begun.elapsed());
        fs::remove_file(&last).unwrap();
    }

    /// The corpus, then mutations of it until `enough`, which is told their number; that number.
    fn explore(&self, seed: Seed, enough: &dyn Fn(u64) -> bool) -> u64 {
        let corpus = self.corpus();
        for (name, bytes) in &corpus {
            self.try_one(name, bytes);
        }
        let cases: Vec<Vec<u8>> = corpus.into_iter().map(|(_, bytes)| bytes).collect();
        let mut tried = 0;
        while !enough(tried) {
            let mut mutator = Mutator::new(seed.child(self.name).child(&tried.to_string()));
            let bytes = mutator.mutated(&cases);
            self.try_one(&format!("mutation {tried}"), &bytes);
            tried += 1;
        }
        tried
    }
}

#[test]
fn corpora_and_a_few_mutations() {
    for target in &TARGETS {
        let begun = Instant::now();
        target.explore(Seed::new(0).child("fuzz"), &|tried| tried >= 60);
        println!("{}: {:?}", target.name, begun.elapsed());
    }
}

#[test]
#[ignore = "runs as long as CBT_FUZZ_SECONDS says"]
fn long() {
    let number = |name: &str, otherwise: u64| std::env::var(name).map_or(otherwise, |text| text.parse().unwrap());
    let wanted = std::env::var("CBT_FUZZ_TARGET").ok();
    let (seconds, seed) = (number("CBT_FUZZ_SECONDS", 60), number("CBT_FUZZ_SEED", 1));
    for target in TARGETS.iter().filter(|target| wanted.as_deref().is_none_or(|wanted| wanted == target.name)) {
        let end = Instant::now() + Duration::from_secs(seconds);
        let tried = target.explore(Seed::new(seed).child("fuzz"), &|_| Instant::now() >= end);
        println!("{}: {seconds} s, {tried} mutations, seed {seed}", target.name);
    }
}
