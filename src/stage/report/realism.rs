use crate::artifact::{RealismRow, Standing};
use crate::report::model;
use crate::stage::realism::is_outside;

/// The badge of a scenario's numbers, with an asterisk where its generator is outside the bands of real markets.
pub fn marked(badge: &str, certificates: &[RealismRow], scenario: &str) -> String {
    format!("{badge}{}", if is_outside(certificates, scenario) { "*" } else { "" })
}

fn fact(row: &RealismRow) -> model::FactRow {
    let standing = match row.standing {
        Standing::Inside => "inside",
        Standing::Outside => "outside",
        Standing::NotJudged => "not judged",
    };
    let (fact, standing) = (row.fact.clone(), standing.to_owned());
    model::FactRow { fact, value: row.value, low: row.low, high: row.high, standing }
}

/// Rows stand by generator and regime in the artifact.
pub fn certificates(rows: &[RealismRow]) -> Vec<model::RealismRow> {
    rows.chunk_by(|a, b| (&a.generator, &a.regime) == (&b.generator, &b.regime))
        .map(|facts| {
            let count = |standing| facts.iter().filter(|row| row.standing == standing).count() as u64;
            let beyond = |row: &&RealismRow| match (row.value, row.real_low, row.real_high) {
                (Some(value), Some(low), Some(high)) => !(low..=high).contains(&value),
                _ => false,
            };
            let words = |row: &RealismRow| {
                let number = |value: Option<f64>| value.map_or_else(|| "-".to_owned(), |value| format!("{value:.2}"));
                format!("{} {} ({} to {})", row.fact, number(row.value), number(row.low), number(row.high))
            };
            model::RealismRow {
                generator: facts[0].generator.clone(),
                regime: facts[0].regime.clone(),
                kind: facts[0].kind.clone(),
                inside: count(Standing::Inside),
                outside: count(Standing::Outside),
                not_judged: count(Standing::NotJudged),
                outside_in: facts.iter().filter(|row| row.standing == Standing::Outside).map(words).collect(),
                unlike_own_bars: facts.iter().filter(beyond).count() as u64,
                facts: facts.iter().map(fact).collect(),
            }
        })
        .collect()
}
