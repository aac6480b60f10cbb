use super::dimension::Axis;
use super::{Point, Space};

/// One step of a number without a grid is this fraction of its range, and two trials count as near where
/// every number differs by at most that or one grid step, whichever is larger.
pub const STEPS_ACROSS: f64 = 20.0;

/// Values are rounded to readable ones, so a neighbour may stand a little further off than a step.
const ROUNDING: f64 = 0.005;

impl Space {
    /// The points one step away in a single dimension (a grid step, or a twentieth of the range), lower
    /// before upper, in order of dimensions. Choices have no neighbours; points out of order are left out.
    pub fn neighbours(&self, point: &Point) -> Vec<Point> {
        let mut found = Vec::new();
        for (index, dimension) in self.dimensions().iter().enumerate() {
            let Some(&here) = point.coordinates().get(index) else { continue };
            let step = match &dimension.axis {
                Axis::Grid { .. } => 1.0,
                Axis::Interval(_) => 1.0 / STEPS_ACROSS,
                Axis::Choices(_) => continue,
            };
            for raw in [here - step, here + step] {
                let mut coordinates = point.coordinates().to_vec();
                coordinates[index] = dimension.snap(raw);
                let neighbour = Point(coordinates);
                if neighbour != *point && self.is_ordered(&neighbour) && !found.contains(&neighbour) {
                    found.push(neighbour);
                }
            }
        }
        found
    }

    /// Both lie on one plateau: equal choices, and every number within one step as in [`STEPS_ACROSS`].
    pub fn near(&self, one: &Point, other: &Point) -> bool {
        let pairs = one.coordinates().iter().zip(other.coordinates());
        self.dimensions().iter().zip(pairs).all(|(dimension, (a, b))| {
            let step = match &dimension.axis {
                Axis::Grid { .. } => {
                    let across = dimension.levels().unwrap_or(1).saturating_sub(1) as f64;
                    (across / STEPS_ACROSS).max(1.0)
                }
                Axis::Interval(_) => 1.0 / STEPS_ACROSS + ROUNDING,
                Axis::Choices(_) => 0.0,
            };
            (a - b).abs() <= step
        })
    }
}
