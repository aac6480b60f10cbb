//! Why a value is what it is: every count, condition, figure and source hash behind it, section by section.

mod coverage;
mod rung;

pub use coverage::explain_all;

use super::subjects::{Subject, one};
use super::workers::Workers;
use super::{Context, Failure, iterate, ledger};
use crate::artifact::{Candidate, Change, ChangeDecision, Decision, Lake, Shadow, Stamped, Verdict};
use crate::discovery::Parameter;
use chrono::DateTime;
use serde_json::{Map, Value, json};
use std::fmt::Write;

/// One part of the answer. Another part is another function in [`explain`]'s list.
struct Section {
    /// Key in the JSON object.
    key: &'static str,
    title: &'static str,
    lines: Vec<String>,
    json: Value,
}

/// What is asked about, and everything there is to know.
struct Asked<'a> {
    subject: &'a Subject,
    /// The one that was named, or all.
    parameters: Vec<&'a Parameter>,
    lifetime: (u64, u64),
    /// Tests and changes of this strategy, oldest first.
    candidates: Vec<Stamped<Candidate>>,
    changes: Vec<Stamped<Change>>,
    shadows: Vec<Stamped<Shadow>>,
}

/// The answer, as text and as data.
#[derive(Debug)]
pub struct Explanation {
    strategy: String,
    sections: Vec<(String, Vec<String>)>,
    json: Value,
}

/// `what` is `STRATEGY` or `STRATEGY.PARAM`.
///
/// # Errors
/// No discovery yet; an unknown strategy or parameter, with the nearest; damaged history.
pub fn explain(context: &Context, what: &str) -> Result<Explanation, Failure> {
    let context = &iterate::on_last_iteration(context)?;
    let (strategy, parameter) = what.split_once('.').map_or((what, None), |(name, rest)| (name, Some(rest)));
    let subject = one(context, strategy)?;
    let parameters: Vec<&Parameter> = match parameter {
        Some(name) => vec![super::apply::find(&subject, name)?],
        None => subject.parameters.iter().collect(),
    };
    let lake = Lake::new(&context.data);
    let asked = Asked {
        lifetime: ledger::Ledger::open(&context.data, context.iteration)?.lifetime(&subject.strategy.source_hash),
        candidates: of(lake.read::<Candidate>()?, |row| row.strategy_name == strategy),
        changes: of(lake.read::<Change>()?, |row| {
            row.strategy_name == strategy && parameter.is_none_or(|name| row.parameter == name)
        }),
        shadows: of(lake.read::<Shadow>()?, |row| row.strategy_name == strategy),
        subject: &subject,
        parameters,
    };
    let mut sections: Vec<Section> =
        [values, counts, last_test, history, shadow].into_iter().map(|of| of(&asked)).collect();
    sections.push(speed(context, &subject));
    let mut object = Map::new();
    object.insert("strategy_name".to_owned(), json!(strategy));
    object.insert("parameter".to_owned(), json!(parameter));
    object.extend(sections.iter().map(|section| (section.key.to_owned(), section.json.clone())));
    Ok(Explanation {
        strategy: what.to_owned(),
        sections: sections.into_iter().map(|section| (section.title.to_owned(), section.lines)).collect(),
        json: Value::Object(object),
    })
}

impl Explanation {
    pub fn json(&self) -> &Value {
        &self.json
    }

    pub fn text(&self) -> String {
        let mut text = format!("{}\n", self.strategy);
        for (title, lines) in &self.sections {
            let _ = writeln!(text, "\n{title}");
            for line in lines {
                let _ = writeln!(text, "  {line}");
            }
        }
        text
    }
}

fn of<R>(mut rows: Vec<Stamped<R>>, keep: impl Fn(&R) -> bool) -> Vec<Stamped<R>> {
    rows.retain(|stamped| keep(&stamped.row));
    rows.sort_by(|a, b| (a.timestamp.0, &a.run_id).cmp(&(b.timestamp.0, &b.run_id)));
    rows
}

fn values(asked: &Asked<'_>) -> Section {
    let parameters = &asked.parameters;
    let why = |parameter: &Parameter| {
        let written = |change: &&Stamped<Change>| {
            change.row.parameter == parameter.name
                && matches!(change.row.decision, ChangeDecision::Applied | ChangeDecision::RolledBack)
        };
        match asked.changes.iter().rev().find(written) {
            Some(change) if change.row.new_value.0 == parameter.default => {
                let how = match (change.row.decision, change.row.manual) {
                    (ChangeDecision::RolledBack, _) => "set back",
                    (_, true) => "set by hand",
                    _ => "promoted",
                };
                format!(
                    "{how} from {} on {} ({})",
                    change.row.old_value.0,
                    day(change.timestamp.0),
                    change.row.change_id
                )
            }
            Some(change) => format!("changed outside of this program since it was {}", change.row.new_value.0),
            None => "as the code or its configuration says; this program never changed it".to_owned(),
        }
    };
    let place = |parameter: &Parameter| format!("{}:{}", parameter.place.path, parameter.place.line);
    Section {
        key: "values",
        title: "Values",
        lines: parameters
            .iter()
            .map(|parameter| {
                let Parameter { name, default, why_not_searched, .. } = parameter;
                let searched =
                    why_not_searched.as_ref().map_or_else(String::new, |why| format!("; not searched: {why}"));
                format!("{name} = {default} ({}): {}{searched}", place(parameter), why(parameter))
            })
            .collect(),
        json: parameters
            .iter()
            .map(|parameter| {
                json!({
                    "name": parameter.name,
                    "value": parameter.default,
                    "place": place(parameter),
                    "why": why(parameter),
                    "why_not_searched": parameter.why_not_searched,
                })
            })
            .collect(),
    }
}

fn counts(asked: &Asked<'_>) -> Section {
    let (trials, tests) = asked.lifetime;
    let hash = &asked.subject.strategy.source_hash;
    Section {
        key: "counts",
        title: "Counts over all iterations",
        lines: vec![
            format!("source {hash}"),
            format!("{trials} configurations of this source evaluated, {tests} challengers put to the test"),
        ],
        json: json!({ "source_hash": hash, "trials_ever": trials, "tests_ever": tests }),
    }
}

fn last_test(asked: &Asked<'_>) -> Section {
    let key = "last_test";
    let title = "Last test";
    let Some(Stamped { run_id, timestamp, row }) = asked.candidates.last() else {
        let lines = vec!["no challenger was ever put to the test: nothing in the search was better".to_owned()];
        return Section { key, title, lines, json: Value::Null };
    };
    let set = |set: &crate::strategy::ParamSet| {
        set.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join(", ")
    };
    let decision = if row.decision == Decision::Promote { "promoted" } else { "kept as it was" };
    let mut lines = vec![
        format!("{} in run {run_id}, source {}", day(timestamp.0), row.source_hash),
        format!("{} against {}", set(&row.old_parameters.0), set(&row.new_parameters.0)),
        format!("{decision}: {}", row.reason),
    ];
    lines.extend(row.conditions.0.iter().map(|condition| {
        let figure = |value: Option<f64>| value.map_or_else(|| "-".to_owned(), |value| format!("{value:.4}"));
        format!(
            "{:<12} {:<20} {:>12} {:>12}  {}",
            verdict(condition.verdict),
            condition.name,
            figure(condition.figure),
            figure(condition.threshold),
            condition.note
        )
    }));
    if !row.marks.0.is_empty() {
        lines.push(format!(
            "of the generators behind it, {} outside the bands of real markets: see `cbt query \"SELECT generator, regime, outside_in FROM realism_certificate WHERE outside > 0\"`, or --json",
            row.marks.0.len()
        ));
    }
    let json = json!({
        "run": run_id,
        "decision": row.decision,
        "reason": row.reason,
        "source_hash": row.source_hash,
        "old_parameters": row.old_parameters.0,
        "new_parameters": row.new_parameters.0,
        "tests_so_far": row.tests_so_far,
        "trials_ever": row.trials_ever,
        "conditions": row.conditions.0,
        "marks": row.marks.0,
    });
    Section { key, title, lines, json }
}

const fn verdict(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Pass => "pass",
        Verdict::Fail => "fail",
        Verdict::Informative => "shown",
        Verdict::NotJudged => "not judged",
        Verdict::NotReached => "not reached",
    }
}

fn history(asked: &Asked<'_>) -> Section {
    let word = |decision| match decision {
        ChangeDecision::Applied => "applied",
        ChangeDecision::Refused => "refused",
        ChangeDecision::DryRun => "shown",
        ChangeDecision::RolledBack => "rolled back",
    };
    let mut lines: Vec<String> = asked
        .changes
        .iter()
        .map(|Stamped { timestamp, row, .. }| {
            format!(
                "{} {} {}: {} -> {} {} ({})",
                day(timestamp.0),
                row.change_id,
                row.parameter,
                row.old_value.0,
                row.new_value.0,
                word(row.decision),
                row.reason
            )
        })
        .collect();
    if lines.is_empty() {
        lines.push("none".to_owned());
    }
    let json = asked
        .changes
        .iter()
        .map(|Stamped { run_id, row, .. }| {
            json!({
                "change_id": row.change_id,
                "run": run_id,
                "parameter": row.parameter,
                "old_value": row.old_value.0,
                "new_value": row.new_value.0,
                "decision": row.decision,
                "manual": row.manual,
                "reason": row.reason,
                "takes_back": row.takes_back,
            })
        })
        .collect();
    Section { key: "changes", title: "Changes", lines, json }
}

fn shadow(asked: &Asked<'_>) -> Section {
    let (key, title) = ("shadow", "The old values since, on new real bars");
    match asked.shadows.last() {
        None => Section { key, title, lines: vec!["nothing is compared".to_owned()], json: Value::Null },
        Some(Stamped { row, .. }) => Section {
            key,
            title,
            lines: vec![row.note.clone()],
            json: json!({
                "change_run": row.change_run,
                "bars": row.bars,
                "e_old": row.log_e_old.exp(),
                "e_new": row.log_e_new.exp(),
                "threshold": row.log_threshold.exp(),
                "state": row.state,
                "note": row.note,
            }),
        },
    }
}

/// The rung of the ladder it runs on, measured now.
fn speed(context: &Context, subject: &Subject) -> Section {
    let (key, title) = ("speed", "How it is run");
    match Workers::find(context).and_then(|workers| rung::describe(&workers, subject, true)) {
        Ok(told) => {
            let lines = rung::text(&told).lines().map(|line| line.trim().to_owned()).collect();
            Section { key, title, lines, json: told }
        }
        Err(failure) => {
            let why = failure.to_string();
            Section { key, title, lines: vec![format!("not known: {why}")], json: json!({ "not_known": why }) }
        }
    }
}

fn day(micros: i64) -> String {
    DateTime::from_timestamp_micros(micros).map_or_else(String::new, |time| time.format("%Y-%m-%d %H:%M").to_string())
}
