use super::*;

const HOSTILE: &str = "</title><script>alert('\"x\"')</script>\u{0}; DROP TABLE--";

fn caption() -> Caption {
    Caption { title: HOSTILE.to_owned(), description: HOSTILE.to_owned() }
}

/// Tags as text knows them: what was hostile must not have become one.
fn sound(svg: &str) {
    assert!(svg.starts_with("<svg ") && svg.ends_with("</svg>"), "{svg}");
    assert!(svg.contains(r#"role="img""#) && svg.contains("<title>&lt;/title&gt;"), "{svg}");
    assert!(
        !svg.contains("<script") && !svg.contains('\u{0}') && !svg.contains("NaN") && !svg.contains("inf"),
        "{svg}"
    );
    for element in ["title", "desc", "text", "g"] {
        let opened = svg.matches(&format!("<{element}>")).count() + svg.matches(&format!("<{element} ")).count();
        assert_eq!(opened, svg.matches(&format!("</{element}>")).count(), "{element} in {svg}");
    }
    assert!(
        !svg.contains("style=") && !svg.contains("fill=") && !svg.contains("stroke="),
        "colours are the page's: {svg}"
    );
}

#[test]
fn hostile_text_stays_text_in_every_chart() {
    let axis = || Axis::new(HOSTILE, Unit::Number);
    let line = Line {
        name: HOSTILE.into(),
        tone: Tone::Main,
        shape: Shape::Area,
        points: vec![(0.0, 1.0), (1.0, f64::NAN), (2.0, 3.0)],
    };
    let band = Band { name: HOSTILE.into(), points: vec![(0.0, 0.5, 1.5), (2.0, 2.0, 4.0)] };
    let moment = Moment { x: 1.0, y: 2.0, tone: Tone::Bad, tip: HOSTILE.into() };
    sound(
        &Lines {
            caption: caption(),
            x: axis(),
            y: axis(),
            bands: vec![band],
            lines: vec![line],
            moments: vec![moment],
            reference: Some(0.0),
        }
        .svg()
        .unwrap(),
    );
    let group = |values| Group { name: HOSTILE.into(), tone: Tone::Series(7), values };
    sound(
        &Bars {
            caption: caption(),
            label: HOSTILE.into(),
            y: axis(),
            names: vec![HOSTILE.into(), "b".into()],
            groups: vec![group(vec![Some(1.0), None]), group(vec![Some(-2.0), Some(f64::INFINITY)])],
        }
        .svg()
        .unwrap(),
    );
    let dot = |role, x| Dot { x, y: x * x, role, tip: HOSTILE.into() };
    let dots = vec![
        dot(Role::Trial, 0.0),
        dot(Role::Front, 1.0),
        dot(Role::Front, 2.0),
        dot(Role::Challenger, f64::NAN),
        dot(Role::Incumbent, 3.0),
    ];
    sound(&Scatter { caption: caption(), x: axis(), y: axis(), dots, join_front: true }.svg().unwrap());
    let stems = vec![
        Stem { label: HOSTILE.into(), low: Some(-1.0), high: Some(2.0), estimate: Some(0.5), reason: String::new() },
        Stem { label: "none".into(), reason: HOSTILE.into(), ..Stem::default() },
    ];
    sound(&Forest { caption: caption(), x: axis(), reference: Some(0.0), stems }.svg().unwrap());
    let cell = |value: f64| Cell {
        shade: Shade::of(value, 0.0, 2.0),
        text: HOSTILE.into(),
        tip: HOSTILE.into(),
        ring: Some(Ring::Challenger),
    };
    sound(
        &Heat {
            caption: caption(),
            across: HOSTILE.into(),
            down: HOSTILE.into(),
            columns: vec![HOSTILE.into()],
            rows: vec![HOSTILE.into(), "b".into()],
            cells: vec![vec![cell(1.0)], vec![cell(f64::NAN)]],
            cell_width: 48.0,
        }
        .svg()
        .unwrap(),
    );
    sound(
        &Sparkline { caption: caption(), values: vec![1.0, f64::NAN, 2.0, 1.5], reference: Some(1.0) }.svg().unwrap(),
    );
}

#[test]
fn nothing_to_show_is_no_chart() {
    assert_eq!(Lines::default().svg(), None);
    assert_eq!(Bars::default().svg(), None);
    assert_eq!(Scatter::default().svg(), None);
    assert_eq!(Forest { stems: vec![Stem::default()], reference: Some(0.0), ..Forest::default() }.svg(), None);
    assert_eq!(Heat::default().svg(), None);
    assert_eq!(Sparkline { values: vec![1.0, f64::NAN], ..Sparkline::default() }.svg(), None);
}

#[test]
fn a_place_is_where_the_value_says() {
    let scale = scale::Scale { low: -1.0, high: 3.0, from: 200.0, to: 0.0 };
    assert_eq!([-1.0, 1.0, 3.0, 9.0].map(|value| scale.place(value)), [200.0, 100.0, 0.0, 0.0]);
    let line = Line { name: "a".into(), tone: Tone::Main, shape: Shape::Steps, points: vec![(0.0, 0.0), (1.0, 1.0)] };
    let svg = Lines { lines: vec![line], ..Lines::default() }.svg().unwrap();
    // From the lower left corner along the bottom, then up: the second value holds from its own place on.
    assert!(svg.contains("M48 204l360 0l0-196\""), "{svg}");
}

#[test]
fn ticks_are_round_few_and_not_alike() {
    let ticks = |low, high, unit| {
        let ticks = scale::Scale { low, high, from: 0.0, to: 1.0 }.ticks(unit, 5);
        ticks.into_iter().map(|tick| tick.text).collect::<Vec<_>>()
    };
    assert_eq!(ticks(-0.31, 0.72, Unit::Number), ["-0.2", "0.0", "0.2", "0.4", "0.6"]);
    assert_eq!(ticks(0.0, 0.02, Unit::Percent), ["0.0%", "0.5%", "1.0%", "1.5%", "2.0%"]);
    assert_eq!(ticks(1.0, 3.0, Unit::Count), ["1", "2", "3"]);
    let micros = |year: i32| {
        chrono::NaiveDate::from_ymd_opt(year, 6, 1).unwrap().and_hms_opt(0, 0, 0).unwrap().and_utc().timestamp_micros()
            as f64
    };
    assert_eq!(ticks(micros(2000), micros(2020), Unit::Date), ["2005", "2010", "2015", "2020"]);
    assert_eq!(ticks(micros(2019), micros(2020), Unit::Date), ["2019-07", "2019-10", "2020-01", "2020-04"]);
    let hours = |hours: f64| micros(2020) + hours * 3_600e6;
    assert_eq!(ticks(hours(-2.2), hours(2.2), Unit::Date), ["22:00", "23:00", "06-01", "01:00", "02:00"]);
    assert_eq!(ticks(hours(7.05), hours(7.3), Unit::Date), ["07:05", "07:10", "07:15"]);
}

#[test]
fn blocks_rise_with_the_values() {
    assert_eq!(blocks(&[0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0], 8), "▁▂▃▄▅▆▇█");
    assert_eq!(blocks(&[1.0, 1.0, 3.0, 3.0], 2), "▁█");
    assert_eq!(blocks(&[2.0, 2.0], 9), "▄▄");
    assert_eq!(blocks(&[2.0, f64::NAN], 9), "");
}

#[test]
fn shades_are_symmetric_around_the_middle() {
    assert_eq!(
        ["h-p5", "h-0", "h-n3"].map(str::to_owned),
        [9.0, 1.0, -0.2].map(|value| Shade::of(value, 1.0, 2.0).class())
    );
    assert_eq!(Shade::of(f64::NAN, 0.0, 1.0), Shade::NONE);
    assert_eq!(Shade::of(1.0, 1.0, 0.0).class(), "h-0");
}
