//! Certificates of realism: made once for what a generator's paths depend on, and kept.

use super::{Context, Failure, FailureKind};
use crate::artifact::{self, RealismRow, Standing, explained, market_bars};
use crate::market::Series;
use crate::scenario::realism::{Kind, VERSION, certify};
use crate::scenario::{Bates, Fact, Family, Generator, Regime, Resampler, Scenario, measure};
use crate::seed::Seed;
use rayon::prelude::*;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Below this the bands do not hold, and a real market is not measured.
const LEAST_REAL_BARS: usize = 2500;

/// One generator in one regime.
struct Item<'a> {
    generator: String,
    regime: String,
    kind: Kind,
    /// Claims to be like a whole market.
    whole: bool,
    hash: String,
    make: Box<dyn Fn() -> Vec<Series> + Send + Sync + 'a>,
}

/// The certificates of every family and of the real `markets`, from the artifact where they stand there already, and
/// writes the artifact.
///
/// # Errors
/// A damaged artifact; the simulated family outside its bands without being accepted.
pub fn write(context: &Context, scenarios: &[Scenario], markets: &[Series]) -> Result<Vec<RealismRow>, Failure> {
    let known = read(context)?;
    let mut rows: Vec<RealismRow> = items(context, scenarios, markets)?
        .par_iter()
        .map(|item| {
            let old: Vec<RealismRow> = known
                .iter()
                .filter(|row| {
                    row.generator_hash == item.hash && row.generator == item.generator && row.regime == item.regime
                })
                .cloned()
                .collect();
            if old.len() == Fact::ALL.len() { old } else { certificate(item) }
        })
        .collect::<Vec<_>>()
        .concat();
    let own: Vec<RealismRow> = rows.iter().filter(|row| row.generator.starts_with(REAL)).cloned().collect();
    for row in &mut rows {
        let values = || own.iter().filter(|real| real.fact == row.fact).filter_map(|real| real.value);
        (row.real_low, row.real_high) = (values().min_by(f64::total_cmp), values().max_by(f64::total_cmp));
    }
    rows.sort_by(|a, b| (&a.generator, &a.regime, &a.fact).cmp(&(&b.generator, &b.regime, &b.fact)));
    artifact::write(&context.data, &rows, &context.provenance())?;
    let outside = marks(&rows, Family::Gjr);
    if !accepted(context, Family::Gjr) && !outside.is_empty() {
        return Err(Failure::new(
            FailureKind::Configuration,
            format!("the simulated scenarios are outside the bands of real markets: {}", outside.join("; ")),
        )
        .hint("add gjr to scenarios.realism.accept_outside to use them with that mark"));
    }
    Ok(rows)
}

const REAL: &str = "real:";

/// # Errors
/// A damaged artifact; a missing one is empty.
pub fn read(context: &Context) -> Result<Vec<RealismRow>, Failure> {
    match artifact::read::<RealismRow>(&context.data) {
        Ok(rows) => Ok(rows),
        Err(error) if error.is_missing() => Ok(Vec::new()),
        Err(error) => Err(error.into()),
    }
}

/// Whether a family that is outside its bands may be used.
pub fn accepted(context: &Context, family: Family) -> bool {
    context.config.scenarios.realism.accept_outside.contains(&family)
}

/// `gjr/mixed: outside in hill_left`, for every regime of the family that is outside in something.
pub fn marks(rows: &[RealismRow], family: Family) -> Vec<String> {
    let mut outside: BTreeMap<(&str, &str), Vec<&str>> = BTreeMap::new();
    let of = |row: &&RealismRow| row.generator.split(':').next() == Some(family.name());
    for row in rows.iter().filter(of).filter(|row| row.standing == Standing::Outside) {
        outside.entry((&row.generator, &row.regime)).or_default().push(&row.fact);
    }
    outside
        .into_iter()
        .map(|((generator, regime), facts)| format!("{generator}/{regime}: outside in {}", facts.join(", ")))
        .collect()
}

/// Whether a scenario's simulated paths carry a mark.
pub fn is_outside(rows: &[RealismRow], scenario: &str) -> bool {
    rows.iter()
        .any(|row| row.generator == Family::Gjr.name() && row.regime == scenario && row.standing == Standing::Outside)
}

fn items<'a>(context: &Context, scenarios: &[Scenario], markets: &'a [Series]) -> Result<Vec<Item<'a>>, Failure> {
    let config = &context.config.scenarios.realism;
    let (paths, bars) = (config.paths, config.bars);
    let mut items: Vec<Item<'a>> = Vec::new();
    for scenario in scenarios {
        let long = Scenario { bars, ..scenario.clone() };
        let failed = |fault: crate::scenario::ModelFault| {
            let why = format!("scenario {} cannot be simulated over {bars} bars: {fault}", scenario.name);
            Failure::new(FailureKind::Configuration, why).hint("lower scenarios.realism.bars")
        };
        let (native, bates) = (Generator::new(&long).map_err(failed)?, Bates::new(&long).map_err(failed)?);
        let whole = scenario.name == Regime::Mixed.name();
        let mut add = |family: Family, draw: Box<dyn Fn(Seed) -> Series + Send + Sync>| {
            let (generator, regime) = (family.name().to_owned(), scenario.name.clone());
            let seed = seed(&generator, &regime);
            items.push(Item {
                hash: hash(&json!([VERSION, family, long, paths])),
                kind: Kind::of_gap_share(long.instrument.gap_share),
                whole,
                make: Box::new(move || (0..paths).map(|index| draw(seed.child(&index.to_string()))).collect()),
                generator,
                regime,
            });
        };
        add(Family::Gjr, Box::new(move |seed| native.path(seed)));
        add(Family::Bates, Box::new(move |seed| bates.path(seed)));
    }
    for market in markets {
        let content = market_bars::content_hash(market);
        let kind = kind(market);
        let name = market.name.strip_prefix("historical:").unwrap_or(&market.name);
        if market.len() >= LEAST_REAL_BARS {
            items.push(Item {
                generator: format!("{REAL}{name}"),
                regime: Regime::Mixed.name().to_owned(),
                kind,
                whole: true,
                hash: hash(&json!([VERSION, "real", content])),
                make: Box::new(move || vec![market.clone()]),
            });
        }
        for &regime in &context.config.scenarios.regimes {
            let Ok(resampler) = Resampler::new(market, regime) else { continue };
            let generator = format!("{}:{name}", Family::Resampled.name());
            let seed = seed(&generator, regime.name());
            items.push(Item {
                hash: hash(&json!([VERSION, Family::Resampled, content, regime, paths, bars])),
                regime: regime.name().to_owned(),
                kind,
                whole: regime == Regime::Mixed,
                make: Box::new(move || {
                    (0..paths).map(|index| resampler.path(seed.child(&index.to_string()), bars)).collect()
                }),
                generator,
            });
        }
    }
    Ok(items)
}

/// The certificate of equal settings is equal, whatever the seed of the run.
fn seed(generator: &str, regime: &str) -> Seed {
    Seed::new(0).child("realism").child(generator).child(regime)
}

fn hash(of: &Value) -> String {
    blake3::hash(of.to_string().as_bytes()).to_hex()[..32].to_owned()
}

/// By the market's own nights.
fn kind(market: &Series) -> Kind {
    let share = measure(market).into_iter().find(|(fact, _)| *fact == Fact::GapShare);
    Kind::of_gap_share(share.and_then(|(_, value)| value.ok()).unwrap_or(0.0))
}

fn certificate(item: &Item<'_>) -> Vec<RealismRow> {
    let paths = (item.make)();
    let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    certify(&paths, item.kind, item.whole)
        .into_iter()
        .map(|found| {
            let (value, value_reason) = explained(found.value);
            RealismRow {
                generator: item.generator.clone(),
                regime: item.regime.clone(),
                fact: found.fact.name().to_owned(),
                value,
                value_reason,
                low: found.band.map(|(low, _)| low),
                high: found.band.map(|(_, high)| high),
                standing: found.standing,
                real_low: None,
                real_high: None,
                kind: item.kind.name().to_owned(),
                paths: number(paths.len()),
                bars: number(paths.first().map_or(0, Series::len)),
                generator_hash: item.hash.clone(),
            }
        })
        .collect()
}
