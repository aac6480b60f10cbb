//! Markets that nothing was ever optimized on: paths of the foreign families, new in every iteration and made only
//! where a challenger has come that far.

use crate::artifact::RealismRow;
use crate::backtest::{Badge, Path};
use crate::scenario::{Bates, Family, Regime, Resampler, Set, path_seed};
use crate::stage::generate_scenarios::{fresh, scenarios};
use crate::stage::{Context, Failure, FailureKind, realism};

/// The paths of one family.
pub struct ForeignPaths {
    pub family: Family,
    pub paths: Vec<Path>,
    /// What could not be made, and why.
    pub why_not: String,
    /// Regimes in which the family is outside the bands of real markets.
    pub marks: Vec<String>,
}

/// # Errors
/// A custom scenario that cannot be simulated.
pub fn make(context: &Context, certificates: &[RealismRow], real: &[Path]) -> Result<Vec<ForeignPaths>, Failure> {
    Family::FOREIGN
        .into_iter()
        .map(|family| {
            let marks = realism::marks(certificates, family);
            let (mut paths, mut why_not) = (Vec::new(), String::new());
            if !marks.is_empty() && !realism::accepted(context, family) {
                why_not = format!(
                    "outside the bands of real markets ({}), and scenarios.realism.accept_outside does not name it",
                    marks.join("; ")
                );
            } else {
                match family {
                    Family::Bates => paths = bates(context)?,
                    Family::Resampled => (paths, why_not) = resampled(context, real),
                    // Not foreign: the search was trained on it.
                    Family::Gjr => {}
                }
            }
            paths.sort_by(|a, b| (&a.scenario, a.index).cmp(&(&b.scenario, b.index)));
            Ok(ForeignPaths { family, paths, why_not, marks })
        })
        .collect()
}

fn bates(context: &Context) -> Result<Vec<Path>, Failure> {
    let seed = fresh(context).child(Family::Bates.name());
    let mut paths = Vec::new();
    for scenario in scenarios(&context.config.scenarios) {
        let name = scenario.name.clone();
        let family = Bates::new(&scenario).map_err(|fault| {
            Failure::new(FailureKind::Configuration, format!("scenario {name} cannot be simulated: {fault}"))
        })?;
        for index in 0..context.config.scenarios.paths.foreign {
            let mut series = family.path(path_seed(seed, &name, Set::Validation, index));
            series.name = format!("bates:{name}/validation/{index}");
            paths.push(Path { scenario: name.clone(), badge: Badge::Sim, index, series });
        }
    }
    Ok(paths)
}

/// Real markets take turns within a regime; those with too few bars of it are passed over.
fn resampled(context: &Context, real: &[Path]) -> (Vec<Path>, String) {
    let config = &context.config.scenarios;
    if real.is_empty() {
        return (Vec::new(), "there are no real bars to draw from".to_owned());
    }
    let seed = fresh(context).child(Family::Resampled.name());
    let (mut paths, mut lacking) = (Vec::new(), Vec::new());
    for &regime in &config.regimes {
        let sources: Vec<Result<Resampler, _>> = real.iter().map(|path| Resampler::new(&path.series, regime)).collect();
        let most = sources.iter().filter_map(|source| source.as_ref().err()).max_by_key(|short| short.found);
        let ready: Vec<&Resampler> = sources.iter().filter_map(|source| source.as_ref().ok()).collect();
        if let (true, Some(short)) = (ready.is_empty(), most) {
            lacking.push(short.to_string());
            continue;
        }
        paths.extend((0..config.paths.foreign).map(|index| draw(ready[index % ready.len()], seed, index, config.bars)));
    }
    (paths, lacking.join("; "))
}

fn draw(source: &Resampler, seed: crate::seed::Seed, index: usize, bars: usize) -> Path {
    let regime: Regime = source.regime();
    let mut series = source.path(path_seed(seed, regime.name(), Set::Validation, index), bars);
    series.name = format!("resampled:{regime}/validation/{index}");
    Path { scenario: regime.name().to_owned(), badge: Badge::Sim, index, series }
}
