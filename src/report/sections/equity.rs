use super::figure::Figure;
use super::scenarios::plain;
use crate::report::chart::{Axis, Band, Caption, Line, Lines, Shape, Tone, Unit};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Index of the median among the quantiles.
const MEDIAN: usize = 2;

/// How equity went under the values in force, thinned to what a picture can show.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct EquityCurve {
    pub strategy: String,
    pub market: String,
    /// REAL for one course over real bars, SIM for a fan over fresh paths.
    pub badge: String,
    pub paths: u64,
    /// Bars from the start.
    pub bars: Vec<u64>,
    /// Of those bars, microseconds since the Unix epoch, UTC; empty for simulated paths.
    pub times: Vec<i64>,
    /// Equity over initial capital: the course, or the courses of the 5th, 25th, 50th, 75th and 95th percentile.
    pub growth: Vec<Vec<f64>>,
    /// Deepest fall below the peak so far since the place before, as a fraction in [-1, 0]; likewise.
    pub drawdown: Vec<Vec<f64>>,
}

/// Real bars, the fan of one scenario, and the medians of all.
pub fn figures(curves: &[&EquityCurve]) -> Vec<Figure> {
    let (real, simulated): (Vec<&EquityCurve>, Vec<&EquityCurve>) =
        curves.iter().partition(|curve| !curve.times.is_empty());
    let end = |curve: &EquityCurve| curve.growth.get(MEDIAN).and_then(|median| median.last()).copied();
    let worst = simulated.iter().min_by(|one, other| {
        let at = |curve| end(curve).unwrap_or(f64::INFINITY);
        at(one).total_cmp(&at(other))
    });
    let front = simulated.iter().find(|curve| curve.market == "mixed").or(worst);
    let both = [Of::Growth, Of::Drawdown];
    let mut found: Vec<Figure> = both.into_iter().filter_map(|of| courses(&real, of)).collect();
    found.extend(front.into_iter().flat_map(|curve| both.into_iter().filter_map(|of| fan(curve, of))));
    found.extend(medians(&simulated));
    found
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Of {
    Growth,
    Drawdown,
}

impl Of {
    fn courses(self, curve: &EquityCurve) -> &[Vec<f64>] {
        match self {
            Self::Growth => &curve.growth,
            Self::Drawdown => &curve.drawdown,
        }
    }

    const fn title(self) -> &'static str {
        match self {
            Self::Growth => "Equity",
            Self::Drawdown => "Drawdown",
        }
    }

    fn axis(self) -> Axis {
        match self {
            Self::Growth => Axis::new("equity over initial capital", Unit::Times),
            Self::Drawdown => Axis::new("fall from the peak", Unit::Percent),
        }
    }

    const fn reference(self) -> f64 {
        match self {
            Self::Growth => 1.0,
            Self::Drawdown => 0.0,
        }
    }

    /// In words, for who cannot see it.
    fn told(self, curve: &EquityCurve) -> String {
        let of = self.courses(curve);
        let last = |course: Option<&Vec<f64>>| course.and_then(|course| course.last()).copied().unwrap_or(f64::NAN);
        let deepest = |course: Option<&Vec<f64>>| course.into_iter().flatten().copied().fold(0.0, f64::min);
        match (self, of.len()) {
            (Self::Growth, 1) => format!("{}: ×{:.2} at the end", plain(&curve.market), last(of.first())),
            (Self::Drawdown, 1) => {
                format!("{}: {:.0}% at the deepest", plain(&curve.market), 100.0 * deepest(of.first()))
            }
            (Self::Growth, _) => format!(
                "after {} bars ×{:.2} in the median, ×{:.2} to ×{:.2} for nine in ten",
                curve.bars.last().unwrap_or(&0),
                last(of.get(MEDIAN)),
                last(of.first()),
                last(of.last())
            ),
            (Self::Drawdown, _) => {
                format!("the median is {:.0}% at the deepest", 100.0 * deepest(of.get(MEDIAN)))
            }
        }
    }
}

/// One line for each real market.
fn courses(curves: &[&EquityCurve], of: Of) -> Option<Figure> {
    let line = |(index, curve): (usize, &&EquityCurve)| {
        let course = of.courses(curve).first()?;
        let points = curve.times.iter().map(|&time| time as f64).zip(course.iter().copied()).collect();
        let tone = if curves.len() == 1 { Tone::Main } else { Tone::Series(index) };
        Some(Line { name: plain(&curve.market), tone, shape: Shape::Straight, points })
    };
    let told: Vec<String> = curves.iter().map(|curve| of.told(curve)).collect();
    let chart = Lines {
        caption: Caption { title: format!("{} on your own bars", of.title()), description: String::new() },
        x: Axis::new("", Unit::Date),
        y: of.axis(),
        lines: curves.iter().enumerate().filter_map(line).collect(),
        reference: Some(of.reference()),
        ..Lines::default()
    };
    Figure::new(&format!("{} on your own bars", of.title()), "REAL", told.join("; "), chart.svg())
}

/// The median over the fresh paths of every scenario.
fn medians(curves: &[&EquityCurve]) -> Option<Figure> {
    let line = |(index, curve): (usize, &&EquityCurve)| {
        let points = curve.bars.iter().map(|&bar| bar as f64).zip(curve.growth.get(MEDIAN)?.iter().copied()).collect();
        Some(Line { name: plain(&curve.market), tone: Tone::Series(index), shape: Shape::Straight, points })
    };
    let badge = curves.iter().map(|curve| curve.badge.as_str()).max()?;
    let description = "Where half of the accounts did better; the Monte Carlo table has the spread of each.".to_owned();
    let chart = Lines {
        caption: Caption { title: "Median equity in every scenario".to_owned(), description },
        x: Axis::new("bars", Unit::Count),
        y: Of::Growth.axis(),
        lines: curves.iter().enumerate().filter_map(line).collect(),
        reference: Some(Of::Growth.reference()),
        ..Lines::default()
    };
    Figure::new("Median equity in every scenario", badge, "", chart.svg().filter(|_| curves.len() > 1))
}

/// Nine tenths, half and the median of the simulated accounts.
fn fan(curve: &EquityCurve, of: Of) -> Option<Figure> {
    let [low, lower, median, upper, high] = of.courses(curve) else { return None };
    let bars = || curve.bars.iter().map(|&bar| bar as f64);
    let band = |name: &str, low: &[f64], high: &[f64]| Band {
        name: name.to_owned(),
        points: bars()
            .zip(low.iter().copied().zip(high.iter().copied()))
            .map(|(x, (low, high))| (x, low, high))
            .collect(),
    };
    let points = bars().zip(median.iter().copied()).collect();
    let market = plain(&curve.market);
    let chart = Lines {
        caption: Caption {
            title: format!("{} over {} fresh {market} paths", of.title(), curve.paths),
            description: String::new(),
        },
        x: Axis::new("bars", Unit::Count),
        y: of.axis(),
        bands: vec![band("nine in ten", low, high), band("half", lower, upper)],
        lines: vec![Line { name: "median".to_owned(), tone: Tone::Main, shape: Shape::Straight, points }],
        reference: Some(of.reference()),
        ..Lines::default()
    };
    let note = format!("{} paths: {}", curve.paths, of.told(curve));
    Figure::new(&format!("{}, {market}", of.title()), &curve.badge, note, chart.svg())
}
