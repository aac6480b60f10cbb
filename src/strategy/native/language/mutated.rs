//! Broken source is refused or compiled, never a panic.

use super::held::survive;
use super::pages;
use crate::seed::Seed;
use rand::RngExt;

/// Mutants of each source.
const MUTANTS: usize = 4;

/// A line or a word left out, a line twice, or two lines changed about.
fn mutate(source: &str, seed: Seed) -> String {
    let mut rng = seed.rng();
    let mut below = |count: usize| rng.random::<u32>() as usize % count.max(1);
    let mut lines: Vec<String> = source.lines().map(str::to_owned).collect();
    for _ in 0..1 + below(3) {
        if lines.is_empty() {
            break;
        }
        let at = below(lines.len());
        match below(4) {
            0 => {
                lines.remove(at);
            }
            1 => lines.insert(at, lines[at].clone()),
            2 => {
                let other = below(lines.len());
                lines.swap(at, other);
            }
            _ => {
                let indent = lines[at].len() - lines[at].trim_start().len();
                let mut words: Vec<&str> = lines[at].split_whitespace().collect();
                if !words.is_empty() {
                    words.remove(below(words.len()));
                }
                lines[at] = format!("{}{}", " ".repeat(indent), words.join(" "));
            }
        }
    }
    lines.join("\n") + "\n"
}

fn python_files(folder: &std::path::Path, found: &mut Vec<String>) {
    let mut paths: Vec<_> =
        std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path()).collect();
    paths.sort();
    for path in paths {
        if path.is_dir() {
            python_files(&path, found);
        } else if path.extension().is_some_and(|end| end == "py") {
            // What is no UTF-8 is for discovery to skip.
            found.extend(std::fs::read_to_string(&path));
        }
    }
}

#[test]
fn mutated_sources_never_panic() {
    let mut sources = pages::sources();
    python_files(std::path::Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/examples")), &mut sources);
    let seed = Seed::new(0).child("mutants");
    let mutants: Vec<String> = sources
        .iter()
        .enumerate()
        .flat_map(|(number, source)| {
            (0..MUTANTS).map(move |which| mutate(source, seed.child(&format!("{number}/{which}"))))
        })
        .collect();
    assert!(survive(&sources) > sources.len() / 2);
    assert!(survive(&mutants) > 0);
}

/// `CBT_LOWER=folder:folder cargo test --release files_of_a_folder -- --ignored --nocapture`
#[test]
#[ignore = "reads what people name"]
fn files_of_a_folder_and_their_mutants_never_panic() {
    let folders = std::env::var("CBT_LOWER").expect("folders");
    let mut sources = Vec::new();
    folders.split(':').for_each(|folder| python_files(std::path::Path::new(folder), &mut sources));
    sources.retain(|source| source.len() < 200_000);
    let seed = Seed::new(0).child("mutants of a folder");
    let (mut compiled, mut of_mutants) = (0, 0);
    for (number, some) in sources.chunks(200).enumerate() {
        let seed = seed.child(&number.to_string());
        let mutants: Vec<String> =
            some.iter().enumerate().map(|(at, source)| mutate(source, seed.child(&at.to_string()))).collect();
        compiled += survive(some);
        of_mutants += survive(&mutants);
    }
    eprintln!("{} files: {compiled} classes compiled, {of_mutants} of their mutants", sources.len());
}
