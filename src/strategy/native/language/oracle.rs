//! What plain CPython makes of many classes, in one process.

use crate::discovery::{ConstructorArgument, Strategy};
use crate::market::Series;
use crate::strategy::worker::Names;
use crate::strategy::{Answers, Entry, Failure, FailureKind, Held, Meaning, Outcome, ParamSet, Trace};
use serde::{Deserialize, Serialize};
use std::io::Write;
use std::process::{Command, Stdio};
use std::sync::OnceLock;

const DRIVER: &str = include_str!("oracle.py");

/// As the worker boots them, without what serves its channel.
const HOST: [(&str, &str); 10] = [
    ("channel.py", include_str!("../../worker/host/channel.py")),
    ("report.py", include_str!("../../worker/host/report.py")),
    ("source.py", include_str!("../../worker/host/source.py")),
    ("surroundings.py", include_str!("../../worker/host/surroundings.py")),
    ("bars.py", include_str!("../../worker/host/bars.py")),
    ("answers.py", include_str!("../../worker/host/answers.py")),
    ("vectors.py", include_str!("../../worker/host/vectors.py")),
    ("features.py", include_str!("../../worker/host/features.py")),
    ("calls.py", include_str!("../../worker/host/calls.py")),
    ("trace.py", include_str!("../../worker/host/trace.py")),
];

#[derive(Serialize)]
struct Asked<'a> {
    host: [(&'static str, &'static str); 10],
    markets: Vec<Market>,
    cases: &'a [Question<'a>],
}

#[derive(Serialize)]
struct Market {
    count: usize,
    payload: String,
}

/// One class: which attributes are looked at, with which parameter sets.
#[derive(Serialize)]
pub struct Question<'a> {
    source: &'a str,
    module: &'a str,
    qualname: &'a str,
    entry: Option<&'a Entry>,
    constructor: &'a [ConstructorArgument],
    meaning: Meaning,
    attributes: Vec<String>,
    sets: &'a [ParamSet],
    names: Names,
}

impl<'a> Question<'a> {
    pub fn new(source: &'a str, strategy: &'a Strategy, attributes: Vec<String>, sets: &'a [ParamSet]) -> Self {
        Self {
            source,
            module: &strategy.module,
            qualname: &strategy.qualname,
            entry: strategy.entry.as_ref(),
            constructor: &strategy.constructor,
            meaning: Meaning::default(),
            attributes,
            sets,
            names: Names::used_in(std::iter::once(source.as_bytes())),
        }
    }
}

#[derive(Deserialize)]
struct Told {
    #[serde(default)]
    targets: String,
    #[serde(default)]
    clipped: usize,
    confidence: Option<String>,
    cells: String,
    failure: Option<String>,
    bar: Option<usize>,
    #[serde(default)]
    message: String,
}

/// What CBT_TEST_PYTHON_PANDAS names, or this machine's python3.
fn python() -> String {
    std::env::var("CBT_TEST_PYTHON_PANDAS").unwrap_or_else(|_| "python3".to_owned())
}

const VERSIONS: &str = "
import sys
try:
    import pandas
    major = pandas.__version__.split('.')[0]
except ImportError:
    major = ''
print(*sys.version_info[:2], major)
";

/// Python's major and minor version, and the major version of its pandas.
fn versions() -> (u8, u8, Option<u32>) {
    static FOUND: OnceLock<(u8, u8, Option<u32>)> = OnceLock::new();
    *FOUND.get_or_init(|| {
        let told = Command::new(python()).args(["-c", VERSIONS]).output();
        let text = String::from_utf8(told.expect("python runs").stdout).expect("digits");
        let mut parts = text.split_whitespace().map(|part| part.parse::<u32>().expect("a number"));
        let mut small = || parts.next().and_then(|part| u8::try_from(part).ok()).expect("a version");
        let (major, minor) = (small(), small());
        (major, minor, parts.next())
    })
}

pub fn version() -> (u8, u8) {
    let (major, minor, _) = versions();
    (major, minor)
}

pub fn pandas() -> Option<u32> {
    versions().2
}

/// For each question, what each market and then each set gave.
pub fn ask(markets: &[Series], questions: &[Question<'_>]) -> Vec<Vec<(Outcome, Trace)>> {
    ask_in(&python(), markets, questions)
}

/// As [`ask`], in this interpreter.
pub fn ask_in(python: &str, markets: &[Series], questions: &[Question<'_>]) -> Vec<Vec<(Outcome, Trace)>> {
    let asked = Asked { host: HOST, markets: markets.iter().map(market).collect(), cases: questions };
    let mut child = Command::new(python)
        .args(["-B", "-X", "utf8", "-c", DRIVER])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("python3 runs");
    let text = serde_json::to_vec(&asked).expect("plain data");
    child.stdin.take().expect("piped").write_all(&text).expect("python3 reads");
    let output = child.wait_with_output().expect("python3 ends");
    assert!(output.status.success(), "the oracle failed: {}", String::from_utf8_lossy(&output.stderr));
    let lines: Vec<&str> = std::str::from_utf8(&output.stdout).expect("JSON").lines().collect();
    assert_eq!(lines.len(), questions.len());
    lines
        .iter()
        .zip(questions)
        .map(|(line, question)| {
            let runs: Vec<Told> = serde_json::from_str(line).expect("runs");
            runs.into_iter().map(|told| told.read(question.attributes.len())).collect()
        })
        .collect()
}

fn market(series: &Series) -> Market {
    let mut payload = String::new();
    let mut add = |bits: u64| payload.extend(bits.to_le_bytes().iter().map(|byte| format!("{byte:02x}")));
    series.timestamp.iter().for_each(|time| add(time.cast_unsigned()));
    for (_, values) in series.columns() {
        values.iter().for_each(|value| add(value.to_bits()));
    }
    Market { count: series.len(), payload }
}

impl Told {
    fn read(self, attributes: usize) -> (Outcome, Trace) {
        let cells = bytes(&self.cells);
        let (cells, rest) = cells.as_chunks::<9>();
        assert!(rest.is_empty(), "whole cells");
        let held = cells.iter().map(|[tag, word @ ..]| match tag {
            0 => Held::Absent,
            1 => Held::None,
            2 => Held::Bool(i64::from_le_bytes(*word) != 0),
            3 => Held::Int(i64::from_le_bytes(*word)),
            4 => Held::Float(f64::from_le_bytes(*word)),
            5 => Held::Str,
            _ => Held::Other,
        });
        let trace = Trace::new(attributes, held.collect());
        let Some(kind) = self.failure else {
            let words = bytes(&self.targets);
            let targets = words.as_chunks::<8>().0.iter().map(|word| f64::from_le_bytes(*word)).collect();
            let confidence = self.confidence.map(|text| hex(&text));
            return (Outcome::Ok(Answers { targets, clipped: self.clipped, confidence }), trace);
        };
        let failure = |kind| Failure { kind, message: self.message.clone(), file: None, line: None, bar: self.bar };
        let outcome = match kind.as_str() {
            "timeout" => Outcome::Timeout(failure(FailureKind::Timeout)),
            "import" => Outcome::Raised(failure(FailureKind::Import)),
            "constructor" => Outcome::Raised(failure(FailureKind::Constructor)),
            _ => Outcome::Raised(failure(FailureKind::Call)),
        };
        (outcome, trace)
    }
}

fn bytes(hex: &str) -> Vec<u8> {
    let digit = |at: usize| u8::from_str_radix(&hex[at..at + 2], 16).expect("hexadecimal");
    (0..hex.len()).step_by(2).map(digit).collect()
}

/// `0x1.8p+1`, as `float.hex` writes it.
fn hex(text: &str) -> f64 {
    let (sign, text) = text.strip_prefix('-').map_or((1.0, text), |rest| (-1.0, rest));
    let (digits, power) = text.trim_start_matches("0x").split_once('p').expect("an exponent");
    let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
    let mantissa = u64::from_str_radix(&format!("{whole}{part}"), 16).expect("digits") as f64;
    let power: i32 = power.parse().expect("a number");
    // In two steps: the power of both together may be below what a float holds, where their product is not.
    sign * (mantissa / 2_f64.powi(4 * part.len() as i32)) * 2_f64.powi(power)
}

#[test]
fn floats_of_every_size_are_read_back() {
    for (text, value) in [
        ("0x1.8000000000000p+1", 3.0),
        ("-0x1.0000000000000p-1", -0.5),
        ("0x1.56e1fc2f8f359p-997", 1e-300),
        ("0x1.fffffffffffffp+1023", f64::MAX),
        ("0x0.0000000000001p-1022", 5e-324),
        ("0x0.0p+0", 0.0),
    ] {
        assert_eq!(hex(text).to_bits(), value.to_bits(), "{text}");
    }
}
