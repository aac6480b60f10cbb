//! Bands that stylised facts of daily bars keep to, and how a generator stands to them.

use super::stylised::{Fact, measure};
use crate::market::Series;
use crate::stats::{Statistic, Undefined, quantile};
use serde::{Deserialize, Serialize};

/// What kind of market the bands are for; they differ in nights and volume.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    Stock,
    Index,
    AroundTheClock,
}

/// How a fact stands to its band.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    Inside,
    Outside,
    /// There is no band, or nothing to measure: a single mood lacks the memory that moods give each other, and a
    /// market around the clock has no band for what is known of stocks alone.
    NotJudged,
}

impl Kind {
    pub const fn name(self) -> &'static str {
        match self {
            Self::Stock => "stock",
            Self::Index => "index",
            Self::AroundTheClock => "around_the_clock",
        }
    }

    /// By the share of a bar's variance that falls between close and open.
    pub fn of_gap_share(share: f64) -> Self {
        match share {
            share if share < 0.1 => Self::AroundTheClock,
            share if share < 0.29 => Self::Index,
            _ => Self::Stock,
        }
    }

    /// Statistics §4.1: what ten real series of 2,500 bars and more show.
    pub fn band(self, fact: Fact) -> Option<(f64, f64)> {
        let nights = self != Self::AroundTheClock;
        Some(match fact {
            Fact::ExcessKurtosis => (3.0, 20.0),
            Fact::AggregationalKurtosis => (-20.0, 0.0),
            Fact::StudentDf => (2.0, 6.0),
            Fact::HillLeft => (2.3, 3.5),
            Fact::AcfReturn1 => (-0.12, 0.05),
            Fact::AcfMove1 => (0.14, 0.33),
            Fact::AcfMove5 => (0.11, 0.38),
            Fact::AcfMove20 => (0.09, 0.27),
            Fact::Leverage => match self {
                Self::Stock => (-0.08, -0.02),
                Self::Index => (-0.15, -0.07),
                Self::AroundTheClock => return None,
            },
            Fact::DownOverUp => (0.9, 1.15),
            Fact::ParkinsonOverClose if nights => (0.75, 0.9),
            Fact::ParkinsonOverClose => (0.9, 1.1),
            Fact::ParkinsonOverBody => (0.87, 1.08),
            Fact::GapShare => match self {
                Self::Stock => (0.3, 0.4),
                Self::Index => (0.2, 0.3),
                Self::AroundTheClock => (0.0, 0.1),
            },
            Fact::BodyOverRange => (0.40, 0.55),
            Fact::AcfRange1 => (0.45, 0.70),
            Fact::VolumeWithMove => match self {
                Self::Stock => (0.38, 0.5),
                Self::Index => (0.15, 0.3),
                Self::AroundTheClock => return None,
            },
            Fact::AcfVolume1 => (0.5, 0.75),
            Fact::VolumeSd if self == Self::Index => (0.15, 0.55),
            Fact::VolumeSd => (0.2, 0.55),
        })
    }
}

/// Facts that a market owes to moods following each other: a single mood is not asked for them.
pub const fn takes_moods(fact: Fact) -> bool {
    matches!(
        fact,
        Fact::ExcessKurtosis
            | Fact::AggregationalKurtosis
            | Fact::StudentDf
            | Fact::HillLeft
            | Fact::AcfMove1
            | Fact::AcfMove5
            | Fact::AcfMove20
            | Fact::AcfRange1
    )
}

/// One fact of one generator.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Certified {
    pub fact: Fact,
    /// Median over the paths.
    pub value: Statistic,
    pub band: Option<(f64, f64)>,
    pub standing: Standing,
}

/// Scores `paths` of one generator. `whole` says that they claim to be like a whole market, not one mood of it.
pub fn certify(paths: &[Series], kind: Kind, whole: bool) -> Vec<Certified> {
    let measured: Vec<Vec<(Fact, Statistic)>> = paths.iter().map(measure).collect();
    Fact::ALL
        .into_iter()
        .enumerate()
        .map(|(at, fact)| {
            let values: Result<Vec<f64>, Undefined> = measured.iter().map(|facts| facts[at].1).collect();
            let value = values.and_then(|values| quantile(&values, 0.5));
            let band = kind.band(fact).filter(|_| whole || !takes_moods(fact));
            let standing = match (value, band) {
                (Ok(value), Some((low, high))) if (low..=high).contains(&value) => Standing::Inside,
                (Ok(_), Some(_)) => Standing::Outside,
                _ => Standing::NotJudged,
            };
            Certified { fact, value, band, standing }
        })
        .collect()
}
