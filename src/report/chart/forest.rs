use super::plot::WIDTH;
use super::scale::Scale;
use super::svg::{Svg, fit, short, width};
use super::{Axis, Caption};

const ROW: f64 = 22.0;
const HEAD: f64 = 8.0;
const FOOT: f64 = 34.0;
const RIGHT: f64 = 14.0;

/// Estimates with their intervals, one above the other.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Forest {
    pub caption: Caption,
    pub x: Axis,
    /// The value at which there is nothing; always in sight.
    pub reference: Option<f64>,
    pub stems: Vec<Stem>,
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct Stem {
    pub label: String,
    pub low: Option<f64>,
    pub high: Option<f64>,
    pub estimate: Option<f64>,
    /// In words, where there is no interval.
    pub reason: String,
}

impl Forest {
    /// None where no stem has a value.
    pub fn svg(&self) -> Option<String> {
        let values = || self.stems.iter().flat_map(|stem| [stem.low, stem.high, stem.estimate]).flatten();
        let longest = self.stems.iter().map(|stem| width(&stem.label)).fold(0.0, f64::max);
        let left = (longest + 12.0).clamp(40.0, WIDTH * 0.42);
        Scale::over(values(), left, WIDTH - RIGHT)?;
        let x = Scale::over(values().chain(self.reference), left, WIDTH - RIGHT)?.rounded(self.x.unit, 6);
        let bottom = HEAD + self.stems.len() as f64 * ROW;
        let mut svg = Svg::open("forest", WIDTH, bottom + FOOT, &self.caption);
        let (mut free, mut grid, mut words) = (f64::NEG_INFINITY, String::new(), Vec::new());
        for tick in x.ticks(self.x.unit, 6) {
            let (at, half) = (x.place(tick.value), width(&tick.text) / 2.0);
            grid.push_str(&format!("M{} {}V{}", short(at), short(HEAD), short(bottom)));
            if at - half >= free && at + half <= WIDTH {
                free = at + half + 6.0;
                words.push((at, bottom + 14.0, tick.text));
            }
        }
        svg.path("grid", &grid, "");
        svg.many("tick", "middle", &words);
        if let Some(reference) = self.reference {
            let at = x.place(reference);
            svg.rule("reference", (at, HEAD), (at, bottom));
        }
        for (index, stem) in self.stems.iter().enumerate() {
            let middle = HEAD + (index as f64 + 0.5) * ROW;
            svg.words("tick", left - 8.0, middle + 3.5, "end", &fit(&stem.label, left - 8.0));
            self.stem(&mut svg, x, middle, stem);
        }
        svg.words("axis", WIDTH - RIGHT, bottom + 29.0, "end", &self.x.label);
        Some(svg.close())
    }

    fn stem(&self, svg: &mut Svg, x: Scale, y: f64, stem: &Stem) {
        let write = |value: f64| self.x.unit.write(value);
        let tone = match (stem.low.zip(stem.high), self.reference) {
            (Some((low, _)), Some(reference)) if low > reference => "t-good",
            (Some((_, high)), Some(reference)) if high < reference => "t-bad",
            _ => "t-muted",
        };
        let tip = match (stem.low.zip(stem.high), stem.estimate) {
            (Some((low, high)), Some(estimate)) => {
                format!("{}: {} to {}, estimate {}", stem.label, write(low), write(high), write(estimate))
            }
            (Some((low, high)), None) => format!("{}: {} to {}", stem.label, write(low), write(high)),
            (None, Some(estimate)) => format!("{}: {}, {}", stem.label, write(estimate), stem.reason),
            (None, None) => String::new(),
        };
        if let Some((low, high)) = stem.low.zip(stem.high) {
            let (from, to) = (x.place(low), x.place(high));
            svg.rect(&format!("stem {tone}"), (from, y - 2.0), ((to - from).max(1.0), 4.0), &tip);
        }
        match stem.estimate {
            Some(estimate) => svg.dot(&format!("dot {tone}"), (x.place(estimate), y), 4.5, &tip),
            None if stem.low.is_none() => {
                svg.words("tick note", x.from + 4.0, y + 3.5, "start", &fit(&stem.reason, x.to - x.from - 4.0));
            }
            None => {}
        }
    }
}
