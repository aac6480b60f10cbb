use super::plot::{self, Key, draw_names, draw_reference, draw_y};
use super::scale::Scale;
use super::{Axis, Caption, Tone};

/// Bars side by side over named places, from zero.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Bars {
    pub caption: Caption,
    /// Of the names below.
    pub label: String,
    pub y: Axis,
    pub names: Vec<String>,
    pub groups: Vec<Group>,
}

/// One bar at every place.
#[derive(Debug, Clone, PartialEq)]
pub struct Group {
    pub name: String,
    pub tone: Tone,
    /// One for each name; None leaves a gap.
    pub values: Vec<Option<f64>>,
}

impl Bars {
    /// None without a value.
    pub fn svg(&self) -> Option<String> {
        let keys: Vec<Key<'_>> = self.groups.iter().map(|group| Key::new(&group.name, group.tone)).collect();
        let (mut svg, area) = plot::open("bars", &self.caption, &self.y, &keys);
        let values = || self.groups.iter().flat_map(|group| &group.values).flatten().copied();
        Scale::over(values(), area.bottom, area.top)?;
        let y = Scale::over(values().chain([0.0]), area.bottom, area.top)?.rounded(self.y.unit, 5);
        draw_y(&mut svg, area, y, &self.y);
        draw_reference(&mut svg, area, y, Some(0.0));
        let place = (area.right - area.left) / self.names.len().max(1) as f64;
        let bar = (place * 0.8 / self.groups.len().max(1) as f64).min(26.0);
        let zero = y.place(0.0);
        for (index, name) in self.names.iter().enumerate() {
            let middle = area.left + (index as f64 + 0.5) * place;
            let start = middle - bar * self.groups.len() as f64 / 2.0;
            for (number, group) in self.groups.iter().enumerate() {
                let Some(value) = group.values.get(index).copied().flatten().filter(|value| value.is_finite()) else {
                    continue;
                };
                let at = y.place(value);
                let tip = format!("{name}, {}: {}", group.name, self.y.unit.write(value));
                let corner = (start + number as f64 * bar, at.min(zero));
                svg.rect(
                    &format!("bar {}", group.tone.class()),
                    corner,
                    (bar * 0.92, (at - zero).abs().max(0.8)),
                    &tip,
                );
            }
        }
        let names = self.names.iter().enumerate();
        let placed = names.map(|(index, name)| (area.left + (index as f64 + 0.5) * place, name.clone()));
        draw_names(&mut svg, area, placed, &self.label);
        Some(svg.close())
    }
}
