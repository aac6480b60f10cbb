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
        let middle = |index: usize| HEAD + (index as f64 + 0.5) * ROW;
        let labels = self
            .stems
            .iter()
            .enumerate()
            .map(|(index, stem)| (left - 8.0, middle(index) + 3.5, fit(&stem.label, left - 8.0)));
        svg.many("tick", "end", &labels.collect::<Vec<_>>());
        for tone in ["t-good", "t-bad", "t-muted"] {
            let own = self.stems.iter().enumerate().filter(|(_, stem)| self.tone(stem) == tone);
            let path: String = own
                .filter_map(|(index, stem)| Some((middle(index), x.place(stem.low?), x.place(stem.high?))))
                .fold(String::new(), |path, (y, from, to)| {
                    format!("{path}M{from:.0} {}h{:.0}", short(y), (to - from).max(1.0))
                });
            if !path.is_empty() {
                svg.path(&format!("stem {tone}"), &path, "");
            }
        }
        for (index, stem) in self.stems.iter().enumerate() {
            self.estimate(&mut svg, x, middle(index), stem);
        }
        svg.words("axis", WIDTH - RIGHT, bottom + 29.0, "end", &self.x.label);
        Some(svg.close())
    }

    /// On which side of the reference the whole interval lies.
    fn tone(&self, stem: &Stem) -> &'static str {
        match (stem.low.zip(stem.high), self.reference) {
            (Some((low, _)), Some(reference)) if low > reference => "t-good",
            (Some((_, high)), Some(reference)) if high < reference => "t-bad",
            _ => "t-muted",
        }
    }

    fn estimate(&self, svg: &mut Svg, x: Scale, y: f64, stem: &Stem) {
        let write = |value: f64| self.x.unit.write(value);
        let tip = match (stem.low.zip(stem.high), stem.estimate) {
            (Some((low, high)), Some(estimate)) => {
                format!("{} to {}, estimate {}", write(low), write(high), write(estimate))
            }
            (Some((low, high)), None) => format!("{} to {}", write(low), write(high)),
            (None, Some(estimate)) => format!("{}, {}", write(estimate), stem.reason),
            (None, None) => String::new(),
        };
        let tone = self.tone(stem);
        match stem.estimate {
            Some(estimate) => svg.dot(&format!("dot {tone}"), (x.place(estimate), y), 4.5, &tip),
            None if stem.low.is_none() => {
                svg.words("tick note", x.from + 4.0, y + 3.5, "start", &fit(&stem.reason, x.to - x.from - 4.0));
            }
            None => {}
        }
    }
}
