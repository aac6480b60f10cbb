//! Where strategies are tested: everything that is the same for all of them, and the work cut into shards.

use super::rows::Row;
use super::{Tested, bootstrap, kinds, monte_carlo, standard, walk_forward};
use crate::artifact::{self, PathSet, PlannedShard, RunOutcome, market_bars};
use crate::backtest::{Badge, Broken, Kind, Path, Rules, Seats, score};
use crate::stage::shards::{About, Inputs, Key};
use crate::stage::subjects::Subject;
use crate::stage::workers::Workers;
use crate::stage::{Context, Failure, FailureKind, bars};
use crate::strategy::look_ahead::{self, Verdict};
use crate::strategy::native::Rung;
use crate::strategy::{Failure as StrategyFailure, ParamSet};
use rayon::prelude::*;
use std::collections::BTreeSet;

/// Cut points of the prefix test.
const CUTS: usize = 10;

/// Kind of the shard that says whether a class runs at all.
const PROBE: &str = "probe";

/// Everything that is the same for all strategies.
pub struct Bench<'a> {
    pub(super) context: &'a Context,
    /// In the order of [`Kind::ALL`].
    kinds: Vec<Kind>,
    pub(super) paths: Vec<Path>,
    /// Of each path, all that a result may depend on.
    prints: Vec<String>,
    pub(super) rules: Rules,
}

/// One piece of a type's work, which no other piece has to wait for: a scenario with its paths, or a market.
pub struct Unit {
    pub market: String,
    /// What its results follow from besides the strategy and the rules.
    pub inputs: Inputs,
    /// Its paths are new in every iteration.
    pub passing: bool,
}

/// Shards that were computed, by name.
#[derive(Debug, Default)]
pub struct Made {
    pub kept: Vec<String>,
    /// They hit a limit, which may be this machine's doing.
    pub unkept: Vec<String>,
}

/// A strategy at the bench.
pub struct Work<'a> {
    pub workers: &'a Workers,
    pub subject: &'a Subject,
    pub about: About,
    seats: Seats<'a>,
}

impl<'a> Bench<'a> {
    /// # Errors
    /// A missing or damaged artifact.
    pub fn enter(context: &'a Context) -> Result<Self, Failure> {
        let paths = bars::paths(context, &[PathSet::Test, PathSet::Historical])?;
        Ok(Self {
            context,
            kinds: kinds(context),
            prints: paths.par_iter().map(print).collect(),
            paths,
            rules: context.rules(context.config.backtest.spans),
        })
    }

    pub fn kinds(&self) -> &[Kind] {
        &self.kinds
    }

    /// # Errors
    /// As [`Workers::seats`].
    pub fn work<'w>(&self, workers: &'w Workers, subject: &'w Subject) -> Result<Work<'w>, Failure> {
        let about = About::of(self.context, workers, subject)?;
        Ok(Work { workers, subject, about, seats: workers.seats(subject)? })
    }

    pub(super) fn test(&self, workers: &Workers, subject: &Subject, done: &dyn Fn()) -> Result<Tested, Failure> {
        let work = self.work(workers, subject)?;
        if self.paths.is_empty() {
            return Ok(Tested::default());
        }
        if let Some((outcome, failure)) = self.fit(&work)?.failure {
            return self.unfit(subject, outcome, failure);
        }
        let mut tested = Tested::default();
        for &kind in &self.kinds {
            tested.add(self.of_kind(&work, kind)?);
            done();
        }
        Ok(tested)
    }

    /// Whether the class runs at all, and not by looking ahead. One run tells: a class that hangs must not hang a
    /// thousand times.
    ///
    /// # Errors
    /// A signal; a shard that cannot be read or kept.
    fn fit(&self, work: &Work<'_>) -> Result<Tested, Failure> {
        let Some(first) = self.paths.first() else { return Ok(Tested::default()) };
        let inputs = self.inputs().with("path", self.prints[0].as_str());
        let keys = [work.about.key(PROBE, &first.series.name, inputs)];
        let known = self.context.shards.find(self.context, &keys, Tested::unpack)?;
        if let Some(Some(tested)) = known.into_iter().next() {
            return Ok(tested);
        }
        self.refuse_to_compute(&keys)?;
        let failure = self.probe(work, first)?;
        let tested = Tested { runs: 1, failure, ..Tested::default() };
        self.keep(work, &[(&keys[0], &tested)])?;
        Ok(tested)
    }

    fn probe(&self, work: &Work<'_>, first: &Path) -> Result<Option<(RunOutcome, StrategyFailure)>, Failure> {
        let Work { workers, subject, seats, .. } = work;
        let probe =
            score(seats, std::slice::from_ref(first), &[ParamSet::new()], &self.rules, &|_| {}, &|| self.stopped())
                .ok_or_else(Failure::interrupted)?;
        if let Some(Err(broken)) = probe.into_iter().flatten().next() {
            return Ok(Some((outcome(&broken), broken.failure().clone())));
        }
        // Kernels that take no later bar need no prefix to show it, nor does a program that is handed bar after bar.
        let standing = workers.standing(subject)?;
        let whole = subject.strategy.entry.as_ref().is_some_and(|entry| entry.sees_whole_frame());
        let causal = standing.is_causal() || !whole && standing.rung() > Rung::Cpython;
        let cheat = if causal { None } else { cheats(seats, subject, first) };
        // A signal ends runs in flight; what they then look like is no finding.
        self.context.stop.check()?;
        Ok(cheat.map(|failure| (RunOutcome::LooksAhead, failure)))
    }

    /// One type, whole: shards that are there, and the others made in one go.
    fn of_kind(&self, work: &Work<'_>, kind: Kind) -> Result<Tested, Failure> {
        let keys = self.keys(work, kind);
        let mut found = self.context.shards.find(self.context, &keys, Tested::unpack)?;
        let missing: Vec<usize> = (0..found.len()).filter(|&at| found[at].is_none()).collect();
        if !missing.is_empty() {
            self.refuse_to_compute(&missing.iter().map(|&at| keys[at].clone()).collect::<Vec<_>>())?;
            for (&at, tested) in missing.iter().zip(self.make(work, kind, &keys, &missing)?) {
                found[at] = Some(tested);
            }
        }
        Ok(assembled(kind, found.into_iter().flatten()))
    }

    /// The keys of a type's units, in their order.
    fn keys(&self, work: &Work<'_>, kind: Kind) -> Vec<Key> {
        let key = |unit: Unit| {
            let key = work.about.key(kind.name(), &unit.market, self.inputs().and(unit.inputs));
            key.passing_if(unit.passing)
        };
        self.units(work.subject, kind).into_iter().map(key).collect()
    }

    /// Whether the class runs and does not look ahead; its probe is kept.
    ///
    /// # Errors
    /// As [`Self::fit`].
    pub fn runs(&self, work: &Work<'_>) -> Result<bool, Failure> {
        Ok(!self.paths.is_empty() && self.fit(work)?.failure.is_none())
    }

    /// Every shard of every type, for a plan.
    ///
    /// # Errors
    /// The depot cannot be read.
    pub fn planned(&self, work: &Work<'_>) -> Result<Vec<PlannedShard>, Failure> {
        let mut rows = Vec::new();
        for &kind in &self.kinds {
            let keys = self.keys(work, kind);
            let known = self.context.shards.find(self.context, &keys, |_| Ok(()))?;
            rows.extend(keys.into_iter().zip(known).map(|(key, known)| PlannedShard {
                shard_id: key.id().to_owned(),
                backtest_type: key.kind,
                strategy_name: key.strategy,
                market_scenario: key.market,
                passing: key.passing,
                known: known.is_some(),
            }));
        }
        Ok(rows)
    }

    /// Computes those shards of a type that are named and not there; None where one of them is not what its inputs give
    /// now.
    ///
    /// # Errors
    /// As [`Self::make`].
    pub fn make_named(
        &self,
        workers: &Workers,
        subject: &Subject,
        kind: Kind,
        ids: &BTreeSet<&str>,
    ) -> Result<Option<Made>, Failure> {
        let work = self.work(workers, subject)?;
        let keys = self.keys(&work, kind);
        let named: Vec<usize> = (0..keys.len()).filter(|&at| ids.contains(keys[at].id())).collect();
        if named.len() != ids.len() || work.about.unkept.is_some() {
            return Ok(None);
        }
        let asked: Vec<Key> = named.iter().map(|&at| keys[at].clone()).collect();
        let known = self.context.shards.find(self.context, &asked, Tested::unpack)?;
        let missing: Vec<usize> =
            named.into_iter().zip(&known).filter(|(_, known)| known.is_none()).map(|(at, _)| at).collect();
        let mut made = Made::default();
        if !missing.is_empty() {
            for (&at, tested) in missing.iter().zip(self.make(&work, kind, &keys, &missing)?) {
                let id = keys[at].id().to_owned();
                if tested.is_a_finding() { made.kept.push(id) } else { made.unkept.push(id) }
            }
        }
        Ok(Some(made))
    }

    fn units(&self, subject: &Subject, kind: Kind) -> Vec<Unit> {
        match kind {
            Kind::Standard => standard::units(self, subject),
            Kind::WalkForward => walk_forward::units(self, subject),
            Kind::MonteCarlo => monte_carlo::units(self, subject),
            Kind::Bootstrap => bootstrap::units(self, subject),
        }
    }

    /// Computes the units `wanted` and keeps their shards.
    ///
    /// # Errors
    /// A signal, a scenario no path can be drawn of, a shard that cannot be kept.
    fn make(&self, work: &Work<'_>, kind: Kind, keys: &[Key], wanted: &[usize]) -> Result<Vec<Tested>, Failure> {
        let (subject, seats) = (work.subject, &work.seats);
        let made = match kind {
            Kind::Standard => standard::test(self, subject, seats, wanted)?,
            Kind::WalkForward => walk_forward::test(self, subject, seats, wanted)?,
            Kind::MonteCarlo => monte_carlo::test(self, subject, seats, wanted)?,
            Kind::Bootstrap => bootstrap::test(self, subject, seats, wanted)?,
        };
        let pairs: Vec<(&Key, &Tested)> = wanted.iter().map(|&at| &keys[at]).zip(&made).collect();
        self.keep(work, &pairs)?;
        Ok(made)
    }

    fn keep(&self, work: &Work<'_>, made: &[(&Key, &Tested)]) -> Result<(), Failure> {
        // What a signal cut short is no result.
        self.context.stop.check()?;
        if !work.about.holds() {
            return Ok(());
        }
        let lasting = made.iter().filter(|(_, tested)| tested.is_a_finding());
        let shards = lasting.map(|(key, tested)| Ok((*key, tested.pack(key)?)));
        self.context.shards.keep(self.context, &shards.collect::<Result<Vec<_>, Failure>>()?)
    }

    fn refuse_to_compute(&self, missing: &[Key]) -> Result<(), Failure> {
        // What nobody can vouch for is made here in any case.
        let mut refused = missing.iter().filter(|key| key.kept);
        let Some(first) = refused.next().filter(|_| self.context.shards.only()) else { return Ok(()) };
        let message = format!(
            "{} of {} ({}) is not in {}",
            if missing.len() == 1 { "a shard".to_owned() } else { format!("{} shards", missing.len()) },
            first.strategy,
            first.kind,
            self.context.shards.depot().place()
        );
        Err(Failure::new(FailureKind::MissingArtifact, message)
            .hint(format!("`cbt run-shard {}` makes the first of them", first.id()))
            .hint("where sources, settings or markets changed since, begin again with `cbt plan`"))
    }

    /// What every shard follows from besides its strategy.
    fn inputs(&self) -> Inputs {
        Inputs::default().with_debug("rules", &self.rules)
    }

    /// The prints of some paths, as one input.
    pub(super) fn prints(&self, paths: impl IntoIterator<Item = usize>) -> String {
        paths.into_iter().map(|path| self.prints[path].as_str()).collect::<Vec<_>>().join(" ")
    }

    pub(super) fn stopped(&self) -> bool {
        self.context.stop.requested()
    }

    /// Under every type, the one row that says why there is no other.
    fn unfit(&self, subject: &Subject, outcome: RunOutcome, failure: StrategyFailure) -> Result<Tested, Failure> {
        let Some(path) = self.paths.first() else { return Ok(Tested::default()) };
        let mut rows = Vec::with_capacity(self.kinds.len());
        for &kind in &self.kinds {
            let row = Row { subject, kind, set: &ParamSet::new(), variation: 0 };
            rows.push(row.failed(path.into(), path.series.len(), outcome, &failure)?);
        }
        Ok(Tested { rows, runs: 1, failure: Some((outcome, failure)), ..Tested::default() })
    }
}

/// A type's units as the stage has always written them.
fn assembled(kind: Kind, units: impl Iterator<Item = Tested>) -> Tested {
    let mut all = Tested::default();
    for unit in units {
        all.add(unit);
    }
    if kind == Kind::Standard {
        // Set after set, and within each in the order of the scenarios.
        all.rows.sort_by_key(|row| row.variation);
    }
    all
}

/// A path by everything that a result may depend on.
fn print(path: &Path) -> String {
    let Path { scenario, badge, index, series } = path;
    let bars = market_bars::content_hash(series);
    let told = format!("{scenario} {badge:?} {index} {} {:?} {bars}", series.name, series.periods_per_year);
    blake3::hash(told.as_bytes()).to_hex()[..32].to_owned()
}

/// A class whose past answers change when the future does.
fn cheats(seats: &Seats<'_>, subject: &Subject, path: &Path) -> Option<StrategyFailure> {
    let whole = subject.strategy.entry.as_ref()?.sees_whole_frame();
    let verdict = seats.with(|seat| {
        let verdict = look_ahead::check(seat, &path.series, &ParamSet::new(), CUTS);
        // Bar after bar, the future can only be found in the host's memory; chance is the likelier reason.
        let found = matches!(verdict, Ok(Verdict::LooksAhead { .. }));
        let by_chance = !whole && found && look_ahead::repeats(seat, &path.series, &ParamSet::new()) != Ok(true);
        if by_chance { Ok(Verdict::Causal) } else { verdict }
    });
    match verdict {
        Ok(Verdict::Causal) => None,
        // What it was handed for a bar it had before, whatever the length of the market.
        Err(_) if !whole => None,
        Ok(Verdict::LooksAhead { first_bar, cut }) => Some(StrategyFailure {
            kind: crate::strategy::FailureKind::Answer,
            message: format!(
                "the answer for bar {first_bar} changes when the bars from {cut} on are taken away: it uses the future"
            ),
            file: Some(subject.strategy.path.clone()),
            line: Some(subject.strategy.line),
            bar: Some(first_bar),
        }),
        // A prefix it cannot run on is no proof of cheating, and no clearance either.
        Err(mut failure) => {
            failure.message =
                format!("it cannot be cleared of looking ahead, it fails on a prefix: {}", failure.message);
            Some(failure)
        }
    }
}

pub const fn outcome(broken: &Broken) -> RunOutcome {
    match broken {
        Broken::Infeasible(_) => RunOutcome::Infeasible,
        Broken::Raised(_) => RunOutcome::Raised,
        Broken::Timeout(_) => RunOutcome::Timeout,
        Broken::Crash(_) => RunOutcome::Crash,
    }
}

pub const fn badge(badge: Badge) -> artifact::Badge {
    match badge {
        Badge::Sim => artifact::Badge::Sim,
        Badge::Resampled => artifact::Badge::Resampled,
        Badge::Real => artifact::Badge::Real,
        Badge::RealOos => artifact::Badge::RealOos,
    }
}
