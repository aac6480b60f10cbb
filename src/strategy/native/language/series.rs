//! Random chains of pandas' series, held against pandas.

use super::held::{Extent, Verdict, hold};
use crate::seed::Seed;
use rand::RngExt;
use std::fmt::Write;

const PROGRAMS: usize = 4;
const STEPS: usize = 9;

/// One class: series made of series, the last of them kept as attributes.
fn program(seed: Seed) -> String {
    let mut rng = seed.rng();
    let mut below = |count: usize| rng.random::<u32>() as usize % count;
    let mut known: Vec<String> =
        ["close", "high", "low", "volume"].iter().map(|name| format!("df[\"{name}\"]")).collect();
    let mut body = String::new();
    for step in 0..STEPS {
        let (s, t) = (known[below(known.len())].clone(), known[below(known.len())].clone());
        let n = ["self.n", "2", "3", "5", "8"][below(5)];
        let number = ["2", "0.5", "-1.0", "100", "0.0", "self.scale"][below(6)];
        let sign = ["+", "-", "*", "/"][below(4)];
        let made = match below(13) {
            0..=2 => {
                let least = ["", ", min_periods=1"][below(2)];
                let what = ["mean", "sum", "min", "max", "std", "var", "median"][below(7)];
                format!("{s}.rolling({n}{least}).{what}()")
            }
            3 | 4 => {
                let adjust = ["", ", adjust=False", ", adjust=True, min_periods=3"][below(3)];
                format!("{s}.ewm(span={n}{adjust}).{}()", ["mean", "mean", "std"][below(3)])
            }
            5 => format!("{s}.shift({})", ["1", "2", "self.n", "-1"][below(4)]),
            6 => format!("{s}.diff()"),
            7 => format!("{s}.clip({})", ["lower=0", "upper=0.5", "lower=-1, upper=1"][below(3)]),
            8 => format!("{s}.{}", ["abs()", "fillna(0.0)", "fillna(self.scale)"][below(3)]),
            9 => format!("({number} {sign} {s})"),
            10 => format!("({s} {sign} {number})"),
            11 => format!("-{s}"),
            _ => format!("({s} {sign} {t})"),
        };
        if below(3) == 0 {
            let _ = writeln!(body, "        df[\"c{step}\"] = {made}");
            known.push(format!("df[\"c{step}\"]"));
        } else {
            let _ = writeln!(body, "        s{step} = {made}");
            known.push(format!("s{step}"));
        }
    }
    let last = &known[known.len() - 5..];
    for (at, series) in last.iter().enumerate() {
        let _ = writeln!(body, "        self.a{at} = float({series}.iloc[-1])");
    }
    format!(
        "class CaseStrategy:
    def __init__(self, n=4, scale=1.5):
        self.n = n
        self.scale = scale
        self.a0 = self.a1 = self.a2 = self.a3 = self.a4 = 0.0

    def generate_signal(self, df):
{body}        if self.a0 > self.a1:
            return 1
        return -1 if {}.iloc[-1] < df[\"open\"].iloc[-1] else 0
",
        last[0]
    )
}

fn agree(count: usize, name: &str) {
    if super::oracle::pandas().is_none() {
        eprintln!("SKIPPED: CBT_TEST_PYTHON_PANDAS names no interpreter with numpy and pandas");
        return;
    }
    let seed = Seed::new(0).child("series").child(name);
    let sources: Vec<String> = (0..count).map(|number| program(seed.child(&number.to_string()))).collect();
    let extent = Extent { bars: 24, markets: seed.child("markets"), changes: &[(-1, 0.5)] };
    let (mut native, mut paths) = (0, 0);
    for (source, verdict) in sources.iter().zip(hold(&sources, &extent)) {
        match verdict {
            Verdict::Native { runs, .. } => {
                native += 1;
                paths += runs;
            }
            Verdict::Wrong(why) => panic!("{why}\n{source}"),
            Verdict::Refused(why) => eprintln!("{why}"),
            Verdict::Bails(why) | Verdict::Unfit(why) => eprintln!("{why}"),
        }
    }
    assert!(native > count / 2, "{native} of {count} programs");
    eprintln!("{paths} paths through {native} of {count} programs agree");
}

#[test]
fn random_series_are_pandas_own() {
    agree(PROGRAMS, "many");
}

/// `CBT_TEST_PROGRAMS=500 cargo test --release many_random_series -- --ignored --nocapture`
#[test]
#[ignore = "as long as it is let"]
fn many_random_series_are_pandas_own() {
    let count = std::env::var("CBT_TEST_PROGRAMS").ok().and_then(|text| text.parse().ok()).unwrap_or(200);
    let name = std::env::var("CBT_TEST_SEED").unwrap_or_else(|_| "many".to_owned());
    agree(count, &name);
}
