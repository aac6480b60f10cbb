use super::dimension::{Dimension, Place};
use super::note::Note;
use crate::discovery::Parameter;

/// Values that have to stay strictly below others.
///
/// `ceilings` already leave room for everything above, so going through `sequence` once and lifting each
/// value over its lower partners always ends in order and never passes a ceiling.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Order {
    /// (lower, upper)
    pairs: Vec<(usize, usize)>,
    /// Partners that are not searched: the dimension stays strictly above, or below, that number.
    fixed: Vec<Fixed>,
    /// Constrained dimensions, lower before upper.
    sequence: Vec<usize>,
    floors: Vec<Option<Place>>,
    ceilings: Vec<Option<Place>>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Fixed {
    Below { dimension: usize, number: f64 },
    Above { dimension: usize, number: f64 },
}

#[derive(Clone, Copy)]
enum Rule {
    Pair(usize, usize),
    Fixed(Fixed),
}

impl Order {
    pub(super) fn from_parameters(parameters: &[Parameter], dimensions: &[Dimension], notes: &mut Vec<Note>) -> Self {
        let mut order = Self::default();
        for parameter in parameters {
            let Some(upper) = &parameter.below else { continue };
            let added = rule(parameters, dimensions, &parameter.name, upper)
                .and_then(|rule| rule.map_or(Ok(order.clone()), |rule| order.with(rule, dimensions)));
            match added {
                Ok(longer) => order = longer,
                Err(why) => {
                    notes.push(Note::OrderDropped { lower: parameter.name.clone(), upper: upper.clone(), why });
                }
            }
        }
        order
    }

    pub(super) fn pairs(&self) -> &[(usize, usize)] {
        &self.pairs
    }

    pub(super) fn is_empty(&self) -> bool {
        self.pairs.is_empty() && self.fixed.is_empty()
    }

    /// Searched dimensions bound to a number that is not searched.
    pub(super) fn has_fixed(&self) -> bool {
        !self.fixed.is_empty()
    }

    pub(super) fn holds(&self, dimensions: &[Dimension], coordinates: &[f64]) -> bool {
        let number = |index: usize| dimensions[index].number_at(coordinates[index]);
        self.pairs.iter().all(|&(lower, upper)| number(lower) < number(upper))
            && self.fixed.iter().all(|rule| match *rule {
                Fixed::Below { dimension, number: limit } => number(dimension).is_some_and(|number| number < limit),
                Fixed::Above { dimension, number: limit } => number(dimension).is_some_and(|number| number > limit),
            })
    }

    pub(super) fn repair(&self, dimensions: &[Dimension], coordinates: &mut [f64]) {
        if self.holds(dimensions, coordinates) {
            return;
        }
        for &(lower, upper) in &self.pairs {
            let low = dimensions[lower].number_at(coordinates[lower]);
            let high = dimensions[upper].number_at(coordinates[upper]);
            if let (Some(low), Some(high)) = (low, high)
                && low >= high
                && let (Some(lowered), Some(raised)) = (dimensions[lower].nearest(high), dimensions[upper].nearest(low))
            {
                coordinates[lower] = lowered.coordinate;
                coordinates[upper] = raised.coordinate;
            }
        }
        for &index in &self.sequence {
            let Some(number) = dimensions[index].number_at(coordinates[index]) else { continue };
            let mut place = Place { coordinate: coordinates[index], number };
            if let Some(ceiling) = self.ceilings[index].filter(|ceiling| place.number > ceiling.number) {
                place = ceiling;
            }
            if let Some(floor) = self.floors[index].filter(|floor| place.number < floor.number) {
                place = floor;
            }
            let partner = self
                .pairs
                .iter()
                .filter(|(_, upper)| *upper == index)
                .filter_map(|&(lower, _)| dimensions[lower].number_at(coordinates[lower]))
                .max_by(f64::total_cmp);
            if let Some(partner) = partner.filter(|partner| place.number <= *partner)
                && let Some(lifted) = dimensions[index].above(partner)
            {
                place = lifted;
            }
            coordinates[index] = place.coordinate;
        }
    }

    fn with(&self, rule: Rule, dimensions: &[Dimension]) -> Result<Self, &'static str> {
        let mut next = self.clone();
        match rule {
            Rule::Pair(lower, upper) if !next.pairs.contains(&(lower, upper)) => next.pairs.push((lower, upper)),
            Rule::Pair(..) => {}
            Rule::Fixed(fixed) => next.fixed.push(fixed),
        }
        next.sequence = sequence(&next.pairs, &next.fixed).ok_or("it would have to be below itself")?;
        next.limit(dimensions).ok_or("their ranges leave no room for it")?;
        // Partners in sequence, so that exchanging values goes from the bottom up.
        let place = |index: usize| next.sequence.iter().position(|&other| other == index);
        next.pairs.sort_by_key(|&(lower, upper)| (place(lower), place(upper)));
        Ok(next)
    }

    fn limit(&mut self, dimensions: &[Dimension]) -> Option<()> {
        let mut floors: Vec<Option<Place>> = dimensions.iter().map(Dimension::lowest).collect();
        let mut ceilings: Vec<Option<Place>> = dimensions.iter().map(Dimension::highest).collect();
        for rule in &self.fixed {
            match *rule {
                Fixed::Below { dimension, number } => {
                    lower_to(&mut ceilings[dimension], dimensions[dimension].below(number)?);
                }
                Fixed::Above { dimension, number } => {
                    raise_to(&mut floors[dimension], dimensions[dimension].above(number)?);
                }
            }
        }
        for &index in self.sequence.iter().rev() {
            for &(lower, _) in self.pairs.iter().filter(|(_, upper)| *upper == index) {
                let room = dimensions[lower].below(ceilings[index]?.number)?;
                lower_to(&mut ceilings[lower], room);
            }
        }
        for &index in &self.sequence {
            for &(_, upper) in self.pairs.iter().filter(|(lower, _)| *lower == index) {
                let room = dimensions[upper].above(floors[index]?.number)?;
                raise_to(&mut floors[upper], room);
            }
        }
        if self.sequence.iter().any(|&index| {
            floors[index].zip(ceilings[index]).is_none_or(|(floor, ceiling)| floor.number > ceiling.number)
        }) {
            return None;
        }
        (self.floors, self.ceilings) = (floors, ceilings);
        Some(())
    }
}

fn lower_to(ceiling: &mut Option<Place>, place: Place) {
    *ceiling = Some(ceiling.filter(|now| now.number <= place.number).unwrap_or(place));
}

fn raise_to(floor: &mut Option<Place>, place: Place) {
    *floor = Some(floor.filter(|now| now.number >= place.number).unwrap_or(place));
}

/// None where there is nothing to keep: neither of the two is searched.
fn rule(
    parameters: &[Parameter],
    dimensions: &[Dimension],
    lower: &str,
    upper: &str,
) -> Result<Option<Rule>, &'static str> {
    let find = |name: &str| dimensions.iter().position(|dimension| dimension.name() == name);
    let number = |name: &str| {
        let parameter =
            parameters.iter().find(|parameter| parameter.name == name).ok_or("there is no such parameter")?;
        parameter.default.as_f64().filter(|number| number.is_finite()).ok_or("its value is not a number")
    };
    let (below, above) = (find(lower), find(upper));
    if [below, above].into_iter().flatten().any(|index| dimensions[index].is_unordered()) {
        return Err("one of them is a choice, not a number");
    }
    Ok(match (below, above) {
        (Some(below), Some(above)) => Some(Rule::Pair(below, above)),
        (Some(dimension), None) => Some(Rule::Fixed(Fixed::Below { dimension, number: number(upper)? })),
        (None, Some(dimension)) => Some(Rule::Fixed(Fixed::Above { dimension, number: number(lower)? })),
        (None, None) => None,
    })
}

/// Lower before upper, ties by index; None where the pairs run in a circle.
fn sequence(pairs: &[(usize, usize)], fixed: &[Fixed]) -> Option<Vec<usize>> {
    let bound = fixed.iter().map(|rule| match *rule {
        Fixed::Below { dimension, .. } | Fixed::Above { dimension, .. } => dimension,
    });
    let mut waiting: Vec<usize> = pairs.iter().flat_map(|&(lower, upper)| [lower, upper]).chain(bound).collect();
    waiting.sort_unstable();
    waiting.dedup();
    let mut done = Vec::with_capacity(waiting.len());
    while !waiting.is_empty() {
        let free = waiting.iter().position(|index| {
            pairs.iter().filter(|(_, upper)| upper == index).all(|(lower, _)| done.contains(lower))
        })?;
        done.push(waiting.remove(free));
    }
    Some(done)
}
