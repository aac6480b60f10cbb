//! Classes on columns held against CPython: the answers for every bar, bit for bit, on the same markets and sets as
//! all others.

use super::coverage::Edge;
use super::finding::Finding;
use super::gate::{bars, failure};
use super::verdict::Verdict;
use super::{markets, sets};
use crate::discovery::Parameter;
use crate::market::Series;
use crate::seed::Seed;
use crate::strategy::native::Rung;
use crate::strategy::native::answers::difference;
use crate::strategy::native::frame::{Market, Plan, named};
use crate::strategy::{Executor, Outcome, ParamSet};
use std::collections::{BTreeMap, BTreeSet};

/// What one class is verified with.
#[derive(Debug)]
pub struct WholeGate<'a> {
    pub strategy: &'a str,
    pub plan: &'a Plan,
    pub parameters: &'a [Parameter],
    /// Markets of the user's own.
    pub real: &'a [Series],
    /// As the verdict is to be dated.
    pub now: String,
}

impl WholeGate<'_> {
    /// Runs everything; the ways that were taken in agreement stand in the verdict.
    pub fn verify(&self, cpython: &mut dyn Executor) -> Verdict {
        let seed = Seed::new(0).child("verification").child(self.strategy);
        let own = self.parameters.iter().map(|one| (one.name.as_str(), &one.default)).collect::<BTreeMap<_, _>>();
        let mut fit = |set: &ParamSet| {
            set.iter().all(|(name, value)| {
                own.get(name.as_str()).is_some_and(|own| std::mem::discriminant(*own) == std::mem::discriminant(value))
            })
        };
        let sets = sets::sets(self.parameters, &|name| self.plan.takes(name), &mut fit, seed.child("sets"));
        let markets = markets::markets(self.real, bars(self.parameters, &sets), seed.child("markets"));
        let mut verdict = Verdict {
            strategy: self.strategy.to_owned(),
            rung: Rung::Cpython,
            verified: self.now.clone(),
            runs: 0,
            same: 0,
            bars: 0,
            reached: Vec::new(),
            edges: 0,
            parted: BTreeMap::new(),
            reason: None,
            import: None,
            bails: BTreeMap::new(),
            causal: true,
            looks_ahead: Vec::new(),
            witnessed: 0,
        };
        let (mut reached, mut first_failure) = (BTreeSet::new(), None);
        for market in &markets {
            let columns = Market::of(market);
            for (set, outcome) in sets.iter().zip(cpython.run(market, &sets)) {
                verdict.runs += 1;
                first_failure = first_failure.or_else(|| failure(&outcome).map(str::to_owned));
                if let Some(finding) = self.compare(market, &columns, set, &outcome, &mut verdict, &mut reached) {
                    verdict.parted.insert(Rung::Columnar.name().to_owned(), finding);
                    return verdict;
                }
            }
        }
        let sites: BTreeSet<u32> = reached.iter().map(|edge: &Edge| edge.block).collect();
        verdict.edges = 2 * sites.len();
        verdict.reached = reached.into_iter().collect();
        if verdict.same == 0 {
            let left = verdict.bails.keys().next().map(|bail| format!("every run left native code: {bail}"));
            let why = left.or(first_failure).unwrap_or_else(|| "nothing was run".to_owned());
            verdict.reason = Some(format!("no run was seen to agree: {why}"));
            return verdict;
        }
        verdict.rung = Rung::Columnar;
        verdict
    }

    /// The first difference, if there is one; what agrees is counted.
    fn compare(
        &self,
        market: &Series,
        columns: &Market,
        set: &ParamSet,
        cpython: &Outcome,
        verdict: &mut Verdict,
        reached: &mut BTreeSet<Edge>,
    ) -> Option<Finding> {
        let finding = |bar, what: &str, cpython: String, native: String| {
            let what = what.to_owned();
            Some(Finding { market: market.name.clone(), parameters: named(set), bar, what, cpython, native })
        };
        let native = match self.plan.run(columns, set, None, false) {
            Ok(native) => native,
            Err(exit) => {
                // Where CPython raises, leaving is what is asked for.
                if matches!(cpython, Outcome::Ok(_)) {
                    *verdict.bails.entry(exit.told()).or_default() += 1;
                }
                return None;
            }
        };
        match cpython {
            Outcome::Ok(answers) => {
                if let Some((bar, what, cpython, native)) = difference(answers, &native.answers) {
                    return finding(bar, &what, cpython, native);
                }
            }
            Outcome::Raised(failure) | Outcome::Infeasible(failure) => {
                return finding(failure.bar, "end", failure.message.clone(), "answered every bar".to_owned());
            }
            Outcome::Timeout(_) | Outcome::Crash(_) | Outcome::Bail { .. } => return None,
        }
        // A claim about all markets has to hold on this one.
        if native.causal {
            let cut = market.len() * 2 / 3;
            let prefix = self.plan.run(&Market::of(&market.slice(0..cut)), set, None, false);
            let same = |(a, b): (&f64, &f64)| a.to_bits() == b.to_bits() || a.is_nan() && b.is_nan();
            let changed = match &prefix {
                Ok(prefix) => native.answers.targets.iter().zip(&prefix.answers.targets).position(|pair| !same(pair)),
                Err(_) => None,
            };
            if let Some(bar) = changed {
                let (whole, part) = ("the same without the bars after it".to_owned(), "another answer".to_owned());
                return finding(Some(bar), "prefix", whole, part);
            }
        }
        verdict.causal &= native.causal;
        for found in native.findings {
            let told = found.to_string();
            if !verdict.looks_ahead.contains(&told) {
                verdict.looks_ahead.push(told);
            }
        }
        reached.extend(native.taken);
        verdict.same += 1;
        verdict.bars += market.len();
        None
    }
}
