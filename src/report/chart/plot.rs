//! The frame that charts with two axes share: grid, ticks, labels and a legend.

use super::scale::Scale;
use super::svg::{Svg, short, width};
use super::{Axis, Caption, Tone};

pub(super) const WIDTH: f64 = 420.0;
pub(super) const HEIGHT: f64 = 230.0;
const LEFT: f64 = 48.0;
const RIGHT: f64 = 12.0;
const BELOW: f64 = 34.0;
const LEGEND_LINE: f64 = 16.0;

/// Where the data goes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Area {
    pub left: f64,
    pub right: f64,
    pub top: f64,
    pub bottom: f64,
}

/// One entry of the legend.
pub(super) struct Key<'a> {
    pub name: &'a str,
    pub class: String,
}

impl<'a> Key<'a> {
    pub fn new(name: &'a str, tone: Tone) -> Self {
        Self { name, class: tone.class() }
    }
}

/// A legend of one says nothing that the title does not.
fn legend_lines(keys: &[Key<'_>]) -> Vec<Vec<usize>> {
    let mut lines: Vec<Vec<usize>> = Vec::new();
    let mut x = 0.0;
    if keys.len() < 2 {
        return lines;
    }
    for (index, key) in keys.iter().enumerate() {
        let wide = 24.0 + width(key.name);
        match lines.last_mut() {
            Some(line) if x + wide <= WIDTH - 8.0 => line.push(index),
            _ => {
                lines.push(vec![index]);
                x = 4.0;
            }
        }
        x += wide;
    }
    lines
}

/// Opens a drawing and its legend; the area is what is left.
pub(super) fn open(class: &str, caption: &Caption, y: &Axis, keys: &[Key<'_>]) -> (Svg, Area) {
    let lines = legend_lines(keys);
    let head = lines.len() as f64 * LEGEND_LINE + if y.label.is_empty() { 8.0 } else { 24.0 };
    let height = HEIGHT + head;
    let mut svg = Svg::open(class, WIDTH, height, caption);
    let mut names = Vec::new();
    for (number, line) in lines.iter().enumerate() {
        let (mut x, at) = (4.0, number as f64 * LEGEND_LINE + 10.0);
        for key in line.iter().filter_map(|index| keys.get(*index)) {
            svg.rect(&format!("key {}", key.class), (x, at - 7.0), (12.0, 8.0), "");
            names.push((x + 16.0, at + 1.0, key.name.to_owned()));
            x += 24.0 + width(key.name);
        }
    }
    if !names.is_empty() {
        svg.many("legend", "start", &names);
    }
    if !y.label.is_empty() {
        svg.words("axis", 4.0, lines.len() as f64 * LEGEND_LINE + 11.0, "start", &y.label);
    }
    (svg, Area { left: LEFT, right: WIDTH - RIGHT, top: head, bottom: height - BELOW })
}

/// Horizontal lines of the grid with their ticks.
pub(super) fn draw_y(svg: &mut Svg, area: Area, scale: Scale, axis: &Axis) {
    let (mut grid, mut words) = (String::new(), Vec::new());
    for tick in scale.ticks(axis.unit, 5) {
        let y = scale.place(tick.value);
        grid.push_str(&format!("M{} {}H{}", short(area.left), short(y), short(area.right)));
        words.push((area.left - 5.0, y + 3.5, tick.text));
    }
    svg.path("grid", &grid, "");
    svg.many("tick", "end", &words);
}

/// Ticks below the area, as many as have room, and the axis' label.
pub(super) fn draw_x(svg: &mut Svg, area: Area, scale: Scale, axis: &Axis) {
    let ticks = scale.ticks(axis.unit, 6).into_iter().map(|tick| (scale.place(tick.value), tick.text));
    draw_names(svg, area, ticks, &axis.label);
}

/// As ticks, at these places.
pub(super) fn draw_names(svg: &mut Svg, area: Area, names: impl Iterator<Item = (f64, String)>, label: &str) {
    let mut line = format!("M{} {}H{}", short(area.left), short(area.bottom), short(area.right));
    let (mut free, mut words) = (f64::NEG_INFINITY, Vec::new());
    for (x, name) in names {
        let half = width(&name) / 2.0;
        if x - half < free || x + half > WIDTH {
            continue;
        }
        free = x + half + 6.0;
        line.push_str(&format!("M{} {}v3", short(x), short(area.bottom)));
        words.push((x, area.bottom + 14.0, name));
    }
    svg.path("axis-line", &line, "");
    svg.many("tick", "middle", &words);
    if !label.is_empty() {
        svg.words("axis", area.right, area.bottom + 29.0, "end", label);
    }
}

/// The line at a value that means something, where it is in sight.
pub(super) fn draw_reference(svg: &mut Svg, area: Area, scale: Scale, at: Option<f64>) {
    if let Some(at) = at.filter(|at| *at >= scale.low && *at <= scale.high) {
        let y = scale.place(at);
        svg.rule("reference", (area.left, y), (area.right, y));
    }
}
