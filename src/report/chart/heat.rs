use super::Caption;
use super::svg::{Svg, fit, short, width};
use std::collections::BTreeMap;

/// A matrix of values as shades around a middle, with the values in it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Heat {
    pub caption: Caption,
    /// Of the names above the columns and beside the rows.
    pub across: String,
    pub down: String,
    pub columns: Vec<String>,
    pub rows: Vec<String>,
    /// Row by row.
    pub cells: Vec<Vec<Cell>>,
    /// Width of a cell in units of the drawing.
    pub cell_width: f64,
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct Cell {
    pub shade: Shade,
    /// Written into it.
    pub text: String,
    /// Cells without one are drawn in fewer bytes.
    pub tip: String,
    pub ring: Option<Ring>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ring {
    Incumbent,
    Challenger,
    /// One step beside the challenger.
    Neighbour,
}

/// From -5 to 5 around the middle; None where there is no value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Shade(Option<i8>);

impl Shade {
    pub const NONE: Self = Self(None);

    /// `reach` away from `middle` is the deepest shade.
    pub fn of(value: f64, middle: f64, reach: f64) -> Self {
        let share = (value - middle) / reach;
        if !share.is_finite() {
            return Self(value.is_finite().then_some(0));
        }
        Self(Some((share * 5.0).round().clamp(-5.0, 5.0) as i8))
    }

    pub(super) fn class(self) -> String {
        match self.0 {
            None => "h-none".to_owned(),
            Some(0) => "h-0".to_owned(),
            Some(shade) if shade > 0 => format!("h-p{shade}"),
            Some(shade) => format!("h-n{}", -shade),
        }
    }
}

/// A cell and its upper left corner.
type Placed<'a> = ((f64, f64), &'a Cell);

const ROW: f64 = 22.0;
/// Of the column names, which stand slanted.
const SLANT: f64 = 0.64;

impl Heat {
    /// None without a cell.
    pub fn svg(&self) -> Option<String> {
        if self.columns.is_empty() || self.rows.is_empty() || self.cells.iter().all(Vec::is_empty) {
            return None;
        }
        let longest = |names: &[String]| names.iter().map(|name| width(name)).fold(0.0, f64::max);
        let left = (longest(&self.rows).max(width(&self.down) * 1.15).min(190.0) + 10.0).ceil();
        let name_room = 150.0;
        let wide = longest(&self.columns).min(name_room);
        // Names that fit over their cells stand upright.
        let slanted = wide > self.cell_width - 6.0;
        let label = if self.across.is_empty() { 0.0 } else { 16.0 };
        let head = (label + if slanted { wide * SLANT + 14.0 } else { 18.0 }).ceil();
        let over = if slanted { wide * 0.77 } else { 8.0 };
        let total = left + self.columns.len() as f64 * self.cell_width + over;
        let mut svg = Svg::open("heat", total, head + self.rows.len() as f64 * ROW + 4.0, &self.caption);
        if label > 0.0 {
            svg.words("axis", left, 11.0, "start", &self.across);
        }
        if !self.down.is_empty() {
            svg.words("axis", left - 8.0, head - 5.0, "end", &self.down);
        }
        for (index, name) in self.columns.iter().enumerate() {
            let x = left + (index as f64 + 0.5) * self.cell_width;
            let name = fit(name, name_room);
            if slanted {
                let (x, y, name) = (short(x), short(head - 6.0), super::escape(&name));
                svg.push(format_args!(
                    r#"<text class="tick" transform="translate({x} {y}) rotate(-40)">{name}</text>"#
                ));
            } else {
                svg.words("tick", x, head - 6.0, "middle", &name);
            }
        }
        let names = self
            .rows
            .iter()
            .enumerate()
            .map(|(row, name)| (left - 8.0, head + row as f64 * ROW + 15.0, fit(name, left - 8.0)));
        svg.many("tick", "end", &names.collect::<Vec<_>>());
        let placed: Vec<Placed<'_>> = self
            .cells
            .iter()
            .enumerate()
            .flat_map(|(row, cells)| {
                let at = move |column: usize| (left + column as f64 * self.cell_width, head + row as f64 * ROW);
                cells.iter().enumerate().map(move |(column, cell)| (at(column), cell))
            })
            .collect();
        self.bare(&mut svg, &placed);
        for (at, cell) in &placed {
            self.cell(&mut svg, *at, cell);
        }
        let texts = placed
            .iter()
            .filter(|(_, cell)| !cell.text.is_empty())
            .map(|((x, y), cell)| (x + self.cell_width / 2.0, y + 15.0, fit(&cell.text, self.cell_width)));
        svg.many("value", "middle", &texts.collect::<Vec<_>>());
        Some(svg.close())
    }

    /// Cells without a tooltip, all of one shade as one path.
    fn bare(&self, svg: &mut Svg, placed: &[Placed<'_>]) {
        let mut paths: BTreeMap<String, String> = BTreeMap::new();
        for ((x, y), cell) in placed.iter().filter(|(_, cell)| cell.tip.is_empty() && cell.shade != Shade::NONE) {
            let (x, y, width, height) =
                (short(x + 1.0), short(y + 1.0), short(self.cell_width - 2.0), short(ROW - 2.0));
            let path = paths.entry(cell.shade.class()).or_default();
            path.push_str(&format!("M{x} {y}h{width}v{height}h-{width}z"));
        }
        for (shade, path) in paths {
            svg.path(&format!("cell {shade}"), &path, "");
        }
    }

    fn cell(&self, svg: &mut Svg, (x, y): (f64, f64), cell: &Cell) {
        let shade = cell.shade.class();
        let size = (self.cell_width - 2.0, ROW - 2.0);
        if !cell.tip.is_empty() {
            svg.rect(&format!("cell {shade}"), (x + 1.0, y + 1.0), size, &cell.tip);
        }
        if let Some(ring) = cell.ring {
            let class = match ring {
                Ring::Incumbent => "ring t-other",
                Ring::Challenger => "ring t-main",
                Ring::Neighbour => "ring dashed t-main",
            };
            svg.rect(class, (x + 2.0, y + 2.0), (self.cell_width - 4.0, ROW - 4.0), "");
        }
    }
}
