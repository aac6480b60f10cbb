use super::plot::{self, Key, draw_reference, draw_x, draw_y};
use super::scale::Scale;
use super::svg::{polyline, short};
use super::{Axis, Caption, Tone};

/// Lines and bands over one axis: a course over time, a fan of quantiles, a history in steps.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Lines {
    pub caption: Caption,
    pub x: Axis,
    pub y: Axis,
    /// Behind the lines, the first at the bottom.
    pub bands: Vec<Band>,
    pub lines: Vec<Line>,
    /// Dots on top, for what happened at one place.
    pub moments: Vec<Moment>,
    /// A value that the eye should find, such as zero; it is always in sight.
    pub reference: Option<f64>,
}

/// Between a lower and an upper course.
#[derive(Debug, Clone, PartialEq)]
pub struct Band {
    pub name: String,
    /// x, low, high; x rises.
    pub points: Vec<(f64, f64, f64)>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    pub name: String,
    pub tone: Tone,
    pub shape: Shape,
    /// x rises; a value that is not finite is a gap.
    pub points: Vec<(f64, f64)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Shape {
    #[default]
    Straight,
    /// Holds its value until the next point.
    Steps,
    /// Filled to the reference.
    Area,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Moment {
    pub x: f64,
    pub y: f64,
    pub tone: Tone,
    pub tip: String,
}

impl Lines {
    /// None without a finite value.
    pub fn svg(&self) -> Option<String> {
        let bands = self.bands.iter().map(|band| Key { name: &band.name, class: "t-band".to_owned() });
        let keys: Vec<Key<'_>> = bands.chain(self.lines.iter().map(|line| Key::new(&line.name, line.tone))).collect();
        let (mut svg, area) = plot::open("lines", &self.caption, &self.y, &keys);
        let points = || {
            let bands = self.bands.iter().flat_map(|band| &band.points);
            let banded = bands.flat_map(|&(x, low, high)| [(x, low), (x, high)]);
            let lined = self.lines.iter().flat_map(|line| &line.points).copied();
            let marked = self.moments.iter().map(|moment| (moment.x, moment.y));
            banded.chain(lined).chain(marked).filter(|(x, y)| x.is_finite() && y.is_finite())
        };
        let x = Scale::over(points().map(|(x, _)| x), area.left, area.right)?;
        let y = Scale::over(points().map(|(_, y)| y).chain(self.reference), area.bottom, area.top)?;
        let y = y.rounded(self.y.unit, 5);
        draw_y(&mut svg, area, y, &self.y);
        draw_x(&mut svg, area, x, &self.x);
        for (index, band) in self.bands.iter().enumerate() {
            let upper = band.points.iter().map(|&(at, _, high)| (x.place(at), y.place(high)));
            let lower = band.points.iter().rev().map(|&(at, low, _)| (x.place(at), y.place(low)));
            let path = polyline(upper.chain(lower));
            if !path.is_empty() {
                svg.path(&format!("band b-{}", index.min(2)), &format!("{path}Z"), &band.name);
            }
        }
        draw_reference(&mut svg, area, y, self.reference);
        for line in &self.lines {
            let placed = line.points.iter().map(|&(at, value)| {
                let value = if value.is_finite() { y.place(value) } else { f64::NAN };
                (x.place(at), value)
            });
            let path = match line.shape {
                Shape::Straight | Shape::Area => polyline(placed),
                Shape::Steps => polyline(stepped(placed)),
            };
            if path.is_empty() {
                continue;
            }
            let tone = line.tone.class();
            if line.shape == Shape::Area {
                let base = short(y.place(self.reference.unwrap_or(y.low)));
                let ends = line.points.first().zip(line.points.last());
                let [first, last] = ends.map_or([0.0; 2], |(first, last)| [x.place(first.0), x.place(last.0)]);
                let closed = format!("{path}L{} {base}L{} {base}Z", short(last), short(first));
                svg.path(&format!("fill {tone}"), &closed, "");
            }
            svg.path(&format!("line {tone}"), &path, &line.name);
        }
        for moment in self.moments.iter().filter(|moment| moment.x.is_finite() && moment.y.is_finite()) {
            let class = format!("dot {}", moment.tone.class());
            svg.dot(&class, (x.place(moment.x), y.place(moment.y)), 4.0, &moment.tip);
        }
        Some(svg.close())
    }
}

/// Before each new value, the old one up to its place.
fn stepped(points: impl Iterator<Item = (f64, f64)>) -> impl Iterator<Item = (f64, f64)> {
    let mut held: Option<f64> = None;
    points.flat_map(move |(x, y)| {
        let corner = held.replace(y).map(|old| (x, old));
        corner.into_iter().chain([(x, y)])
    })
}
