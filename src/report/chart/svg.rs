use super::Caption;
use std::fmt::Write;

/// Markup under construction. What is not a number goes through [`escape`].
#[derive(Debug, Default)]
pub(super) struct Svg {
    text: String,
}

impl Svg {
    pub fn open(class: &str, width: f64, height: f64, caption: &Caption) -> Self {
        let mut svg = Self::default();
        let (width, height) = (short(width), short(height));
        // A matrix keeps its size and is scrolled; the others are as wide as their place.
        let size = if class == "heat" { format!(r#" width="{width}""#) } else { String::new() };
        svg.push(format_args!(r#"<svg class="chart {class}" viewBox="0 0 {width} {height}"{size} role="img">"#));
        svg.push(format_args!("<title>{}</title>", escape(&caption.title)));
        if !caption.description.is_empty() {
            svg.push(format_args!("<desc>{}</desc>", escape(&caption.description)));
        }
        svg
    }

    pub fn push(&mut self, markup: std::fmt::Arguments<'_>) {
        let _ = self.text.write_fmt(markup);
    }

    /// `anchor` is start, middle or end.
    pub fn words(&mut self, class: &str, x: f64, y: f64, anchor: &str, words: &str) {
        let anchored = if anchor == "start" { String::new() } else { format!(r#" text-anchor="{anchor}""#) };
        let (x, y, words) = (short(x), short(y), escape(words));
        self.push(format_args!(r#"<text class="{class}" x="{x}" y="{y}"{anchored}>{words}</text>"#));
    }

    /// Several texts of one class and anchor: x, y, words.
    pub fn many(&mut self, class: &str, anchor: &str, words: &[(f64, f64, String)]) {
        self.push(format_args!(r#"<g class="{class}" text-anchor="{anchor}">"#));
        for (x, y, words) in words {
            let (x, y, words) = (whole(*x), whole(*y), escape(words));
            self.push(format_args!(r#"<text x="{x}" y="{y}">{words}</text>"#));
        }
        self.push(format_args!("</g>"));
    }

    pub fn rule(&mut self, class: &str, from: (f64, f64), to: (f64, f64)) {
        let [x1, y1, x2, y2] = [from.0, from.1, to.0, to.1].map(short);
        self.push(format_args!(r#"<path class="{class}" d="M{x1} {y1}L{x2} {y2}"/>"#));
    }

    /// With a tooltip; none where it is empty.
    pub fn path(&mut self, class: &str, path: &str, tip: &str) {
        if tip.is_empty() {
            self.push(format_args!(r#"<path class="{class}" d="{path}"/>"#));
        } else {
            self.push(format_args!(r#"<path class="{class}" d="{path}"><title>{}</title></path>"#, escape(tip)));
        }
    }

    pub fn rect(&mut self, class: &str, (x, y): (f64, f64), (width, height): (f64, f64), tip: &str) {
        let [x, y, width, height] = [x, y, width, height].map(short);
        self.push(format_args!(r#"<rect class="{class}" x="{x}" y="{y}" width="{width}" height="{height}""#));
        self.close_with(tip, "rect");
    }

    pub fn dot(&mut self, class: &str, (x, y): (f64, f64), radius: f64, tip: &str) {
        let [x, y, radius] = [x, y, radius].map(short);
        self.push(format_args!(r#"<circle class="{class}" cx="{x}" cy="{y}" r="{radius}""#));
        self.close_with(tip, "circle");
    }

    fn close_with(&mut self, tip: &str, element: &str) {
        if tip.is_empty() {
            self.push(format_args!("/>"));
        } else {
            self.push(format_args!("><title>{}</title></{element}>", escape(tip)));
        }
    }

    pub fn close(mut self) -> String {
        self.text.push_str("</svg>");
        self.text
    }
}

/// Text that is text in markup and in attributes. Characters that XML does not know are left out.
pub fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            '\t' | '\n' | '\r' => escaped.push(' '),
            character if character.is_control() || matches!(character, '\u{fffe}' | '\u{ffff}') => {}
            character => escaped.push(character),
        }
    }
    escaped
}

/// A coordinate to a tenth of a unit.
pub(super) fn short(value: f64) -> String {
    tenths((value * 10.0).round() as i64)
}

fn whole(value: f64) -> i64 {
    value.round() as i64
}

/// `-3` → `-.3`, `120` → `12`: as few bytes as SVG allows, for there are many of them.
fn tenths(value: i64) -> String {
    let (sign, size) = (if value < 0 { "-" } else { "" }, value.unsigned_abs());
    match (size / 10, size % 10) {
        (whole, 0) => format!("{}{whole}", if whole == 0 { "" } else { sign }),
        (0, tenth) => format!("{sign}.{tenth}"),
        (whole, tenth) => format!("{sign}{whole}.{tenth}"),
    }
}

/// Points from which on a path is drawn to whole units: with so many, tenths are bytes that nobody sees.
const MANY: usize = 16;

/// A path through the points; a value that is not finite begins a new stretch. Steps are relative to the point
/// before, as it was rounded, so that nothing adds up.
pub(super) fn polyline(points: impl Iterator<Item = (f64, f64)>) -> String {
    let points: Vec<(f64, f64)> = points.collect();
    let grid = if points.len() < MANY { 1 } else { 10 };
    let round = |value: f64| (value * 10.0 / grid as f64).round() as i64 * grid;
    let mut path = String::new();
    let mut pen: Option<(i64, i64)> = None;
    for (x, y) in points {
        if !x.is_finite() || !y.is_finite() {
            pen = None;
            continue;
        }
        let here = (round(x), round(y));
        let (command, (x, y)) = match pen {
            Some(before) => ('l', (here.0 - before.0, here.1 - before.1)),
            None => ('M', here),
        };
        let (x, y) = (tenths(x), tenths(y));
        let space = if y.starts_with('-') { "" } else { " " };
        let _ = write!(path, "{command}{x}{space}{y}");
        pen = Some(here);
    }
    path
}

/// How wide text comes out, about, in units of the drawing.
pub(super) fn width(text: &str) -> f64 {
    const AVERAGE: f64 = 6.1;
    let of = |character: char| match character {
        'A'..='Z' => AVERAGE * 1.25,
        character if character.is_ascii() => AVERAGE,
        _ => AVERAGE * 1.4,
    };
    text.chars().map(of).sum()
}

/// At most `room` wide, with an ellipsis where something was cut.
pub(super) fn fit(text: &str, room: f64) -> String {
    if width(text) <= room {
        return text.to_owned();
    }
    let mut short = String::new();
    for character in text.chars() {
        if width(&short) + 2.0 * 6.1 > room {
            break;
        }
        short.push(character);
    }
    short.push('…');
    short
}
