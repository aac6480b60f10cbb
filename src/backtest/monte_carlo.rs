//! One strategy on paths nobody has seen, at higher costs, with nearby parameters, and its trades in another order:
//! distributions instead of one number.

mod trade_order;

pub use trade_order::{Order, shuffled};

use super::score::answered;
use super::{Broken, Course, FAN_STEPS, Fan, Rules, Seats, Trace};
use crate::engine::{self, Metrics};
use crate::market::Series;
use crate::scenario::Generator;
use crate::seed::Seed;
use crate::stats::{Statistic, clopper_pearson};
use crate::strategy::{Executor, ParamSet, exposure};
use rayon::prelude::*;

#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Params {
    /// Fresh paths per scenario.
    pub paths: usize,
    /// A fall from the peak by this share counts as ruin, in (0, 1].
    pub ruin_drawdown: f64,
    /// Two-sided coverage of the probabilities' intervals.
    pub level: f64,
}

/// What was varied.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Source {
    /// The path.
    FreshPaths,
    /// Commission and slippage half as much again, on the same paths.
    CostsHalfMore,
    /// Commission and slippage three times as high, on the same paths.
    CostsTripled,
    /// The parameters, a little, on the same paths.
    ParameterJitter,
    /// The order of the closed trades.
    TradeOrder,
}

impl Source {
    pub const ALL: [Self; 5] =
        [Self::FreshPaths, Self::CostsHalfMore, Self::CostsTripled, Self::ParameterJitter, Self::TradeOrder];

    pub const fn name(self) -> &'static str {
        match self {
            Self::FreshPaths => "fresh_paths",
            Self::CostsHalfMore => "costs_x1.5",
            Self::CostsTripled => "costs_x3",
            Self::ParameterJitter => "parameter_jitter",
            Self::TradeOrder => "trade_order",
        }
    }
}

/// One fresh path.
#[derive(Debug, Clone, PartialEq)]
pub struct Drawn {
    pub own: Metrics,
    pub half_more: Metrics,
    pub tripled: Metrics,
    /// None without a parameter to vary, or where the nearby set broke.
    pub jittered: Option<Metrics>,
    /// The path's closed trades in one other order; None where fewer than two were closed.
    pub reordered: Option<Order>,
    pub course: Course,
}

/// The fresh paths of one scenario, or the first that broke.
#[derive(Debug, Clone, PartialEq)]
pub struct Simulated {
    pub scenario: String,
    pub bars: usize,
    pub periods_per_year: f64,
    pub drawn: Result<Vec<Drawn>, Broken>,
}

/// The values in force on `params.paths` fresh paths of every scenario, the same for every strategy under one
/// `seed`; each path also at higher costs, and with one of `nearby`. None once `stop` says so.
pub fn simulate(
    seats: &Seats<'_>,
    generators: &[Generator],
    nearby: &[ParamSet],
    params: &Params,
    rules: &Rules,
    seed: Seed,
    stop: &(dyn Fn() -> bool + Sync),
) -> Option<Vec<Simulated>> {
    let work: Vec<(&Generator, usize)> =
        generators.iter().flat_map(|generator| (0..params.paths).map(move |index| (generator, index))).collect();
    let drawn: Vec<Result<Drawn, Broken>> = work
        .into_par_iter()
        .map(|(generator, index)| {
            if stop() {
                return None;
            }
            let name = &generator.scenario().name;
            let own = seed.child(name).child(&index.to_string());
            let path = Series { name: format!("{name}/monte_carlo/{index}"), ..generator.path(own.child("path")) };
            let jitter = nearby.get(index % nearby.len().max(1));
            Some(seats.with(|seat| draw(seat, &path, jitter, rules, own.child("trade_order"))))
        })
        .collect::<Option<_>>()?;
    let mut drawn = drawn.into_iter();
    Some(
        generators
            .iter()
            .map(|generator| Simulated {
                scenario: generator.scenario().name.clone(),
                bars: generator.scenario().bars,
                periods_per_year: generator.scenario().instrument.periods_per_year,
                drawn: drawn.by_ref().take(params.paths).collect::<Vec<_>>().into_iter().collect(),
            })
            .collect(),
    )
}

fn draw(
    seat: &mut dyn Executor,
    path: &Series,
    jitter: Option<&ParamSet>,
    rules: &Rules,
    seed: Seed,
) -> Result<Drawn, Broken> {
    let sets: Vec<ParamSet> = std::iter::once(ParamSet::new()).chain(jitter.cloned()).collect();
    let mut exposures = seat
        .run(path, &sets)
        .into_iter()
        .map(|outcome| answered(outcome).map(|answers| exposure(&answers.targets)))
        .collect::<Vec<_>>()
        .into_iter();
    // A seat answers every set; none at all would be its own fault and has no message to give.
    let own = exposures.next().unwrap_or_else(|| Ok(vec![0.0; path.len()]))?;
    let at = |exposures: &[f64], factor: f64| {
        let dearer = dearer(&rules.engine, factor);
        engine::summarise(path, exposures, &dearer, path.periods_per_year, rules.risk_free_rate)
    };
    let trace = Trace::of(path, &own, rules);
    Ok(Drawn {
        half_more: at(&own, 1.5),
        tripled: at(&own, 3.0),
        jittered: exposures.next().and_then(Result::ok).map(|nearby| at(&nearby, 1.0)),
        reordered: (trace.profits.len() > 1)
            .then(|| shuffled(rules.engine.initial_capital, &trace.profits, &mut seed.rng())),
        course: Course::of(&trace.returns, FAN_STEPS),
        own: trace.metrics,
    })
}

/// Rates stay below 1, beyond which nothing could be traded at all.
fn dearer(params: &engine::Params, factor: f64) -> engine::Params {
    let up = |rate: f64| (rate * factor).min(0.999);
    engine::Params { commission_rate: up(params.commission_rate), slippage_rate: up(params.slippage_rate), ..*params }
}

/// How one figure is distributed when one thing is varied.
#[derive(Debug, Clone, PartialEq)]
pub struct Distribution {
    pub source: Source,
    /// `sharpe_ratio`, `total_return` or `max_drawdown`.
    pub figure: &'static str,
    pub fan: Fan,
}

/// How often something happened.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Chance {
    pub source: Source,
    /// `probability_of_loss` or `probability_of_ruin`.
    pub event: &'static str,
    pub happened: usize,
    pub runs: usize,
    /// Clopper and Pearson.
    pub low: f64,
    pub high: f64,
}

/// Fans and chances of one scenario's fresh paths, in the order of [`Source::ALL`].
pub fn spread(drawn: &[Drawn], params: &Params) -> (Vec<Distribution>, Vec<Chance>) {
    let (mut fans, mut chances) = (Vec::new(), Vec::new());
    let measured: [(Source, Vec<&Metrics>); 4] = [
        (Source::FreshPaths, drawn.iter().map(|path| &path.own).collect()),
        (Source::CostsHalfMore, drawn.iter().map(|path| &path.half_more).collect()),
        (Source::CostsTripled, drawn.iter().map(|path| &path.tripled).collect()),
        (Source::ParameterJitter, drawn.iter().filter_map(|path| path.jittered.as_ref()).collect()),
    ];
    for (source, metrics) in measured.into_iter().filter(|(_, metrics)| !metrics.is_empty()) {
        let mut fan = |figure, of: &dyn Fn(&Metrics) -> Statistic| {
            fans.push(Distribution { source, figure, fan: Fan::over(metrics.iter().map(|metrics| of(metrics))) });
        };
        fan("sharpe_ratio", &|metrics| metrics.sharpe_ratio);
        fan("total_return", &|metrics| Ok(metrics.total_return));
        fan("max_drawdown", &|metrics| Ok(metrics.max_drawdown));
        let lost = metrics.iter().filter(|metrics| metrics.total_return < 0.0).count();
        let ruined = metrics.iter().filter(|metrics| is_ruin(metrics.ruin, metrics.max_drawdown, params)).count();
        chances.push(chance(source, "probability_of_loss", lost, metrics.len(), params));
        chances.push(chance(source, "probability_of_ruin", ruined, metrics.len(), params));
    }
    let orders: Vec<Order> = drawn.iter().filter_map(|path| path.reordered).collect();
    let (order_fans, order_chances) = orders_spread(&orders, params);
    fans.extend(order_fans);
    chances.extend(order_chances);
    (fans, chances)
}

/// The closed trades of one run in `shuffles` other orders; nothing where fewer than two were closed. What they
/// sum to is the same in every order, so only the way there is distributed.
pub fn reorder(
    trace: &Trace,
    capital: f64,
    shuffles: usize,
    params: &Params,
    seed: Seed,
) -> (Vec<Distribution>, Vec<Chance>) {
    let mut rng = seed.rng();
    let count = if trace.profits.len() > 1 { shuffles } else { 0 };
    let orders: Vec<Order> = (0..count).map(|_| shuffled(capital, &trace.profits, &mut rng)).collect();
    orders_spread(&orders, params)
}

fn orders_spread(orders: &[Order], params: &Params) -> (Vec<Distribution>, Vec<Chance>) {
    if orders.is_empty() {
        return (Vec::new(), Vec::new());
    }
    let fan = Fan::over(orders.iter().map(|order| Ok(order.max_drawdown)));
    let ruined = orders.iter().filter(|order| is_ruin(order.ruin, order.max_drawdown, params)).count();
    (
        vec![Distribution { source: Source::TradeOrder, figure: "max_drawdown", fan }],
        vec![chance(Source::TradeOrder, "probability_of_ruin", ruined, orders.len(), params)],
    )
}

fn is_ruin(nothing_left: bool, max_drawdown: f64, params: &Params) -> bool {
    nothing_left || max_drawdown <= -params.ruin_drawdown
}

fn chance(source: Source, event: &'static str, happened: usize, runs: usize, params: &Params) -> Chance {
    let (low, high) = clopper_pearson(happened, runs, params.level);
    Chance { source, event, happened, runs, low, high }
}

#[cfg(test)]
mod tests;
