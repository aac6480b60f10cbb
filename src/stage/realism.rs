//! Certificates of realism: made once for what a generator's paths depend on, and kept.

use super::{Context, Failure, FailureKind};
use crate::BUILT_FROM;
use crate::artifact::{self, RealismRow, Standing, explained, market_bars};
use crate::market::Series;
use crate::scenario::realism::{Kind, certify};
use crate::scenario::{Bates, Fact, Family, Generator, Regime, Resampler, Scenario, TooFewBars, measure_one};
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
    hash: String,
    work: Work<'a>,
}

enum Work<'a> {
    /// Certified before, for the same settings.
    Kept(Vec<RealismRow>),
    New {
        kind: Kind,
        /// Claims to be like a whole market.
        whole: bool,
        make: Box<dyn Fn() -> Vec<Series> + Send + Sync + 'a>,
    },
}

/// Certificates of earlier runs.
struct Known(BTreeMap<(String, String, String), Vec<RealismRow>>);

impl Known {
    fn of(rows: Vec<RealismRow>) -> Self {
        let mut known: BTreeMap<(String, String, String), Vec<RealismRow>> = BTreeMap::new();
        for row in rows {
            let key = (row.generator.clone(), row.regime.clone(), row.generator_hash.clone());
            known.entry(key).or_default().push(row);
        }
        Self(known)
    }

    /// The item, with what `new` makes of it only where there is no whole certificate.
    fn or_new<'a, E>(
        &self,
        (generator, regime, hash): (&str, &str, String),
        new: impl FnOnce() -> Result<Work<'a>, E>,
    ) -> Result<Item<'a>, E> {
        let key = (generator.to_owned(), regime.to_owned(), hash);
        let work = match self.0.get(&key) {
            Some(rows) if rows.len() == Fact::ALL.len() => Work::Kept(rows.clone()),
            _ => new()?,
        };
        let (generator, regime, hash) = key;
        Ok(Item { generator, regime, hash, work })
    }
}

/// The certificates of every family and of the real `markets`, from the artifact where they stand there already, and
/// writes the artifact.
///
/// # Errors
/// A damaged artifact; the simulated family outside its bands without being accepted.
pub fn write(context: &Context, scenarios: &[Scenario], markets: &[Series]) -> Result<Vec<RealismRow>, Failure> {
    let known = Known::of(read(context)?);
    let mut rows: Vec<RealismRow> =
        items(context, scenarios, markets, &known)?.par_iter().map(certificate).collect::<Vec<_>>().concat();
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

fn items<'a>(
    context: &Context,
    scenarios: &[Scenario],
    markets: &'a [Series],
    known: &Known,
) -> Result<Vec<Item<'a>>, Failure> {
    let config = &context.config.scenarios.realism;
    let (paths, bars) = (config.paths, config.bars);
    let many = move |generator: &str, regime: &str, draw: Box<dyn Fn(Seed) -> Series + Send + Sync + 'a>| {
        let seed = seed(generator, regime);
        Box::new(move || (0..paths).map(|index| draw(seed.child(&index.to_string()))).collect())
            as Box<dyn Fn() -> Vec<Series> + Send + Sync + 'a>
    };
    let mut items: Vec<Item<'a>> = Vec::new();
    for scenario in scenarios {
        let long = Scenario { bars, ..scenario.clone() };
        let failed = |fault: crate::scenario::ModelFault| {
            let why = format!("scenario {} cannot be simulated over {bars} bars: {fault}", scenario.name);
            Failure::new(FailureKind::Configuration, why).hint("lower scenarios.realism.bars")
        };
        for family in [Family::Gjr, Family::Bates] {
            let (generator, regime) = (family.name(), scenario.name.as_str());
            let hash = hash(&json!([BUILT_FROM, family, long, paths]));
            items.push(known.or_new((generator, regime, hash), || {
                let draw: Box<dyn Fn(Seed) -> Series + Send + Sync> = if family == Family::Bates {
                    let bates = Bates::new(&long).map_err(failed)?;
                    Box::new(move |seed| bates.path(seed))
                } else {
                    let native = Generator::new(&long).map_err(failed)?;
                    Box::new(move |seed| native.path(seed))
                };
                Ok::<_, Failure>(Work::New {
                    kind: Kind::of_gap_share(long.instrument.gap_share),
                    whole: regime == Regime::Mixed.name(),
                    make: many(generator, regime, draw),
                })
            })?);
        }
    }
    for market in markets {
        let content = market_bars::content_hash(market);
        let kind = || kind(market);
        let name = market.name.strip_prefix("historical:").unwrap_or(&market.name);
        if market.len() >= LEAST_REAL_BARS {
            let (generator, regime) = (format!("{REAL}{name}"), Regime::Mixed.name());
            let hash = hash(&json!([BUILT_FROM, "real", content]));
            items.push(known.or_new((&generator, regime, hash), || -> Result<_, Failure> {
                Ok(Work::New { kind: kind(), whole: true, make: Box::new(move || vec![market.clone()]) })
            })?);
        }
        for &regime in &context.config.scenarios.regimes {
            let generator = format!("{}:{name}", Family::Resampled.name());
            let hash = hash(&json!([BUILT_FROM, Family::Resampled, content, regime, paths, bars]));
            let item = known.or_new((&generator, regime.name(), hash), || {
                let resampler = Resampler::new(market, regime)?;
                Ok::<_, TooFewBars>(Work::New {
                    kind: kind(),
                    whole: regime == Regime::Mixed,
                    make: many(&generator, regime.name(), Box::new(move |seed| resampler.path(seed, bars))),
                })
            });
            // Too few bars of the regime: nothing is resampled, and nothing has to be certified.
            items.extend(item);
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
    Kind::of_gap_share(measure_one(market, Fact::GapShare).unwrap_or(0.0))
}

fn certificate(item: &Item<'_>) -> Vec<RealismRow> {
    let (kind, whole, make) = match &item.work {
        Work::Kept(rows) => return rows.clone(),
        Work::New { kind, whole, make } => (*kind, *whole, make),
    };
    let paths = make();
    let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    certify(&paths, kind, whole)
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
                kind: kind.name().to_owned(),
                paths: number(paths.len()),
                bars: number(paths.first().map_or(0, Series::len)),
                generator_hash: item.hash.clone(),
            }
        })
        .collect()
}
