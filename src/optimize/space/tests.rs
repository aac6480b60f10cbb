use super::*;
use crate::discovery::{Place, PlaceKind, RangeSource, Role, SearchRange, ValueType};
use crate::strategy::Value;
use proptest::prelude::*;

pub(crate) fn parameter(name: &str, default: Value, range: Option<SearchRange>, below: Option<&str>) -> Parameter {
    Parameter {
        strategy: "cross".into(),
        name: name.into(),
        value_type: ValueType::Float,
        default,
        role: Role::Signal,
        range,
        range_source: Some(RangeSource::Inferred),
        why_not_searched: None,
        below: below.map(str::to_owned),
        place: Place {
            kind: PlaceKind::SelfAttribute,
            path: "cross.py".into(),
            line: 1,
            start: 0,
            end: 1,
            key: name.into(),
            file_hash: String::new(),
        },
        shadowed: Vec::new(),
        passed_as: Vec::new(),
    }
}

fn int(low: i64, high: i64, step: i64) -> Option<SearchRange> {
    Some(SearchRange::Int { low, high, step })
}

fn float(low: f64, high: f64, step: Option<f64>, log: bool) -> Option<SearchRange> {
    Some(SearchRange::Float { low, high, step, log })
}

fn cross(fast: i64, slow: i64) -> Vec<Parameter> {
    vec![
        parameter("fast", Value::Int(fast), int(2, 50, 1), Some("slow")),
        parameter("slow", Value::Int(slow), int(3, 100, 1), None),
    ]
}

fn named(pairs: &[(&str, Value)]) -> ParamSet {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect()
}

#[test]
fn the_moving_average_grid_has_the_known_size() {
    let space = Space::from_parameters(&cross(10, 30));
    assert_eq!(space.count(), Count::Exactly(3626));
    assert_eq!(space.all_points().map(|points| points.len()), Some(3626));
    assert!(space.notes().is_empty());
}

#[test]
fn a_pair_in_the_wrong_order_exchanges_its_values() {
    let space = Space::from_parameters(&cross(10, 30));
    let clip = |fast, slow| space.clip(&named(&[("fast", Value::Int(fast)), ("slow", Value::Int(slow))]));
    assert_eq!(clip(40, 10), named(&[("fast", Value::Int(10)), ("slow", Value::Int(40))]));
    assert_eq!(clip(20, 20), named(&[("fast", Value::Int(20)), ("slow", Value::Int(21))]));
    assert_eq!(clip(99, 200), named(&[("fast", Value::Int(50)), ("slow", Value::Int(100))]));
    assert_eq!(clip(7, 60), named(&[("fast", Value::Int(7)), ("slow", Value::Int(60))]));
}

#[test]
fn a_pair_whose_partner_is_pinned_respects_it() {
    let space = Space::from_parameters(&[
        parameter("fast", Value::Int(10), int(2, 50, 1), Some("slow")),
        parameter("slow", Value::Int(30), None, None),
    ]);
    assert_eq!(space.count(), Count::Exactly(28));
    let clipped = space.clip(&named(&[("fast", Value::Int(45))]));
    assert_eq!(clipped, named(&[("fast", Value::Int(29))]));
    assert!(!space.contains(&named(&[("fast", Value::Int(30))])));
}

#[test]
fn an_order_that_cannot_hold_is_dropped_and_said() {
    let apart = Space::from_parameters(&[
        parameter("fast", Value::Int(60), int(50, 60, 1), Some("slow")),
        parameter("slow", Value::Int(10), int(3, 50, 1), None),
    ]);
    assert!(matches!(apart.notes(), [Note::OrderDropped { .. }]), "{:?}", apart.notes());
    let circle = Space::from_parameters(&[
        parameter("a", Value::Int(3), int(1, 9, 1), Some("b")),
        parameter("b", Value::Int(5), int(1, 9, 1), Some("a")),
    ]);
    assert!(circle.notes().iter().any(|note| matches!(note, Note::OrderDropped { lower, .. } if lower == "b")));
    assert_eq!(circle.count(), Count::Exactly(36));
}

#[test]
fn the_incumbent_is_a_point_wherever_it_stands() {
    let stated = |mut parameter: Parameter| {
        parameter.range_source = Some(RangeSource::Configured);
        parameter
    };
    let cases = [
        parameter("p", Value::Int(7), int(5, 50, 5), None),
        parameter("p", Value::Int(70), int(5, 50, 5), None),
        parameter("p", Value::Int(73), int(5, 50, 5), None),
        parameter("p", Value::Int(9000), int(5, 50, 5), None),
        parameter("p", Value::Int(0), int(5, 50, 5), None),
        parameter("p", Value::Float(20.5), int(5, 50, 5), None),
        parameter("p", Value::Float(0.123_456_789), float(0.0, 1.0, None, false), None),
        parameter("p", Value::Int(1), float(0.0, 1.0, None, false), None),
        parameter("p", Value::Float(3.7), float(0.0, 1.0, None, false), None),
        parameter("p", Value::Float(-0.5), float(0.001, 1.0, None, true), None),
        parameter("p", Value::Float(1.5), float(0.0, 1.0, Some(0.1), false), None),
        stated(parameter("p", Value::Int(60), int(5, 50, 5), None)),
        stated(parameter("p", Value::Float(1.5), float(0.0, 1.0, None, false), None)),
        parameter(
            "p",
            Value::Str("wma".into()),
            Some(SearchRange::Choice { choices: vec![Value::Str("ema".into())] }),
            None,
        ),
        parameter("p", Value::Bool(true), Some(SearchRange::Bool), None),
    ];
    for case in cases {
        let space = Space::from_parameters(std::slice::from_ref(&case));
        let set = space.decode(&space.incumbent());
        assert_eq!(set.get("p"), Some(&case.default), "{case:?}");
        assert_eq!(space.encode(&set), Some(space.incumbent()), "{case:?}");
        assert!(space.contains(&set));
        assert_eq!(space.clip(&set), set);
    }
}

#[test]
fn only_an_inferred_range_gives_way() {
    let inferred = Space::from_parameters(&[parameter("p", Value::Int(73), int(5, 50, 5), None)]);
    assert_eq!(
        inferred.notes().iter().map(ToString::to_string).collect::<Vec<_>>(),
        ["p: the value in force 73 lies outside 5..50, so the range was widened to 5..73"]
    );
    // 5, 10, … 70, and 73 itself.
    assert_eq!(inferred.count(), Count::Exactly(15));

    let mut stated = parameter("p", Value::Int(73), int(5, 50, 5), None);
    stated.range_source = Some(RangeSource::Comment);
    let stated = Space::from_parameters(&[stated]);
    assert!(matches!(stated.notes(), [Note::Outside { .. }]));
    assert_eq!(stated.count(), Count::Exactly(11));
}

#[test]
fn what_cannot_be_searched_is_left_out_with_a_reason() {
    let space = Space::from_parameters(&[
        parameter("none", Value::Null, float(0.0, 1.0, None, false), None),
        parameter("empty", Value::Int(3), int(9, 2, 1), None),
        parameter("step", Value::Int(3), int(1, 9, 0), None),
        parameter("log", Value::Float(0.5), float(0.0, 1.0, None, true), None),
        parameter("flag", Value::Int(1), Some(SearchRange::Bool), None),
        parameter("nan", Value::Float(f64::NAN), float(0.0, 1.0, None, false), None),
        parameter("kept", Value::Int(3), int(1, 9, 1), None),
    ]);
    assert_eq!(space.dimensions().iter().map(Dimension::name).collect::<Vec<_>>(), ["kept"]);
    assert_eq!(space.notes().len(), 6);
    assert!(space.notes().iter().all(|note| matches!(note, Note::LeftOut { .. })));
}

#[test]
fn an_unordered_incumbent_is_kept_and_said() {
    let space = Space::from_parameters(&cross(40, 20));
    assert_eq!(space.notes(), [Note::IncumbentUnordered]);
    assert!(space.contains(&named(&[("fast", Value::Int(40)), ("slow", Value::Int(20))])));
    assert!(!space.contains(&named(&[("fast", Value::Int(40)), ("slow", Value::Int(21))])));
    assert_eq!(space.count(), Count::Exactly(3627));
    assert_eq!(space.all_points().map(|points| points.len()), Some(3627));
}

#[test]
fn neighbours_are_one_step_away_and_in_order() {
    let space = Space::from_parameters(&cross(10, 11));
    let names: Vec<(Value, Value)> = space
        .neighbours(&space.incumbent())
        .iter()
        .map(|point| space.decode(point))
        .map(|set| (set["fast"].clone(), set["slow"].clone()))
        .collect();
    assert_eq!(names, [(Value::Int(9), Value::Int(11)), (Value::Int(10), Value::Int(12))]);
}

#[test]
fn near_needs_equal_choices_and_close_numbers() {
    let space = Space::from_parameters(&[
        parameter("n", Value::Int(100), int(0, 200, 1), None),
        parameter("x", Value::Float(0.5), float(0.0, 1.0, None, false), None),
        parameter("flag", Value::Bool(true), Some(SearchRange::Bool), None),
    ]);
    let at =
        |n, x, flag| space.encode(&named(&[("n", Value::Int(n)), ("x", Value::Float(x)), ("flag", Value::Bool(flag))]));
    let home = Some(space.incumbent());
    let near = |other: Option<Point>| home.as_ref().zip(other.as_ref()).map(|(a, b)| space.near(a, b));
    assert_eq!(near(at(110, 0.55, true)), Some(true));
    assert_eq!(near(at(111, 0.5, true)), Some(false));
    assert_eq!(near(at(100, 0.56, true)), Some(false));
    assert_eq!(near(at(100, 0.5, false)), Some(false));
}

prop_compose! {
    fn numeric()(kind in 0..4_u8, low in -50_i64..50, width in 1_i64..80, step in 1_i64..7, at in 0.0..1.0_f64)
        -> (SearchRange, Value) {
        let (high, a, b) = (low + width, low as f64 / 7.0, (low + width) as f64 / 7.0);
        match kind {
            0 => (SearchRange::Int { low, high, step }, Value::Int(low + (at * width as f64) as i64)),
            1 => (SearchRange::Float { low: a, high: b, step: Some(step as f64 / 10.0), log: false }, Value::Float(a + at * (b - a))),
            2 => (SearchRange::Float { low: a, high: b, step: None, log: false }, Value::Float(a + at * (b - a))),
            _ => {
                let (low, high) = (0.001 * step as f64, 0.001 * (step + width) as f64);
                (SearchRange::Float { low, high, step: None, log: true }, Value::Float(low + at * (high - low)))
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    /// Any mixture of pairs and chains: what repair returns is in order, in the space, and stays as it is.
    #[test]
    fn repaired_points_are_in_order_and_repair_is_idempotent(
        axes in prop::collection::vec(numeric(), 4),
        below in prop::collection::vec(prop::option::of(0..4_usize), 4),
        raw in prop::collection::vec(-0.2..1.2_f64, 4),
    ) {
        let names = ["a", "b", "c", "d"];
        let parameters: Vec<Parameter> = axes.iter().enumerate().map(|(index, (range, value))| {
            let other = below[index].filter(|other| *other != index).map(|other| names[other]);
            parameter(names[index], value.clone(), Some(range.clone()), other)
        }).collect();
        let space = Space::from_parameters(&parameters);
        prop_assert_eq!(space.dimensions().len(), 4);
        let coordinates = space.dimensions().iter().zip(&raw)
            .map(|(dimension, raw)| dimension.levels().map_or(*raw, |levels| raw * levels as f64)).collect();
        let point = space.repair(&Point(coordinates));
        prop_assert!(space.is_ordered(&point), "{point:?} {:?}", space.notes());
        prop_assert_eq!(space.repair(&point), point.clone());
        let set = space.decode(&point);
        prop_assert!(space.contains(&set), "{set:?}");
        prop_assert_eq!(space.encode(&set), Some(point.clone()));
        for neighbour in space.neighbours(&point) {
            prop_assert!(space.is_ordered(&neighbour) && space.near(&point, &neighbour));
        }
    }

    #[test]
    fn the_count_is_the_number_of_points(
        axes in prop::collection::vec((1_i64..9, 1_i64..4), 3),
        below in prop::collection::vec(prop::option::of(0..3_usize), 3),
    ) {
        let names = ["a", "b", "c"];
        let parameters: Vec<Parameter> = axes.iter().enumerate().map(|(index, (high, step))| {
            let other = below[index].filter(|other| *other != index).map(|other| names[other]);
            parameter(names[index], Value::Int(1), int(1, *high, *step), other)
        }).collect();
        let space = Space::from_parameters(&parameters);
        prop_assert_eq!(Some(space.count()), space.all_points().map(|points| Count::Exactly(points.len() as u128)));
    }
}
