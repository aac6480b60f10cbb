//! Long paths against the bands that statistics §4.1 takes from real bars.

use crate::scenario::stylised::{Fact as Name, mean, measure, sd};
use crate::scenario::{Dynamics, Garch, Generator, Instrument, Model, Regime, Scenario, Set, bull, standard};
use crate::seed::Seed;
use crate::stats::quantile;
use std::ops::RangeInclusive;

const PATHS: usize = 60;
const BARS: usize = 5000;

fn measured(regime: Regime, instrument: Instrument) -> Vec<Facts> {
    let generator = Generator::new(&Scenario { bars: BARS, instrument, ..standard(regime) }).unwrap();
    (0..PATHS).map(|index| Facts(measure(&generator.draw(Seed::new(77), Set::Train, index)))).collect()
}

struct Facts(Vec<(Name, crate::stats::Statistic)>);

impl Facts {
    fn get(&self, name: Name) -> f64 {
        self.0.iter().find(|(fact, _)| *fact == name).unwrap().1.unwrap()
    }
}

type Fact = (Name, RangeInclusive<f64>);

fn assert_medians(of: &str, paths: &[Facts], bands: &[Fact]) {
    for (name, band) in bands {
        let values: Vec<f64> = paths.iter().map(|facts| facts.get(*name)).collect();
        let median = quantile(&values, 0.5).unwrap();
        assert!(band.contains(&median), "{of}: median {name:?} is {median:.3}, real bars have {band:?}");
    }
}

/// Bands for daily equity paths of 2,500 bars and more, the same for every instrument.
const RETURNS: [Fact; 7] = [
    (Name::ExcessKurtosis, 3.0..=20.0),
    (Name::AggregationalKurtosis, -99.0..=0.0),
    (Name::AcfReturn1, -0.12..=0.05),
    (Name::AcfMove1, 0.14..=0.33),
    (Name::AcfMove5, 0.11..=0.38),
    (Name::AcfMove20, 0.09..=0.27),
    (Name::DownOverUp, 0.9..=1.15),
];

const BARS_SHAPE: [Fact; 4] = [
    (Name::ParkinsonOverBody, 0.87..=1.08),
    (Name::BodyOverRange, 0.40..=0.55),
    (Name::AcfRange1, 0.45..=0.70),
    (Name::AcfVolume1, 0.5..=0.75),
];

/// Where the model leaves the bands it is held to what it is: the left tail of mixed moods is a little heavier than
/// real ones (2.3 to 3.5), and leverage weaker than an index's (−.15 to −.07), as the model is known for.
const DEVIATIONS: [Fact; 2] = [(Name::HillLeft, 2.15..=2.30), (Name::Leverage, -0.07..=-0.05)];

#[test]
fn a_stock_of_mixed_moods_is_like_real_ones() {
    let paths = measured(Regime::Mixed, Instrument::STOCK);
    assert_medians("stock", &paths, &RETURNS);
    assert_medians("stock", &paths, &BARS_SHAPE);
    assert_medians(
        "stock",
        &paths,
        &[
            (Name::Leverage, -0.08..=-0.02),
            (Name::ParkinsonOverClose, 0.75..=0.90),
            (Name::GapShare, 0.30..=0.40),
            (Name::VolumeWithMove, 0.38..=0.50),
            (Name::VolumeSd, 0.35..=0.45),
        ],
    );
}

#[test]
fn an_index_and_a_market_without_nights_differ_where_they_should() {
    let index = measured(Regime::Mixed, Instrument::INDEX);
    assert_medians("index", &index, &RETURNS);
    assert_medians("index", &index, &BARS_SHAPE);
    assert_medians("index", &index, &DEVIATIONS);
    assert_medians(
        "index",
        &index,
        &[
            (Name::ParkinsonOverClose, 0.75..=0.90),
            (Name::GapShare, 0.22..=0.28),
            (Name::VolumeWithMove, 0.15..=0.30),
            (Name::VolumeSd, 0.17..=0.22),
        ],
    );
    let crypto = measured(Regime::Mixed, Instrument::CRYPTO);
    assert_medians("crypto", &crypto, &BARS_SHAPE);
    assert_medians(
        "crypto",
        &crypto,
        &[
            (Name::ParkinsonOverClose, 0.9..=1.1),
            (Name::GapShare, 0.0..=1e-20),
            (Name::VolumeWithMove, 0.42..=0.58),
            (Name::VolumeSd, 0.50..=0.60),
        ],
    );
}

fn long_run_variance(model: Model) -> (f64, f64) {
    let scenario = Scenario { bars: 20_000, dynamics: Dynamics::Single(model), ..standard(Regime::Bull) };
    let generator = Generator::new(&scenario).unwrap();
    let variances: Vec<f64> = (0..40)
        .map(|index| {
            let path = generator.draw(Seed::new(5), Set::Train, index);
            let returns = path.close[2000..].windows(2).map(|pair| (pair[1] / pair[0]).ln());
            sd(&returns.collect::<Vec<f64>>()).powi(2) * 252.0
        })
        .collect();
    (mean(&variances), 4.0 * sd(&variances) / (variances.len() as f64).sqrt())
}

/// Far from the cap on h the closed form is met; the target is missed by far.
#[test]
fn a_skewed_model_settles_where_the_closed_form_says() {
    let model = Model { garch: Garch::new(0.02, 0.12, 0.80), tail_nu: 12.0, skew_lambda: -0.4, ..bull::MODEL };
    let (found, error) = long_run_variance(model);
    let expected = model.settled_vol_per_year().unwrap().powi(2);
    assert!((found - expected).abs() < error, "{found} ± {error}, expected {expected}");
    assert!(found > 1.1 * 0.145 * 0.145, "{found}");
}

/// With the bull market's tails the cap takes part of it back.
#[test]
fn long_bull_markets_are_livelier_than_their_target() {
    let (found, error) = long_run_variance(bull::MODEL);
    assert!((found - BULL_LONG_RUN_VOL * BULL_LONG_RUN_VOL).abs() < error, "{found} ± {error}");
    assert!(found - 0.145 * 0.145 > error, "{found} ± {error}");
    assert!(found < bull::MODEL.settled_vol_per_year().unwrap().powi(2));
}

const BULL_LONG_RUN_VOL: f64 = 0.154;

/// `tests/oracle`'s sibling for facts: what statistics §4.1 measured on the shipped bars, but for what it had other
/// definitions of (its volume trend, and scipy's fit).
#[test]
fn real_bars_have_the_facts_that_were_measured_on_them() {
    let text = include_str!("../../../data/market/AAPL_1d_2004_2018.csv");
    let mut bars = crate::market::Series { periods_per_year: 252.0, ..Default::default() };
    for (row, line) in (0_i64..).zip(text.lines().skip(1)) {
        let cells: Vec<f64> = line.split(',').skip(1).map(|cell| cell.parse().unwrap()).collect();
        bars.timestamp.push(row);
        bars.open.push(cells[0]);
        bars.high.push(cells[1]);
        bars.low.push(cells[2]);
        bars.close.push(cells[3]);
        bars.volume.push(cells[4]);
    }
    let facts = Facts(measure(&bars));
    let expected = [
        (Name::ExcessKurtosis, 6.136_308_9, 1e-3),
        (Name::AggregationalKurtosis, 0.997_828_9 - 6.136_308_9, 0.3),
        (Name::StudentDf, 3.250_558, 0.01),
        (Name::HillLeft, 2.525_782, 0.03),
        (Name::AcfReturn1, 0.007_583, 2e-3),
        (Name::AcfMove1, 0.211_429, 2e-3),
        (Name::AcfMove20, 0.132_133, 3e-3),
        (Name::Leverage, -0.071_240, 2e-3),
        (Name::DownOverUp, 0.976_982, 1e-3),
        (Name::ParkinsonOverClose, 0.836_366, 2e-3),
        (Name::ParkinsonOverBody, 1.002_400, 2e-3),
        (Name::GapShare, 0.382_032, 2e-3),
        (Name::BodyOverRange, 0.488_006, 2e-3),
        (Name::AcfRange1, 0.577_277, 3e-3),
        (Name::VolumeWithMove, 0.468_993, 5e-3),
        (Name::AcfVolume1, 0.629_220, 5e-3),
        (Name::VolumeSd, 0.387_362, 4e-3),
    ];
    for (fact, value, error) in expected {
        let found = facts.get(fact);
        assert!((found - value).abs() < error, "{fact:?}: {found}, expected {value}");
    }
}
