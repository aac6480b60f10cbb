//! What the paths of the configured scenarios are drawn from.

use super::{generators, scenarios};
use crate::config;
use crate::market::Series;
use crate::scenario::{Generator, Mirrored, Set};
use crate::seed::Seed;
use crate::stage::subjects::nearest;
use crate::stage::{Context, Failure, FailureKind};

/// One source per scenario, in the order of the configuration.
pub struct Sources(Vec<Source>);

pub enum Source {
    Model(Box<Generator>),
    /// With the file of its bars.
    Market(Mirrored, String),
}

impl Sources {
    /// `real` are the historical markets, each with its file.
    ///
    /// # Errors
    /// A scenario no path can be drawn of, a market to be mirrored that is not there.
    pub fn new(context: &Context, real: &[(&Series, String)]) -> Result<Self, Failure> {
        let config = &context.config.scenarios;
        let models =
            generators(&scenarios(config))?.into_iter().map(|generator| Ok(Source::Model(Box::new(generator))));
        let markets = config.mirrored.iter().map(|name| mirrored(config, name, real));
        Ok(Self(models.chain(markets).collect::<Result<_, _>>()?))
    }

    pub fn all(&self) -> &[Source] {
        &self.0
    }

    /// Path `index` of `set` of the scenario called `scenario`; None where there is none of that name.
    pub fn draw(&self, scenario: &str, run: Seed, set: Set, index: usize) -> Option<Series> {
        let source = self.0.iter().find(|source| source.name() == scenario)?;
        Some(source.draw(run, set, index))
    }
}

impl Source {
    pub fn name(&self) -> &str {
        match self {
            Self::Model(generator) => &generator.scenario().name,
            Self::Market(mirrored, _) => mirrored.name(),
        }
    }

    pub fn draw(&self, run: Seed, set: Set, index: usize) -> Series {
        match self {
            Self::Model(generator) => generator.draw(run, set, index),
            Self::Market(mirrored, _) => mirrored.draw(run, set, index),
        }
    }

    pub fn file(&self) -> Option<&str> {
        match self {
            Self::Model(_) => None,
            Self::Market(_, file) => Some(file),
        }
    }
}

/// A market without its direction.
fn mirrored(config: &config::Scenarios, name: &str, real: &[(&Series, String)]) -> Result<Source, Failure> {
    let fault = |why: String| {
        Failure::new(FailureKind::Configuration, format!("scenarios.mirrored: {name} cannot be used: {why}"))
    };
    let short = |market: &Series| market.name.trim_start_matches("historical:").to_owned();
    let (market, file) = real.iter().find(|(market, _)| short(market) == name).ok_or_else(|| {
        let known: Vec<String> = real.iter().map(|(market, _)| short(market)).collect();
        fault("there is no such market".to_owned()).hint(nearest(name, known.iter().map(String::as_str)))
    })?;
    let mirrored = Mirrored::new(&config::mirrored(name), market, config.bars).map_err(|why| fault(why.to_string()))?;
    Ok(Source::Market(mirrored, file.clone()))
}
