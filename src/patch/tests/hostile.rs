//! Readers under texts that nobody would write.

use super::{edit, plan_text};
use crate::patch::read::read;
use crate::patch::{Change, Format, Undo};
use crate::strategy::Value;
use proptest::prelude::*;

const SEEDS: [(Format, &str); 6] = [
    (Format::Yaml, "a: &x {b: 20, c: [1, -2.5, 'q']}\nd:\n  <<: *x\n  e: |\n    t\n---\n? k\n: !!int \"5\" # é\n"),
    (Format::Yaml, "s:\n  - name: m\n    params:\n      - 1e-3\n      - ~\n      - yes\n\"ä\": 'it''s'\r\n"),
    (Format::Json, "{\"a\": [1, -2.5e3, true, null, \"\\u00e9\\n\"], // c\n \"b\": {\"a\": 20,},}"),
    (Format::Toml, "a.b = 1_000\n[t]\nc = { d = 2.5, e = 'x' }\n[[u]]\nf = [\"\"\"y\"\"\", 1979-05-27]\n"),
    (Format::Env, "export A=1 # c\nB=\"x\\\"y\"\r\n\nC='z'\nD=${E}\n"),
    (
        Format::Python,
        "class A(B):\n    p = ((\"k\", 20), (\"l\", False))\n    def __init__(self, a: int = -1, *, b='x'):\n        \
         self.c = cfg.get(\"c\", 1e-3) or [0x1F, {'d': Mode.X}]\n        e = f = f\"{g(1)}\" \"h\"\n",
    ),
];

/// Reads, then tries to change the first few values: no panic, and spans that are in the text.
fn exercise(format: Format, text: &str) -> Result<(), TestCaseError> {
    let Ok(reading) = read(format, text, &|_, _, _| true) else { return Ok(()) };
    for scalar in reading.scalars.iter().take(8) {
        let span = (scalar.start as usize, scalar.end as usize);
        prop_assert!(text.get(span.0..span.1).is_some(), "{format:?} {span:?} is not in {text:?}");
        let new = match &scalar.value {
            Value::Int(value) => Value::Int(value.wrapping_add(7)),
            Value::Float(value) => Value::Float(value * 1.5 + 0.25),
            Value::Bool(value) => Value::Bool(!value),
            Value::Str(_) => Value::Str("other".to_owned()),
            other => other.clone(),
        };
        let edits = [edit(format, text.as_bytes(), span, scalar.value.clone(), new)];
        if let Ok(planned) = plan_text(&edits, text.as_bytes()) {
            prop_assert_eq!(planned.undo.revert(&planned.after), Some(text.as_bytes().to_vec()));
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1500, ..ProptestConfig::default() })]

    #[test]
    fn arbitrary_text_never_panics(text in any::<String>()) {
        for format in Format::ALL {
            exercise(format, &text)?;
        }
    }

    #[test]
    fn arbitrary_punctuation_never_panics(text in "[\\[\\]{}():,=*&<#\"'\\\\ \\n\\r\\t.+\\-_|>!?%@~a-c0-2\u{feff}é]{0,80}") {
        for format in Format::ALL {
            exercise(format, &text)?;
        }
    }

    #[test]
    fn mutated_documents_never_panic(
        seed in 0..SEEDS.len(),
        cuts in prop::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>(), any::<char>(), 0..4_u8), 1..6),
    ) {
        let (format, text) = SEEDS[seed];
        let mut chars: Vec<char> = text.chars().collect();
        for (at, other, c, what) in cuts {
            if chars.is_empty() {
                break;
            }
            let (at, other) = (at.index(chars.len()), other.index(chars.len()));
            match what {
                0 => { chars.remove(at); }
                1 => chars.insert(at, c),
                2 => chars.swap(at, other),
                _ => { let copy: Vec<char> = chars[at.min(other)..at.max(other)].to_vec(); chars.extend(copy); }
            }
        }
        let text: String = chars.into_iter().collect();
        exercise(format, &text)?;
    }

    #[test]
    fn arbitrary_spans_never_panic(seed in 0..SEEDS.len(), start in 0..200_u32, length in 0..20_u32, new in any::<i64>()) {
        let (format, text) = SEEDS[seed];
        let span = (start as usize, (start + length) as usize);
        let edits = [edit(format, text.as_bytes(), span, Value::Int(20), Value::Int(new))];
        if let Ok(planned) = plan_text(&edits, text.as_bytes()) {
            prop_assert_eq!(&text[span.0..span.1], "20");
            prop_assert_eq!(planned.undo.revert(&planned.after), Some(text.as_bytes().to_vec()));
        }
    }

    #[test]
    fn arbitrary_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..60)) {
        for format in Format::ALL {
            let _ = plan_text(&[edit(format, &bytes, (0, 1), Value::Int(1), Value::Int(2))], &bytes);
        }
    }

    #[test]
    fn arbitrary_records_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..40), starts in prop::collection::vec(any::<u32>(), 0..4)) {
        let change = |start| Change { key: String::new(), line: 1, start, old_text: "a".to_owned(), new_text: "b".to_owned() };
        let undo = Undo {
            file: "file".into(),
            old_hash: String::new(),
            new_hash: crate::patch::hash(&bytes),
            changes: starts.into_iter().map(change).collect(),
        };
        prop_assert_eq!(undo.revert(&bytes), None);
    }
}

#[test]
fn the_seeds_are_whole() {
    for (format, text) in SEEDS {
        let reading = read(format, text, &|_, _, _| true);
        assert!(reading.is_ok_and(|reading| reading.scalars.len() >= 4), "{text}");
    }
}

#[test]
fn deep_nesting_is_read_or_refused() {
    let depth = 20_000;
    let python = [
        ("(", ")"),
        ("[1,", "]"),
        ("{1:", "}"),
        ("f(1,", ")"),
        ("not ", ""),
        ("-", ""),
        ("lambda:", ""),
        ("1 if 1 else ", ""),
        ("1+", ""),
    ];
    for (open, close) in python {
        let text = format!("x = {}1{}\n", open.repeat(depth), close.repeat(depth));
        assert!(read(Format::Python, &text, &|_, _, _| true).is_ok(), "{open}");
    }
    let too_large = format!("x = {}1", "-".repeat(300_000));
    assert!(read(Format::Python, &too_large, &|_, _, _| true).is_err());
    for (format, open, close) in
        [(Format::Json, "[", "]"), (Format::Yaml, "[", "]"), (Format::Yaml, "- ", ""), (Format::Toml, "[", "]")]
    {
        let prefix = if format == Format::Toml { "a = " } else { "" };
        let text = format!("{prefix}{}1{}\n", open.repeat(depth), close.repeat(depth));
        assert!(read(format, &text, &|_, _, _| true).is_err(), "{format:?} {open}");
    }
}

#[test]
fn aliases_that_multiply_are_refused() {
    let mut text = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..9 {
        let below = vec![format!("*a{}", level - 1); 9].join(", ");
        text.push_str(&format!("a{level}: &a{level} [{below}]\n"));
    }
    let fault = read(Format::Yaml, &text, &|_, _, _| true).expect_err("a billion values");
    assert!(fault.message.contains("beyond reason"), "{fault}");
}
