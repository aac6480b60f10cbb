use crate::optimize::space::{Point, Space};

/// How far the choices for one parameter lay apart.
#[derive(Debug, Clone, PartialEq)]
pub struct Drift {
    pub parameter: String,
    /// In [0, 1]: highest less lowest chosen place within the searched range; for choices without an order the
    /// share of windows that did not take the most frequent one.
    pub spread: f64,
    /// Different values chosen.
    pub values: usize,
}

/// One per dimension of the space, in its order; none without a choice.
pub fn drift(space: &Space, chosen: &[&Point]) -> Vec<Drift> {
    if chosen.is_empty() {
        return Vec::new();
    }
    space
        .dimensions()
        .iter()
        .enumerate()
        .map(|(index, dimension)| {
            let mut places: Vec<f64> = chosen.iter().map(|point| point.coordinates()[index]).collect();
            places.sort_by(f64::total_cmp);
            let most = places.chunk_by(|one, other| one == other).map(<[f64]>::len).max().unwrap_or(0);
            let spread = if dimension.is_unordered() {
                1.0 - most as f64 / places.len() as f64
            } else {
                let whole = dimension.levels().map_or(1.0, |levels| levels.saturating_sub(1).max(1) as f64);
                // A value in force outside its range lies a little beyond the end.
                ((places[places.len() - 1] - places[0]) / whole).min(1.0)
            };
            let values = places.chunk_by(|one, other| one == other).count();
            Drift { parameter: dimension.name().to_owned(), spread, values }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::discovery::SearchRange;
    use crate::optimize::space::tests::parameter;
    use crate::strategy::{ParamSet, Value};

    #[test]
    fn the_spread_is_relative_to_the_range() {
        let range = Some(SearchRange::Int { low: 0, high: 20, step: 1 });
        let space = Space::from_parameters(&[
            parameter("n", Value::Int(4), range, None),
            parameter("on", Value::Bool(true), Some(SearchRange::Bool), None),
        ]);
        let points: Vec<Point> = [(4, true), (14, true), (9, false), (9, true)]
            .into_iter()
            .map(|(n, on)| {
                let set: ParamSet = [("n".to_owned(), Value::Int(n)), ("on".to_owned(), Value::Bool(on))].into();
                space.encode(&set).unwrap()
            })
            .collect();
        let found = drift(&space, &points.iter().collect::<Vec<_>>());
        assert_eq!((found[0].parameter.as_str(), found[0].spread, found[0].values), ("n", 0.5, 3));
        assert_eq!((found[1].spread, found[1].values), (0.25, 2));
        assert!(drift(&space, &[]).is_empty());
    }
}
