//! Which results no other result beats: fronts and crowding after Deb et al. 2002 (NSGA-II).
//!
//! A result is one value per objective; None is undefined and ranks below every number. A result without
//! any defined value is in no front.

use super::objective::Direction;
use std::cmp::Ordering;

pub type Values = [Option<f64>];

/// Better first. None (and what is not finite) after every number.
pub fn compare(direction: Direction, one: Option<f64>, other: Option<f64>) -> Ordering {
    let finite = |value: Option<f64>| value.filter(|value| value.is_finite());
    match (finite(one), finite(other)) {
        (None, None) => Ordering::Equal,
        (None, Some(_)) => Ordering::Greater,
        (Some(_), None) => Ordering::Less,
        (Some(one), Some(other)) => {
            // Adding zero makes -0 and 0 equal under total order.
            let (one, other) = (one + 0.0, other + 0.0);
            match direction {
                Direction::Maximise => other.total_cmp(&one),
                Direction::Minimise => one.total_cmp(&other),
            }
        }
    }
}

/// At least as good in every objective and better in one.
pub fn dominates(directions: &[Direction], one: &Values, other: &Values) -> bool {
    let mut better = false;
    for (index, &direction) in directions.iter().enumerate() {
        match compare(direction, value(one, index), value(other, index)) {
            Ordering::Greater => return false,
            Ordering::Less => better = true,
            Ordering::Equal => {}
        }
    }
    better
}

/// For every result the number of its front, 0 for the non-dominated; None without any defined value.
pub fn ranks<V: AsRef<Values>>(directions: &[Direction], results: &[V]) -> Vec<Option<usize>> {
    let defined = |result: &V| (0..directions.len()).any(|index| is_defined(result.as_ref(), index));
    let mut ranks = vec![None; results.len()];
    let mut left: Vec<usize> = (0..results.len()).filter(|&index| defined(&results[index])).collect();
    let mut rank = 0;
    while !left.is_empty() {
        let beaten = |&index: &usize| {
            left.iter().any(|&other| dominates(directions, results[other].as_ref(), results[index].as_ref()))
        };
        let (rest, front): (Vec<usize>, Vec<usize>) = left.iter().partition(|index| beaten(index));
        for index in front {
            ranks[index] = Some(rank);
        }
        left = rest;
        rank += 1;
    }
    ranks
}

/// Indices of the non-dominated results, ascending.
pub fn front<V: AsRef<Values>>(directions: &[Direction], results: &[V]) -> Vec<usize> {
    let ranks = ranks(directions, results);
    (0..results.len()).filter(|&index| ranks[index] == Some(0)).collect()
}

/// Crowding distance of each member of one front, in the order given: the summed gaps between its two
/// neighbours per objective, each objective scaled to the front's width. None at the ends of an objective,
/// which have no second neighbour, and where a value is undefined. Larger is lonelier.
pub fn crowding<V: AsRef<Values>>(directions: &[Direction], members: &[V]) -> Vec<Option<f64>> {
    let mut distances = vec![Some(0.0); members.len()];
    for (objective, &direction) in directions.iter().enumerate() {
        let at = |index: usize| value(members[index].as_ref(), objective);
        let mut order: Vec<usize> = (0..members.len()).filter(|&index| at(index).is_some()).collect();
        order.sort_by(|&one, &other| compare(direction, at(one), at(other)).then(one.cmp(&other)));
        for index in (0..members.len()).filter(|&index| at(index).is_none()) {
            distances[index] = None;
        }
        let (Some(&first), Some(&last)) = (order.first(), order.last()) else { continue };
        let width = at(first).zip(at(last)).map_or(0.0, |(first, last)| (first - last).abs());
        distances[first] = None;
        distances[last] = None;
        for window in order.windows(3) {
            if let (Some(before), Some(after), Some(distance)) = (at(window[0]), at(window[2]), distances[window[1]])
                && width > 0.0
            {
                distances[window[1]] = Some(distance + (before - after).abs() / width);
            }
        }
    }
    distances
}

fn value(values: &Values, index: usize) -> Option<f64> {
    values.get(index).copied().flatten().filter(|value| value.is_finite())
}

fn is_defined(values: &Values, index: usize) -> bool {
    value(values, index).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;
    use Direction::{Maximise, Minimise};
    use proptest::prelude::*;

    #[test]
    fn undefined_is_worse_than_the_worst_number() {
        let results = [vec![None, None], vec![Some(-1e9), None], vec![None, Some(1e9)], vec![Some(-1e9), Some(1e9)]];
        assert_eq!(front(&[Maximise, Minimise], &results), [3]);
        assert_eq!(ranks(&[Maximise, Minimise], &results), [None, Some(1), Some(1), Some(0)]);
        assert_eq!(front(&[Maximise], &[vec![None], vec![Some(f64::NAN)], vec![Some(f64::INFINITY)]]), [0_usize; 0]);
    }

    #[test]
    fn equal_results_share_a_front() {
        assert_eq!(front(&[Maximise], &[vec![Some(1.0)], vec![Some(0.5)], vec![Some(1.0)]]), [0, 2]);
        assert_eq!(front(&[Maximise], &[vec![Some(0.0)], vec![Some(-0.0)]]), [0, 1]);
    }

    #[test]
    fn crowding_by_hand() {
        let members = [[0.0, 10.0], [1.0, 7.0], [4.0, 5.0], [10.0, 0.0]].map(|pair| pair.map(Some).to_vec());
        let distances = crowding(&[Maximise, Maximise], &members);
        assert_eq!(distances, [None, Some(0.4 + 0.5), Some(0.9 + 0.7), None]);
    }

    /// Straight from the definition, with None as minus infinity of what is sought.
    fn brute_force(directions: &[Direction], results: &[Vec<Option<f64>>]) -> Vec<usize> {
        let key = |result: &[Option<f64>]| -> Vec<f64> {
            let signed = |(value, direction): (&Option<f64>, &Direction)| match (value, direction) {
                (None, _) => f64::NEG_INFINITY,
                (Some(value), Maximise) => *value,
                (Some(value), Minimise) => -value,
            };
            result.iter().zip(directions).map(signed).collect()
        };
        let keys: Vec<Vec<f64>> = results.iter().map(|result| key(result)).collect();
        let beats = |a: &Vec<f64>, b: &Vec<f64>| a.iter().zip(b).all(|(a, b)| a >= b) && a != b;
        (0..keys.len())
            .filter(|&i| keys[i].iter().any(|v| v.is_finite()) && !keys.iter().any(|other| beats(other, &keys[i])))
            .collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]
        #[test]
        fn the_front_is_the_brute_force_front(
            results in prop::collection::vec(
                prop::collection::vec(prop::option::weighted(0.85, (-4..5_i8).prop_map(f64::from)), 3), 0..40),
            minimise in prop::collection::vec(any::<bool>(), 3),
        ) {
            let directions: Vec<Direction> = minimise.iter().map(|&yes| if yes { Minimise } else { Maximise }).collect();
            prop_assert_eq!(front(&directions, &results), brute_force(&directions, &results));
            let ranks = ranks(&directions, &results);
            for (i, one) in results.iter().enumerate() {
                for (j, other) in results.iter().enumerate() {
                    if ranks[j].is_some() && dominates(&directions, one, other) {
                        prop_assert!(ranks[i] < ranks[j]);
                    }
                }
            }
        }
    }
}
