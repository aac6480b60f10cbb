//! `tests/language/*.md`: what is compiled, what is left to CPython, said by short classes.

use super::held::{Extent, Verdict, hold};

/// A class and the line below it that says what it becomes.
pub struct Case<'a> {
    pub title: &'a str,
    pub source: String,
    pub expected: &'a str,
}

pub fn cases(page: &str) -> Vec<Case<'_>> {
    let mut found = Vec::new();
    let (mut title, mut source, mut inside) = ("", None::<String>, false);
    for line in page.lines() {
        match line {
            "```python" => (source, inside) = (Some(String::new()), true),
            "```" => inside = false,
            line if inside => {
                if let Some(source) = &mut source {
                    source.push_str(line);
                    source.push('\n');
                }
            }
            line => {
                if let Some(heading) = line.strip_prefix("## ") {
                    assert!(source.is_none(), "`{title}` expects nothing");
                    title = heading;
                } else if let Some(expected) = line.strip_prefix("→ ") {
                    let source = source.take().unwrap_or_else(|| panic!("`{title}` has no class"));
                    found.push(Case { title, source, expected });
                }
            }
        }
    }
    assert!(source.is_none(), "`{title}` expects nothing");
    found
}

fn fits(verdict: &Verdict, expected: &str) -> bool {
    match verdict {
        Verdict::Native { runs, raised } => match expected {
            "native" => raised < runs,
            "raises" => raised == runs,
            _ => false,
        },
        Verdict::Bails(_) => expected == "bails",
        Verdict::Refused(obstacle) => expected == format!("refused: {}", obstacle.construct),
        Verdict::Unfit(_) | Verdict::Wrong(_) => false,
    }
}

/// The classes of all pages.
pub fn sources() -> Vec<String> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/language");
    let mut paths: Vec<_> = std::fs::read_dir(folder).expect(folder).map(|entry| entry.expect(folder).path()).collect();
    paths.sort();
    let pages = paths.iter().filter(|path| path.extension().is_some_and(|end| end == "md"));
    pages
        .flat_map(|path| {
            let page = std::fs::read_to_string(path).expect("a page");
            cases(&page).into_iter().map(|case| case.source).collect::<Vec<String>>()
        })
        .collect()
}

fn check(page: &str) {
    let cases = cases(page);
    assert!(!cases.is_empty());
    let sources: Vec<String> = cases.iter().map(|case| case.source.clone()).collect();
    let verdicts = hold(&sources, &Extent::of_pages());
    let wrong: Vec<String> = cases
        .iter()
        .zip(&verdicts)
        .filter(|(case, verdict)| !fits(verdict, case.expected))
        .map(|(case, verdict)| format!("{}\n  expected {}\n  {verdict:?}", case.title, case.expected))
        .collect();
    assert!(wrong.is_empty(), "{} of {} cases:\n{}", wrong.len(), cases.len(), wrong.join("\n"));
}

macro_rules! page {
    ($name:ident) => {
        #[test]
        fn $name() {
            let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/language/", stringify!($name), ".md");
            check(&std::fs::read_to_string(path).expect(path));
        }
    };
}

/// A page whose classes are given frames or arrays.
macro_rules! page_with_pandas {
    ($name:ident) => {
        #[test]
        fn $name() {
            if super::oracle::pandas().is_none() {
                eprintln!("SKIPPED: CBT_TEST_PYTHON_PANDAS names no interpreter with numpy and pandas");
                return;
            }
            let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/language/", stringify!($name), ".md");
            check(&std::fs::read_to_string(path).expect(path));
        }
    };
}

page_with_pandas!(frames);
page_with_pandas!(arrays);
page!(numbers);
page!(control);
page!(lists);
page!(mappings);
page!(objects);
page!(functions);
page!(builtins);
page!(answers);
