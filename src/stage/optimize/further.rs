//! The conditions that need more than the validation paths. They are dear, so that only a challenger that passed
//! everything before is run for them; for the others the rows say "not reached".

use super::Arena;
use super::foreign::{self, ForeignPaths};
use super::overfitting;
use super::pairs::{paired, pairs, substituted};
use crate::artifact::{Grounds, PathSet, RealismRow};
use crate::backtest::{Broken, Curves, Path, Seats, curves, score};
use crate::optimize::gate::{
    self, Condition, FURTHER, FamilyPairs, GateError, Neighbourhood, Params, RealMarket, Verdict,
};
use crate::optimize::search::Trial;
use crate::optimize::space::Space;
use crate::scenario::Family;
use crate::stage::{Context, Failure, FailureKind, bars, realism};
use crate::strategy::ParamSet;
use std::cell::OnceCell;
use std::ops::Range;

/// Validation paths per regime on which the neighbours are run.
const PLATEAU_PATHS: usize = 16;

/// Markets beyond the validation paths, made or read at first use.
#[derive(Default)]
pub struct Beyond {
    real: OnceCell<Vec<Path>>,
    foreign: OnceCell<Vec<ForeignPaths>>,
    pub certificates: Vec<RealismRow>,
}

impl Beyond {
    pub fn load(context: &Context) -> Result<Self, Failure> {
        Ok(Self { certificates: realism::read(context)?, ..Self::default() })
    }

    fn real(&self, context: &Context) -> Result<&[Path], Failure> {
        if self.real.get().is_none() {
            let _ = self.real.set(bars::paths(context, &[PathSet::Historical])?);
        }
        Ok(self.real.get().map_or(&[], Vec::as_slice))
    }

    fn foreign(&self, context: &Context) -> Result<&[ForeignPaths], Failure> {
        if self.foreign.get().is_none() {
            let _ = self.foreign.set(foreign::make(context, &self.certificates, self.real(context)?)?);
        }
        Ok(self.foreign.get().map_or(&[], Vec::as_slice))
    }
}

/// One challenger on its way through the dear conditions.
pub struct Contest<'a> {
    pub arena: &'a Arena<'a>,
    pub seats: &'a Seats<'a>,
    pub space: &'a Space,
    pub trial: &'a Trial,
    /// All of the search that found it.
    pub trials: &'a [Trial],
    pub params: &'a Params,
    pub incumbent_score: f64,
}

/// Conditions with the kind of markets they were measured on.
pub type Grounded = Vec<(Option<Grounds>, Condition)>;

impl Contest<'_> {
    /// The rest of the conditions after `first`, in the order of [`FURTHER`], and the marks of what was used.
    pub fn rest(&self, first: &[Condition]) -> Result<(Grounded, Vec<String>), Failure> {
        let mut found: Grounded = Vec::new();
        let mut marks = Vec::new();
        let failed = |found: &Grounded| {
            first.iter().chain(found.iter().map(|(_, row)| row)).any(|row| row.verdict == Verdict::Fail)
        };
        if !failed(&found) {
            let families = self.arena.beyond.foreign(self.arena.context)?;
            marks.extend(families.iter().filter(|family| !family.paths.is_empty()).flat_map(|f| f.marks.clone()));
            found.extend(self.foreign(families)?);
        }
        if !failed(&found) {
            found.push((Some(Grounds::RealOos), self.real()?));
        }
        if !failed(&found) {
            found.push((Some(Grounds::Sim), self.plateau()?));
        }
        if !failed(&found) {
            let probability = overfitting::probability(self.arena, self.seats, self.space, self.trials)?;
            found.push((Some(Grounds::Sim), gate::overfitting(probability, self.params)));
        }
        for name in FURTHER.into_iter().skip(found.len()) {
            found.push((None, Condition::not_reached(name)));
        }
        Ok((found, marks))
    }

    fn sets(&self) -> [ParamSet; 2] {
        [ParamSet::new(), self.space.changed(&self.trial.parameters)]
    }

    fn foreign(&self, families: &[ForeignPaths]) -> Result<Grounded, Failure> {
        let context = self.arena.context;
        let mut measured = Vec::new();
        let mut failed = None;
        for family in families {
            let scored = score(self.seats, &family.paths, &self.sets(), &self.arena.rules, &|_| {}, &|| {
                context.stop.requested()
            })
            .ok_or_else(Failure::interrupted)?;
            let name = family.family.name();
            match paired(scored) {
                Ok(runs) => {
                    let scenarios = pairs(self.arena, &family.paths, &runs, &|metrics| self.arena.figure(metrics));
                    let scenarios = if self.arena.custom().is_some() { substituted(scenarios) } else { scenarios };
                    measured.push(FamilyPairs { family: name.to_owned(), scenarios, why_not: family.why_not.clone() })
                }
                Err(broken) => {
                    failed = Some(broke(&format!("foreign_{name}"), &broken));
                    break;
                }
            }
        }
        let mut rows =
            gate::foreign(&measured, self.params.margin(self.incumbent_score)).map_err(|error| internal(&error))?;
        // A family that broke takes the place of the margin's row, which then cannot be judged.
        if let Some(failed) = failed {
            rows.pop();
            rows.push(failed);
        }
        Ok(rows.into_iter().map(|row| (grounds(row.name.trim_start_matches("foreign_")), row)).collect())
    }

    /// The last part of every real market. The search has seen simulated paths only, so that no bar needs purging;
    /// the bars before the window warm the strategies up and are not scored.
    fn real(&self) -> Result<Condition, Failure> {
        let context = self.arena.context;
        let paths = self.arena.beyond.real(context)?;
        let share = context.config.optimization.gate.real_share;
        let window = |path: &Path| window(path.series.len(), share);
        let found = curves(self.seats, paths, &self.sets(), &self.arena.rules, &window, &|| context.stop.requested())
            .ok_or_else(Failure::interrupted)?;
        let what = format!("the last {:.0}% of each, which no search has seen", 100.0 * share);
        Ok(match found {
            Ok(curves) => {
                let markets: Vec<RealMarket> = curves.into_iter().filter_map(real_market).collect();
                gate::real_walk_forward(&markets, &what, self.params)
            }
            Err(broken) => broke("real_walk_forward", &broken),
        })
    }

    fn plateau(&self) -> Result<Condition, Failure> {
        let arena = self.arena;
        let neighbours: Vec<ParamSet> =
            self.space.neighbours(&self.trial.point).iter().map(|point| self.space.decode(point)).collect();
        let mut sets: Vec<ParamSet> = self.sets().to_vec();
        sets.extend(neighbours.iter().map(|set| self.space.changed(set)));
        let paths: Vec<Path> = arena.validation.iter().filter(|path| path.index < PLATEAU_PATHS).cloned().collect();
        let stop = || arena.context.stop.requested();
        let scored = score(self.seats, &paths, &sets, &arena.rules, &|_| {}, &stop).ok_or_else(Failure::interrupted)?;
        let mut columns: Vec<Result<Vec<Option<f64>>, Broken>> = sets.iter().map(|_| Ok(Vec::new())).collect();
        for path in scored {
            for (column, run) in columns.iter_mut().zip(path) {
                match (column.as_mut(), run) {
                    (Ok(scores), Ok(run)) => scores.push(arena.figure(&run.spans[0])),
                    (Ok(_), Err(broken)) => *column = Err(broken),
                    (Err(_), _) => {}
                }
            }
        }
        let idle = self.idle(&columns);
        let columns: Vec<Result<Vec<f64>, Broken>> = columns
            .into_iter()
            .map(|column| column.map(|scores| scores.into_iter().map(|score| score.unwrap_or(idle)).collect()))
            .collect();
        let score_of = |scores: &[f64]| self.score(&paths, scores);
        let (champion, challenger) = match &columns[..2] {
            [Ok(champion), Ok(challenger)] => (champion, challenger),
            [Err(broken), _] | [_, Err(broken)] => return Ok(broke("plateau", broken)),
            _ => return Err(Failure::new(FailureKind::Internal, "two sets were run and fewer came back")),
        };
        let around = neighbours
            .iter()
            .zip(&columns[2..])
            // A combination that the constructor rejects is a hole, not a neighbour.
            .filter(|(_, column)| !matches!(column, Err(Broken::Infeasible(_))))
            .map(|(set, column)| (self.words(set), column.as_ref().ok().map(|scores| score_of(scores))))
            .collect();
        let neighbourhood =
            Neighbourhood { champion: score_of(champion), challenger: score_of(challenger), neighbours: around };
        Ok(gate::plateau(&neighbourhood, self.params))
    }

    /// What a path without a score counts as: zero for a Sharpe ratio, which is what not trading is worth; the worst
    /// score anywhere for the user's own objective, of which that is not known.
    fn idle(&self, columns: &[Result<Vec<Option<f64>>, Broken>]) -> f64 {
        if self.arena.custom().is_none() {
            return 0.0;
        }
        let known = columns.iter().flatten().flatten().flatten();
        known.copied().reduce(f64::min).unwrap_or(0.0)
    }

    /// Mean within each regime, then by the regimes' weights.
    fn score(&self, paths: &[Path], scores: &[f64]) -> f64 {
        let (mut total, mut weights) = (0.0, 0.0);
        for regime in paths.chunk_by(|a, b| a.scenario == b.scenario).scan(0, |start, paths| {
            let from = *start;
            *start += paths.len();
            Some((paths[0].scenario.as_str(), &scores[from..*start]))
        }) {
            let weight = self.arena.aggregation.weight(regime.0);
            total += weight * regime.1.iter().sum::<f64>() / regime.1.len() as f64;
            weights += weight;
        }
        total / weights
    }

    /// What differs from the challenger.
    fn words(&self, set: &ParamSet) -> String {
        let differs = |(name, value): (&String, &crate::strategy::Value)| {
            (self.trial.parameters.get(name) != Some(value)).then(|| format!("{name}={value}"))
        };
        set.iter().filter_map(differs).collect::<Vec<_>>().join(", ")
    }
}

/// The last `share` of `bars` bars.
fn window(bars: usize, share: f64) -> Range<usize> {
    bars - ((bars as f64 * share) as usize).clamp(1, bars)..bars
}

fn real_market(curves: Curves) -> Option<RealMarket> {
    let [champion, challenger] = <[Vec<f64>; 2]>::try_from(curves.returns).ok()?;
    Some(RealMarket { market: curves.market, challenger, champion, periods_per_year: curves.periods_per_year })
}

/// The grounds of a foreign row, by what follows `foreign_`; the margin's row rests on both.
fn grounds(family: &str) -> Option<Grounds> {
    match family {
        name if name == Family::Bates.name() => Some(Grounds::Sim),
        name if name == Family::Resampled.name() => Some(Grounds::Resampled),
        _ => None,
    }
}

fn broke(name: &str, broken: &Broken) -> Condition {
    let note = format!("it {} there: {}", broken.name(), broken.failure().message);
    Condition { name: name.to_owned(), figure: None, threshold: None, verdict: Verdict::Fail, note }
}

fn internal(error: &GateError) -> Failure {
    Failure::new(FailureKind::Internal, error.to_string())
}

#[cfg(test)]
mod tests {
    use super::window;

    #[test]
    fn the_window_is_the_last_part_and_never_empty() {
        assert_eq!(window(1000, 0.5), 500..1000);
        assert_eq!(window(3, 0.1), 2..3);
        assert_eq!(window(10, 1.0), 0..10);
    }
}
