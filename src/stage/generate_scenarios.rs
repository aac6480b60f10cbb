mod sources;

pub use sources::{Source, Sources};

use super::{Context, Failure, FailureKind, realism};
use crate::artifact::market_file::{LoadedFolder, load_folder};
use crate::artifact::{self, PathSet, ScenarioRow, explained, market_bars};
use crate::config;
use crate::market::Series;
use crate::scenario::{
    Dynamics, Garch, Generator, Instrument, Jumps, Model, Realised, Scenario, Set, Trend, VolumeModel,
};
use crate::seed::Seed;
use rayon::prelude::*;
use serde_json::{Value, json};
use std::path::Path;

/// Simulates the three sets of every scenario and checks every real series in the market directory.
///
/// # Errors
/// A scenario no path can be drawn of, or the operating system. Bad market files are refused by name and reason,
/// and the others go on.
pub fn run(context: &Context) -> Result<Value, Failure> {
    let scenarios = scenarios(&context.config.scenarios);
    let folder = real(context)?;
    for refusal in &folder.refused {
        context.console.warn(refusal.to_string());
    }
    let with_files: Vec<(&Series, String)> =
        folder.markets.iter().map(|market| (&market.series, file_name(&market.file))).collect();
    let sources = Sources::new(context, &with_files)?;
    let mut found = draw(context, &sources);
    context.stop.check()?;
    let simulated = found.len();
    for market in &folder.markets {
        let file = Some(file_name(&market.file));
        let row = describe(&market.series, PathSet::Historical, market.series.name.clone(), 0, None, file)?;
        found.push((row, market.series.clone()));
    }
    let markets: Vec<Series> = folder.markets.iter().map(|market| market.series.clone()).collect();
    realism::write(context, &scenarios, &markets)?;
    found.sort_by(|a, b| a.0.market.cmp(&b.0.market));
    let (rows, series): (Vec<ScenarioRow>, Vec<Series>) = found.into_iter().unzip();
    artifact::write(&context.data, &rows, &context.provenance())?;
    market_bars::write(&context.data, &series, &context.provenance())?;
    let historical = folder.markets.len();
    context.console.say(format!(
        "{simulated} paths of {} scenarios generated, {historical} real markets loaded",
        sources.all().len()
    ));
    Ok(json!({
        "scenarios": sources.all().len(),
        "simulated": simulated,
        "historical": historical,
        "refused": folder.refused.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "bars": series.iter().map(Series::len).sum::<usize>(),
    }))
}

/// The configured scenarios that are simulated, built-in and custom.
pub fn scenarios(config: &config::Scenarios) -> Vec<Scenario> {
    let instrument = instrument(&config.instrument);
    let built_in = config.regimes.iter().map(|regime| (regime.name(), regime.dynamics(), None));
    let custom =
        config.custom.iter().map(|(name, model)| (name.as_str(), Dynamics::Single(model_of(model)), trend_of(model)));
    built_in
        .chain(custom)
        .map(|(name, dynamics, trend)| Scenario {
            name: name.to_owned(),
            dynamics,
            instrument,
            bars: config.bars,
            trend,
        })
        .collect()
}

/// One generator per scenario, in the order given.
///
/// # Errors
/// A scenario no path can be drawn of.
pub fn generators(scenarios: &[Scenario]) -> Result<Vec<Generator>, Failure> {
    scenarios
        .iter()
        .map(|scenario| {
            Generator::new(scenario).map_err(|fault| {
                let why = format!("scenario {} cannot be simulated: {fault}", scenario.name);
                Failure::new(FailureKind::Configuration, why)
            })
        })
        .collect()
}

/// What everything is drawn from that has to be new in every iteration.
pub fn fresh(context: &Context) -> Seed {
    context.seed.child("iteration").child(&context.iteration.to_string())
}

fn file_name(path: &Path) -> String {
    path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned())
}

fn draw(context: &Context, sources: &Sources) -> Vec<(ScenarioRow, Series)> {
    let paths = &context.config.scenarios.paths;
    let fresh = fresh(context);
    let sets = [
        (Set::Train, paths.train, context.seed),
        // New in every iteration: a challenger is never judged on paths an earlier one was chosen by.
        (Set::Validation, paths.validation, fresh),
        (Set::Test, paths.test, context.seed),
    ];
    let work: Vec<(&Source, Set, usize, Seed)> = sources
        .all()
        .iter()
        .flat_map(|source| {
            sets.into_iter().flat_map(move |(set, count, seed)| (0..count).map(move |index| (source, set, index, seed)))
        })
        .collect();
    work.into_par_iter()
        .filter_map(|(source, set, index, seed)| {
            if context.stop.requested() {
                return None;
            }
            let name = source.name();
            let series = source.draw(seed, set, index);
            let path_seed = crate::scenario::path_seed(seed, name, set, index).value();
            let file = source.file().map(str::to_owned);
            let row = describe(&series, set_of(set), name.to_owned(), index, Some(path_seed), file).ok()?;
            Some((row, series))
        })
        .collect()
}

fn real(context: &Context) -> Result<LoadedFolder, Failure> {
    let config = &context.config.market_data;
    if !config.directory.is_dir() {
        context.console.say(format!("No real markets: {} is no directory", config.directory.display()));
        return Ok(LoadedFolder::default());
    }
    let gap = config.max_gap_days;
    load_folder(&config.directory, gap, &|name| periods(context, name))
        .map_err(|refusal| Failure::new(FailureKind::Io, refusal.to_string()))
}

/// The market's own bars per year, else the backtest's; None lets the bars decide.
pub fn periods(context: &Context, name: &str) -> Option<f64> {
    let own = context.config.market_data.markets.get(name).and_then(|market| market.periods_per_year);
    own.or(context.config.backtest.periods_per_year)
}

/// One series from a file anywhere.
///
/// # Errors
/// The file's first fault.
pub fn load(context: &Context, file: &Path) -> Result<Series, Failure> {
    let gap = context.config.market_data.max_gap_days;
    let stem = file.file_stem().map_or_else(String::new, |stem| stem.to_string_lossy().into_owned());
    crate::artifact::market_file::load_file(file, gap, periods(context, &stem))
        .map(|market| market.series)
        .map_err(|refusal| Failure::input(refusal.to_string()))
}

fn describe(
    series: &Series,
    set: PathSet,
    scenario: String,
    index: usize,
    seed: Option<u64>,
    source_file: Option<String>,
) -> Result<ScenarioRow, Failure> {
    let facts = Realised::of(series);
    let (annual_volatility, annual_volatility_reason) = explained(facts.annual_volatility);
    let known = |statistic: crate::stats::Statistic| {
        statistic.map_err(|why| Failure::input(format!("{}: {} bars, {}", series.name, series.len(), why.name())))
    };
    Ok(ScenarioRow {
        market: series.name.clone(),
        scenario,
        set,
        path_index: u32::try_from(index).unwrap_or(u32::MAX),
        seed,
        bars: u32::try_from(series.len()).unwrap_or(u32::MAX),
        periods_per_year: series.periods_per_year,
        log_return: known(facts.log_return)?,
        annual_volatility,
        annual_volatility_reason,
        max_drawdown: known(facts.max_drawdown)?,
        content_hash: market_bars::content_hash(series),
        source_file,
    })
}

const fn set_of(set: Set) -> PathSet {
    match set {
        Set::Train => PathSet::Train,
        Set::Validation => PathSet::Validation,
        Set::Test => PathSet::Test,
    }
}

fn model_of(model: &config::Model) -> Model {
    Model {
        drift_per_year: model.drift,
        vol_per_year: model.volatility,
        garch: Garch::new(model.garch.arch, model.garch.leverage, model.garch.memory),
        tail_nu: model.tail,
        skew_lambda: model.skew,
        jumps: Jumps::new(model.jumps.per_year, model.jumps.mean, model.jumps.sd),
        pull_per_year: model.pull,
        initial_vol: model.start_volatility,
    }
}

/// Planted as what its follower earns a year at the scenario's volatility.
fn trend_of(model: &config::Model) -> Option<Trend> {
    let config::Trend { fast, slow, sharpe } = model.trend;
    (sharpe > 0.0).then_some(Trend { fast, slow, drift_per_year: sharpe * model.volatility })
}

fn instrument(config: &config::Instrument) -> Instrument {
    Instrument {
        gap_share: config.overnight_share,
        volume: VolumeModel {
            level: config.volume.level,
            growth_per_year: config.volume.growth_per_year,
            persistence: config.volume.persistence,
            response: config.volume.response,
            noise: config.volume.noise,
        },
        start_price: config.start_price,
        periods_per_year: config.periods_per_year,
    }
}
