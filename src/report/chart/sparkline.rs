use super::scale::Scale;
use super::svg::{Svg, polyline};
use super::{Caption, Tone};

const WIDTH: f64 = 96.0;
const HEIGHT: f64 = 22.0;

/// A course the size of a word.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Sparkline {
    pub caption: Caption,
    pub values: Vec<f64>,
    /// A line at this value where it is in sight.
    pub reference: Option<f64>,
}

impl Sparkline {
    /// None with fewer than two finite values.
    pub fn svg(&self) -> Option<String> {
        let finite: Vec<f64> = self.values.iter().copied().filter(|value| value.is_finite()).collect();
        let (&first, &last) = (finite.first()?, finite.last()?);
        if finite.len() < 2 {
            return None;
        }
        let y = Scale::over(finite.iter().copied(), HEIGHT - 2.0, 2.0)?;
        let step = (WIDTH - 6.0) / (finite.len() - 1) as f64;
        let tone = if last >= first { Tone::Good } else { Tone::Bad };
        let mut svg = Svg::open("sparkline", WIDTH, HEIGHT, &self.caption);
        if let Some(reference) = self.reference.filter(|at| *at >= y.low && *at <= y.high) {
            svg.rule("reference", (0.0, y.place(reference)), (WIDTH, y.place(reference)));
        }
        let points = finite.iter().enumerate().map(|(index, &value)| (2.0 + index as f64 * step, y.place(value)));
        svg.path(&format!("line thin {}", tone.class()), &polyline(points), "");
        svg.dot(&format!("dot {}", tone.class()), (WIDTH - 4.0, y.place(last)), 2.0, "");
        Some(svg.close())
    }
}

/// The same for a terminal: `width` blocks of eight heights, each the mean of its share of the values. Empty with
/// fewer than two finite values.
pub fn blocks(values: &[f64], width: usize) -> String {
    const BLOCKS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
    let finite: Vec<f64> = values.iter().copied().filter(|value| value.is_finite()).collect();
    if finite.len() < 2 || width == 0 {
        return String::new();
    }
    let count = width.min(finite.len());
    let means: Vec<f64> = (0..count)
        .map(|at| {
            let share = &finite[at * finite.len() / count..((at + 1) * finite.len() / count)];
            share.iter().sum::<f64>() / share.len() as f64
        })
        .collect();
    let (low, high) =
        means.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), &mean| (low.min(mean), high.max(mean)));
    let height = |mean: f64| if high > low { ((mean - low) / (high - low) * 7.0).round() as usize } else { 3 };
    means.into_iter().map(|mean| BLOCKS[height(mean).min(7)]).collect()
}
