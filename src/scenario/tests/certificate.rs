//! Certificates of whole families, and of markets that are none.

use crate::market::Series;
use crate::scenario::realism::{Certified, Kind, Standing, certify};
use crate::scenario::{Bates, Fact, Generator, Instrument, Regime, Resampler, Scenario, standard};
use crate::seed::Seed;
use rand_distr::{Distribution, StandardNormal};

fn scenario(regime: Regime) -> Scenario {
    Scenario { bars: 4000, instrument: Instrument::STOCK, ..standard(regime) }
}

fn outside(certificate: &[Certified]) -> Vec<Fact> {
    certificate.iter().filter(|row| row.standing == Standing::Outside).map(|row| row.fact).collect()
}

fn draw(path: impl Fn(Seed) -> Series) -> Vec<Series> {
    (0..6).map(|index| path(Seed::new(9).child(&index.to_string()))).collect()
}

/// Both simulated families are near real markets and not in everything; what is outside is said.
#[test]
fn families_are_told_from_real_markets_in_few_facts() {
    let gjr = Generator::new(&scenario(Regime::Mixed)).unwrap();
    let gjr = certify(&draw(|seed| gjr.path(seed)), Kind::Stock, true);
    let bates = Bates::new(&scenario(Regime::Mixed)).unwrap();
    let bates = certify(&draw(|seed| bates.path(seed)), Kind::Stock, true);
    let market = Generator::new(&scenario(Regime::Mixed)).unwrap().path(Seed::new(4));
    let resampled = Resampler::new(&market, Regime::Mixed).unwrap();
    let resampled = certify(&draw(|seed| resampled.path(seed, 4000)), Kind::Stock, true);
    for (family, certificate, most) in [("gjr", &gjr, 2), ("bates", &bates, 3), ("resampled", &resampled, 3)] {
        let found = outside(certificate);
        let values: Vec<_> = certificate.iter().map(|row| (row.fact, row.value, row.band)).collect();
        assert!(found.len() <= most, "{family}: {found:?} in {values:?}");
        assert_eq!(certificate.len(), Fact::ALL.len());
    }
}

#[test]
fn a_random_walk_is_no_market() {
    let noise: Vec<f64> = StandardNormal.sample_iter(Seed::new(2).rng()).take(4000).collect();
    let mut series = Series { periods_per_year: 252.0, ..Series::default() };
    let mut close = 100.0;
    for (bar, step) in (0_i64..).zip(noise) {
        let open = close;
        close *= f64::exp(0.01 * step);
        series.timestamp.push(bar);
        series.open.push(open);
        series.high.push(open.max(close) * 1.002);
        series.low.push(open.min(close) / 1.002);
        series.close.push(close);
        series.volume.push(1000.0 + (bar % 7) as f64);
    }
    let found = outside(&certify(&[series.clone()], Kind::Stock, true));
    for fact in [Fact::ExcessKurtosis, Fact::AcfMove1, Fact::AcfMove20, Fact::GapShare, Fact::StudentDf] {
        assert!(found.contains(&fact), "{fact:?} is missing in {found:?}");
    }
    // A single mood is not asked for the memory that moods give each other.
    let mood = outside(&certify(&[series.clone()], Kind::Stock, false));
    assert!(!mood.contains(&Fact::AcfMove1) && mood.contains(&Fact::GapShare), "{mood:?}");
    // Too few bars are not judged at all.
    let short = certify(&[series.slice(0..100)], Kind::Stock, true);
    assert!(short.iter().all(|row| row.standing == Standing::NotJudged && row.value.is_err()));
}
