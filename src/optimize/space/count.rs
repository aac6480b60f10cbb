use super::{Point, Space};

/// How many different parameter sets a space has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Count {
    Exactly(u128),
    /// Ordered pairs that share a parameter are counted as if they were free.
    AtMost(u128),
    /// At least one parameter has no grid.
    Unbounded,
}

/// Spaces up to this size are listed in full where a sampler runs out of new points.
const LISTED: u128 = 65_536;

impl Space {
    pub fn count(&self) -> Count {
        let Some(levels) = self.dimensions().iter().map(|dimension| dimension.levels()).collect::<Option<Vec<u64>>>()
        else {
            return Count::Unbounded;
        };
        let product = |skip: &[usize]| {
            let rest = levels.iter().enumerate().filter(|(index, _)| !skip.contains(index));
            rest.fold(1_u128, |product, (_, &levels)| product.saturating_mul(u128::from(levels)))
        };
        if self.order.is_empty() {
            return Count::Exactly(product(&[]));
        }
        let mut bound: Vec<usize> = self.order.pairs().iter().flat_map(|&(lower, upper)| [lower, upper]).collect();
        bound.sort_unstable();
        let shared = bound.windows(2).any(|pair| pair[0] == pair[1]);
        let longest = bound.iter().map(|&index| levels[index]).max().unwrap_or(0);
        if shared || self.order.has_fixed() || u128::from(longest) > LISTED {
            return match self.all_points() {
                Some(points) => Count::Exactly(points.len() as u128),
                None => Count::AtMost(product(&[])),
            };
        }
        let ordered = self
            .order
            .pairs()
            .iter()
            .fold(product(&bound), |count, &(lower, upper)| count.saturating_mul(self.ordered_pairs(lower, upper)));
        Count::Exactly(ordered + u128::from(!self.is_ordered(&self.incumbent())))
    }

    fn ordered_pairs(&self, lower: usize, upper: usize) -> u128 {
        let (lower, upper) = (&self.dimensions()[lower], &self.dimensions()[upper]);
        let uppers = upper.levels().unwrap_or(0);
        (0..lower.levels().unwrap_or(0))
            .filter_map(|index| upper.above(lower.number_at(index as f64)?))
            .map(|place| u128::from(uppers) - place.coordinate as u128)
            .sum()
    }

    /// Every point in order (and the incumbent, if it is not), first dimension slowest. None where there is
    /// no grid or the list would be long.
    pub(crate) fn all_points(&self) -> Option<Vec<Point>> {
        let levels = self.dimensions().iter().map(|dimension| dimension.levels()).collect::<Option<Vec<u64>>>()?;
        let size = levels.iter().fold(1_u128, |size, &levels| size.saturating_mul(u128::from(levels)));
        if size > LISTED {
            return None;
        }
        let incumbent = self.incumbent();
        let point = |mut rest: u128| {
            let mut coordinates = vec![0.0; levels.len()];
            for (coordinate, &levels) in coordinates.iter_mut().zip(&levels).rev() {
                *coordinate = (rest % u128::from(levels)) as f64;
                rest /= u128::from(levels);
            }
            Point(coordinates)
        };
        Some((0..size).map(point).filter(|point| self.is_ordered(point) || *point == incumbent).collect())
    }
}
