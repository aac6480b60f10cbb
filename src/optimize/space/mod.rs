//! What a search may try: one dimension per searched parameter, and which value has to stay below which.
//!
//! The user's own values (the incumbent) are always a point of the space, bit for bit as they were written,
//! even where they lie between the grid's levels, outside the range, or in the wrong order.

mod count;
mod dimension;
mod grid;
mod interval;
mod neighbours;
mod note;
mod order;

pub use count::Count;
pub use dimension::Dimension;
pub use neighbours::STEPS_ACROSS;
pub use note::Note;

use crate::discovery::Parameter;
use crate::strategy::ParamSet;
use order::Order;

/// One coordinate per dimension. Numbers on a grid and choices: the level's index. Other numbers: the place
/// within the range in [0, 1], on a log scale where the range is logarithmic.
#[derive(Debug, Clone, PartialEq)]
pub struct Point(Vec<f64>);

impl Point {
    pub fn coordinates(&self) -> &[f64] {
        &self.0
    }

    /// Orders and compares as the coordinates do, bit for bit.
    pub(crate) fn key(&self) -> Vec<u64> {
        self.0.iter().map(|coordinate| (coordinate + 0.0).to_bits()).collect()
    }
}

#[derive(Debug, Clone, PartialEq)]
pub struct Space {
    dimensions: Vec<Dimension>,
    order: Order,
    notes: Vec<Note>,
}

impl Space {
    /// The space of those parameters of one strategy that have a range, in the given order. What could not be
    /// taken as it stood (a range widened, a parameter left out, an order that cannot hold) is in [`notes`](Self::notes).
    pub fn from_parameters(parameters: &[Parameter]) -> Self {
        let mut notes = Vec::new();
        let dimensions: Vec<Dimension> =
            parameters.iter().filter_map(|parameter| Dimension::from_parameter(parameter, &mut notes)).collect();
        let order = Order::from_parameters(parameters, &dimensions, &mut notes);
        let space = Self { dimensions, order, notes: Vec::new() };
        if !space.order.holds(&space.dimensions, &space.incumbent().0) {
            notes.push(Note::IncumbentUnordered);
        }
        Self { notes, ..space }
    }

    pub fn dimensions(&self) -> &[Dimension] {
        &self.dimensions
    }

    /// What has to be said to people about how the space differs from what was asked for.
    pub fn notes(&self) -> &[Note] {
        &self.notes
    }

    pub fn incumbent(&self) -> Point {
        Point(self.dimensions.iter().map(Dimension::incumbent_coordinate).collect())
    }

    /// Values by name, for the dimensions of this space only.
    pub fn decode(&self, point: &Point) -> ParamSet {
        self.dimensions
            .iter()
            .zip(&point.0)
            .map(|(dimension, &coordinate)| (dimension.name().to_owned(), dimension.value_at(coordinate)))
            .collect()
    }

    /// What of `set` differs from the values in force, so that an unchanged value is the user's own text.
    pub fn changed(&self, set: &ParamSet) -> ParamSet {
        let own = self.decode(&self.incumbent());
        set.iter()
            .filter(|(name, value)| own.get(*name) != Some(*value))
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect()
    }

    /// The point of `set`, or None where a value is missing, of another type, or not in the space. Names
    /// that are no dimension are ignored; the order of pairs is not asked.
    pub fn encode(&self, set: &ParamSet) -> Option<Point> {
        let coordinates =
            self.dimensions.iter().map(|dimension| dimension.coordinate_of(set.get(dimension.name())?)).collect();
        Option::map(coordinates, Point)
    }

    /// Every dimension has a value in its domain and every pair is in order; or it is the incumbent.
    pub fn contains(&self, set: &ParamSet) -> bool {
        self.encode(set).is_some_and(|point| point == self.incumbent() || self.is_ordered(&point))
    }

    pub fn is_ordered(&self, point: &Point) -> bool {
        self.order.holds(&self.dimensions, &point.0)
    }

    /// The nearest member: missing or foreign values become the incumbent's, numbers go to the nearest level,
    /// then pairs are repaired as in [`repair`](Self::repair).
    pub fn clip(&self, set: &ParamSet) -> ParamSet {
        let nearest = |dimension: &Dimension| {
            let value = set.get(dimension.name());
            value
                .and_then(|value| {
                    dimension.coordinate_of(value).or_else(|| Some(dimension.nearest(value.as_f64()?)?.coordinate))
                })
                .unwrap_or_else(|| dimension.incumbent_coordinate())
        };
        let point = Point(self.dimensions.iter().map(nearest).collect());
        if point == self.incumbent() { self.decode(&point) } else { self.decode(&self.repair(&point)) }
    }

    /// Brings raw coordinates onto the space's levels and pairs into order. Pairs in the wrong order first
    /// exchange their values; what is then still too high for its fixed limits comes down to them, and what is
    /// not above its lower partner goes up to the next level above it. A point already in order is unchanged.
    #[must_use]
    pub fn repair(&self, point: &Point) -> Point {
        let mut coordinates: Vec<f64> =
            self.dimensions.iter().zip(&point.0).map(|(dimension, &raw)| dimension.snap(raw)).collect();
        self.order.repair(&self.dimensions, &mut coordinates);
        Point(coordinates)
    }

    pub(crate) fn point(coordinates: Vec<f64>) -> Point {
        Point(coordinates)
    }
}

#[cfg(test)]
pub(crate) mod tests;
