//! What holds for every path.

use crate::market::Series;
use crate::scenario::{Dynamics, Garch, Generator, Instrument, Jumps, Model, Regime, Scenario, Set, bull, standard};
use crate::seed::Seed;

fn bytes(path: &Series) -> Vec<u8> {
    let stamps = path.timestamp.iter().flat_map(|stamp| stamp.to_le_bytes());
    let values = path.columns().into_iter().flat_map(|(_, column)| column.iter().flat_map(|value| value.to_le_bytes()));
    stamps.chain(values).collect()
}

/// Two thousand more of each regime pass it in [`super::oracle`].
#[test]
fn thousands_of_paths_pass_the_check_of_series() {
    for regime in Regime::ALL {
        for (bars, paths, instrument) in
            [(252, 700, Instrument::STOCK), (252, 300, Instrument::CRYPTO), (4000, 8, Instrument::INDEX)]
        {
            let generator = Generator::new(&Scenario { bars, instrument, ..standard(regime) }).unwrap();
            for index in 0..paths {
                let path = generator.draw(Seed::new(9), Set::Test, index);
                assert_eq!(path.check(), Ok(()), "{}", path.name);
                assert_eq!((path.len(), path.periods_per_year), (bars, instrument.periods_per_year));
            }
        }
    }
}

/// Tails with barely a variance, drifts and jumps at the edge of what is allowed.
#[test]
fn prices_stay_finite_at_the_edge_of_the_ranges() {
    let wild = Model {
        drift_per_year: 20.0,
        vol_per_year: 5.0,
        garch: Garch::new(0.05, 0.02, 0.8),
        tail_nu: 2.001,
        skew_lambda: -0.9,
        jumps: Jumps::new(1000.0, -0.1, 0.1),
        pull_per_year: 252.0,
        initial_vol: Some(5.0),
    };
    let free = Model { pull_per_year: 0.0, ..wild };
    let quiet = Model { vol_per_year: 1e-6, drift_per_year: 0.0, jumps: Jumps::default(), initial_vol: None, ..wild };
    for model in [wild, free, quiet] {
        let scenario = Scenario { dynamics: Dynamics::Single(model), bars: 504, ..standard(Regime::Bull) };
        let generator = Generator::new(&scenario).unwrap();
        for seed in 0..200 {
            assert_eq!(generator.path(Seed::new(seed)).check(), Ok(()), "seed {seed}");
        }
    }
}

#[test]
fn a_seed_is_a_path_whatever_was_drawn_before_and_wherever() {
    for regime in Regime::ALL {
        let generator = Generator::new(&standard(regime)).unwrap();
        let draw = |index| bytes(&generator.draw(Seed::new(1), Set::Train, index));
        let forwards: Vec<_> = (0..8).map(draw).collect();
        let mut backwards: Vec<_> = (0..8).rev().map(draw).collect();
        backwards.reverse();
        assert_eq!(forwards, backwards);
        let elsewhere = std::thread::scope(|scope| scope.spawn(|| draw(5)).join().unwrap());
        assert_eq!(forwards[5], elsewhere);
        let anew = Generator::new(&standard(regime)).unwrap().draw(Seed::new(1), Set::Train, 5);
        assert_eq!(forwards[5], bytes(&anew));
    }
}

#[test]
fn run_set_index_and_name_each_make_another_path() {
    let generator = Generator::new(&standard(Regime::Bull)).unwrap();
    let renamed = Generator::new(&Scenario { name: "bull_2".into(), ..standard(Regime::Bull) }).unwrap();
    let paths = [
        generator.draw(Seed::new(1), Set::Train, 0),
        generator.draw(Seed::new(1), Set::Train, 1),
        generator.draw(Seed::new(1), Set::Validation, 0),
        generator.draw(Seed::new(1), Set::Test, 0),
        generator.draw(Seed::new(2), Set::Train, 0),
        renamed.draw(Seed::new(1), Set::Train, 0),
    ];
    assert_eq!(paths[2].name, "bull/validation/0");
    assert_eq!(paths[5].name, "bull_2/train/0");
    for (index, path) in paths.iter().enumerate() {
        assert!(paths[..index].iter().all(|other| other.close != path.close));
    }
}

/// A change of these figures changes every simulated market of every user: bump the version of the scenarios
/// artifact with it.
#[test]
fn the_stream_is_pinned() {
    let path = Generator::new(&standard(Regime::Bull)).unwrap().draw(Seed::new(42), Set::Train, 0);
    let found = [path.open[1], path.high[1], path.low[1], path.close[1], path.close[251], path.volume[251]];
    let same = found.iter().zip(PINNED).all(|(found, pinned)| (found / pinned - 1.0).abs() < 1e-9);
    assert!(same, "{found:?}, pinned {PINNED:?}");
}

const PINNED: [f64; 6] = [
    100.41087969025165,
    100.94849453502532,
    99.8081385908686,
    100.66169436936327,
    122.53732061122933,
    2819728002.380875,
];

#[test]
fn a_path_opens_at_the_start_price_without_a_night() {
    let instrument = Instrument { start_price: 37.5, ..Instrument::STOCK };
    let generator = Generator::new(&Scenario { instrument, ..standard(Regime::Bear) }).unwrap();
    let path = generator.path(Seed::new(4));
    assert!((path.open[0] - 37.5).abs() < 1e-12);
    assert!((1..252).all(|bar| (path.open[bar] / path.close[bar - 1] - 1.0).abs() > 1e-12));
    let generator = Generator::new(&Scenario { instrument: Instrument::CRYPTO, ..standard(Regime::Bear) }).unwrap();
    let path = generator.path(Seed::new(4));
    assert!((1..252).all(|bar| (path.open[bar] / path.close[bar - 1] - 1.0).abs() < 1e-14));
}

/// One market of the user's own beside the eight.
#[test]
fn a_ninth_scenario_is_a_value() {
    let model = Model { drift_per_year: 0.6, vol_per_year: 0.35, ..bull::MODEL };
    let scenario = Scenario {
        name: "mania".into(),
        dynamics: Dynamics::Single(model),
        instrument: Instrument::CRYPTO,
        bars: 730,
        trend: None,
    };
    let text = serde_json::to_string(&scenario).unwrap();
    assert_eq!(serde_json::from_str::<Scenario>(&text).unwrap(), scenario);
    let path = Generator::new(&scenario).unwrap().draw(Seed::new(3), Set::Train, 0);
    assert_eq!((path.name.as_str(), path.len(), path.check()), ("mania/train/0", 730, Ok(())));
}
