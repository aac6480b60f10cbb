mod sample;
mod validate;

use super::*;
use serde_json::Value;

const COMMITTED: &str = include_str!("../../../reports/schema/report.schema.json");

#[test]
fn the_page_is_made_of_nothing_but_what_the_json_holds() {
    let report = sample::report(3);
    let again: Report = serde_json::from_str(&json(&report).unwrap()).unwrap();
    assert!(again == report, "something is lost on the way through JSON");
    assert!(html(&again).unwrap() == html(&report).unwrap(), "the page shows something that the JSON does not hold");
}

#[test]
fn fifty_strategies_take_less_than_three_megabytes() {
    let report = sample::report(50);
    let start = std::time::Instant::now();
    let page = html(&report).unwrap();
    let taken = start.elapsed();
    let twin = json(&report).unwrap();
    println!("{} bytes of HTML in {taken:?}, {} bytes of JSON", page.len(), twin.len());
    assert!(page.len() < 3_000_000, "{} bytes", page.len());
    // Every strategy has its section and all of its charts.
    assert_eq!(page.matches("<details class=\"strategy\"").count(), 50);
    assert!(page.matches("<svg ").count() > 50 * 14, "{}", page.matches("<svg ").count());
}

#[test]
fn a_report_of_nothing_is_a_page_without_empty_charts() {
    let page = html(&sample::empty()).unwrap();
    assert!(!page.contains("<svg") && !page.contains("<figure"), "{page}");
    for words in ["Nothing was backtested.", "No class could be run.", "Nothing was optimized in this run."] {
        assert!(page.contains(words), "{words}");
    }
}

#[test]
fn the_committed_schema_is_that_of_the_types() {
    let generated = schema().unwrap();
    if std::env::var_os("CBT_BLESS").is_some() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/reports/schema/report.schema.json");
        std::fs::write(path, &generated).unwrap();
        return;
    }
    assert!(generated == COMMITTED, "the layout has changed: CBT_BLESS=1 writes the new schema; is it a new version?");
}

#[test]
fn what_is_written_is_what_the_schema_says() {
    let schema: Value = serde_json::from_str(COMMITTED).unwrap();
    for report in [sample::empty(), sample::report(2)] {
        let written: Value = serde_json::from_str(&json(&report).unwrap()).unwrap();
        assert_eq!(validate::faults(&schema, &written), Vec::<String>::new());
    }
    // It is not one that lets everything pass.
    let wrong = |edit: &dyn Fn(&mut Value)| {
        let mut written: Value = serde_json::from_str(&json(&sample::report(1)).unwrap()).unwrap();
        edit(&mut written);
        validate::faults(&schema, &written)
    };
    assert_eq!(wrong(&|report| report["leaderboard"][0]["sharpe_real"] = "much".into()).len(), 1);
    assert_eq!(wrong(&|report| report["header"]["iteration"] = (-1).into()).len(), 1);
    let lacking = wrong(&|report| drop(report["strategies"][0].as_object_mut().unwrap().remove("rung")));
    assert_eq!(lacking.len(), 1, "a field that may be null has to be there: {lacking:?}");
    let short = |report: &mut Value| {
        report["backtest_types"][0]["simulated"][0]["sharpe"]["quantiles"].as_array_mut().unwrap().truncate(4);
    };
    assert_ne!(wrong(&short).len(), 0);
}

/// Replaces every text of the model by a hostile one.
fn poison(value: &mut Value) {
    const HOSTILE: &str = "</script></svg></title><img src=x onerror=alert(1)>\"'`{{ 7*7 }}\u{0}'; DROP TABLE runs; --";
    match value {
        Value::String(text) => *text = HOSTILE.to_owned(),
        Value::Array(items) => items.iter_mut().for_each(poison),
        Value::Object(fields) => fields.values_mut().for_each(poison),
        _ => {}
    }
}

#[test]
fn hostile_text_anywhere_in_the_model_never_becomes_markup() {
    let tags = |page: &str| -> std::collections::BTreeSet<String> {
        let names = page.split('<').skip(1);
        names.map(|tag| tag.split([' ', '>', '\n']).next().unwrap_or_default().to_owned()).collect()
    };
    let mut report = serde_json::to_value(sample::report(2)).unwrap();
    let known = tags(&html(&serde_json::from_value(report.clone()).unwrap()).unwrap());
    poison(&mut report);
    // The one text that the page takes for a word of its own.
    report["strategies"].as_array_mut().unwrap().iter_mut().for_each(|one| one["rung"] = "compiled".into());
    let poisoned: Report = serde_json::from_value(report).unwrap();
    let page = html(&poisoned).unwrap();
    let found = tags(&page);
    let strange: Vec<&String> = found.difference(&known).collect();
    assert!(strange.is_empty(), "{strange:?}");
    assert!(page.contains("{{ 7*7 }}"), "a template was run");
    assert_eq!(page.matches("<script").count(), 1);
    assert_eq!(page.matches("</script").count(), 1);
    assert!(page.contains("&lt;img src=x onerror=alert(1)&gt;"));
    let board = leaderboard(&poisoned.leaderboard);
    assert!(!board.contains('\u{0}') && board.lines().count() == 5, "{board}");
}

#[test]
fn the_terminal_has_a_line_for_each_strategy_with_its_course() {
    let report = sample::report(4);
    let board = leaderboard(&report.leaderboard);
    let lines: Vec<&str> = board.lines().collect();
    assert_eq!(lines.len(), 4 + 3);
    for line in &lines[1..5] {
        let blocks = line.chars().filter(|character| ('▁'..='█').contains(character)).count();
        assert_eq!(blocks, 14, "{line}");
        assert!(line.chars().count() <= 140, "{line}");
    }
    assert_eq!(leaderboard(&[]), "");
}
