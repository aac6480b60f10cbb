//! Strategies of a few lines, so that the tests of the backtest types need no Python.

use super::{Badge, Path, Rules, Seats};
use crate::engine;
use crate::market::Series;
use crate::seed::Seed;
use crate::strategy::{Answers, Executor, Outcome, ParamSet};
use rand_distr::{Distribution, StandardNormal};

pub type Decision = dyn Fn(&Series, usize, &ParamSet) -> f64 + Send + Sync;

/// Decides bar by bar through a function of the bars, the index and the set.
pub struct Scripted<'a> {
    pub decide: &'a Decision,
    /// Sees every series that the seat is handed.
    pub watch: &'a (dyn Fn(&Series, &[ParamSet]) + Send + Sync),
}

impl Executor for Scripted<'_> {
    fn run(&mut self, market: &Series, sets: &[ParamSet]) -> Vec<Outcome> {
        (self.watch)(market, sets);
        sets.iter()
            .map(|set| {
                let targets = (0..market.len()).map(|bar| (self.decide)(market, bar, set)).collect();
                Outcome::Ok(Answers { targets, clipped: 0, confidence: None })
            })
            .collect()
    }
}

/// Executors live as long as the program; so do these few closures.
pub fn seats(
    decide: impl Fn(&Series, usize, &ParamSet) -> f64 + Send + Sync + 'static,
    watch: impl Fn(&Series, &[ParamSet]) + Send + Sync + 'static,
) -> Seats<'static> {
    let decide: &'static Decision = Box::leak(Box::new(decide));
    let watch: &'static (dyn Fn(&Series, &[ParamSet]) + Send + Sync) = Box::leak(Box::new(watch));
    Seats::new(move || Box::new(Scripted { decide, watch }))
}

/// Without costs, all in.
pub fn free() -> Rules {
    let engine = engine::Params {
        commission_rate: 0.0,
        slippage_rate: 0.0,
        max_position_size: 1.0,
        fill: engine::Fill::Close,
        ..engine::Params::default()
    };
    Rules { engine, spans: 1, risk_free_rate: 0.0, stress: None }
}

/// A market whose bars are flat lines at the compounded closes.
pub fn market(name: &str, returns: &[f64]) -> Path {
    let mut price = 100.0;
    let close: Vec<f64> = returns
        .iter()
        .map(|change| {
            price *= 1.0 + change;
            price
        })
        .collect();
    let series = Series {
        name: name.to_owned(),
        timestamp: (0..).map(|day| day * 86_400_000_000).take(close.len()).collect(),
        open: close.clone(),
        high: close.clone(),
        low: close.clone(),
        volume: vec![1.0; close.len()],
        close,
        periods_per_year: 252.0,
    };
    Path { scenario: name.to_owned(), badge: Badge::Real, index: 0, series }
}

/// One percent a day around nothing.
pub fn noise(bars: usize, seed: u64) -> Vec<f64> {
    let mut rng = Seed::new(seed).rng();
    (0..bars)
        .map(|_| {
            let z: f64 = StandardNormal.sample(&mut rng);
            0.01 * z
        })
        .collect()
}

/// Runs `work` on a pool of its own.
pub fn on_threads<T: Send>(threads: usize, work: impl FnOnce() -> T + Send) -> T {
    rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap().install(work)
}
