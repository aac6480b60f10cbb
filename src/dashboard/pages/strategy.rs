use super::marks::Marks;
use super::{Record, ask, nothing_yet, unreadable};
use crate::dashboard::charts::{self, CoursePoint, Interval, Step};
use crate::dashboard::equity::{self, Place};
use crate::dashboard::render;
use crate::dashboard::site::Site;
use crate::report::Figure;
use crate::results::{ResultsError, Store, questions};
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

#[derive(Debug, Deserialize)]
pub struct Named {
    #[serde(default)]
    name: String,
}

/// All that is known of one strategy.
#[derive(Debug, Serialize)]
struct Strategy {
    /// The badge of numbers over all simulated markets.
    sim: &'static str,
    name: String,
    /// None where the last discovery did not find it: history may know it still.
    identity: Option<Record>,
    parameters: Vec<Record>,
    /// Newest first.
    changes: Vec<Change>,
    decisions: Vec<Decision>,
    markets: Vec<Record>,
    walks: Vec<Record>,
    equity: Vec<Figure>,
    /// Under the parameter's name.
    timelines: Vec<(String, String)>,
    course: Option<String>,
    /// Under the backtest type.
    intervals: Vec<(String, String)>,
}

/// One attempt to change one value, and what stood behind it.
#[derive(Debug, Serialize)]
struct Change {
    #[serde(flatten)]
    row: Record,
    /// What the gate had decided, where the change was not asked for by hand.
    gate: Option<Decision>,
    /// The change_id that took it back.
    taken_back_by: Option<String>,
}

#[derive(Debug, Clone, Serialize)]
struct Decision {
    #[serde(flatten)]
    row: Record,
    conditions: Vec<Record>,
}

impl Strategy {
    /// None where the store has never heard of it.
    ///
    /// # Errors
    /// The store's.
    fn read(store: &Store, name: &str) -> Result<Option<Self>, ResultsError> {
        let of = Some(name);
        let identity: Option<Record> = store.ask(questions::IDENTITY, of)?.pop();
        let rows: Vec<Record> = store.ask(questions::CHANGES, of)?;
        let mut markets: Vec<Record> = store.ask(questions::MARKETS, of)?;
        if identity.is_none() && rows.is_empty() && markets.is_empty() {
            return Ok(None);
        }
        let steps: Vec<Step> = store.ask(questions::CHANGES, of)?;
        let decisions = decisions(store.ask(questions::DECISIONS, of)?, &store.ask(questions::CONDITIONS, of)?);
        let intervals: Vec<Interval> = store.ask(questions::INTERVALS, of)?;
        let mut places: Vec<Place> = store.ask(questions::EQUITY, of)?;
        let mut walks: Vec<Record> = store.ask(questions::WALKS, of)?;
        let course: Vec<CoursePoint> = store.ask(questions::COURSE, of)?;
        let marks = Marks::read(store)?;
        marks.rows(&mut markets);
        marks.rows(&mut walks);
        for place in &mut places {
            marks.on(&place.market_scenario, &mut place.badge);
        }
        Ok(Some(Self {
            sim: marks.simulated(),
            name: name.to_owned(),
            identity,
            parameters: store.ask(questions::PARAMETERS, of)?,
            changes: changes(rows, &decisions),
            decisions,
            markets,
            walks,
            equity: equity::figures(name, &places),
            timelines: charts::timelines(name, &steps),
            course: charts::course(name, &course),
            intervals: charts::intervals(name, &intervals),
        }))
    }
}

fn decisions(rows: Vec<Record>, conditions: &[Record]) -> Vec<Decision> {
    let of = |row: &Record| {
        let same = |condition: &&Record| condition["run_id"] == row["run_id"] && condition["trial"] == row["trial"];
        conditions.iter().filter(same).cloned().collect()
    };
    rows.into_iter().map(|row| Decision { conditions: of(&row), row }).collect()
}

fn changes(rows: Vec<Record>, decisions: &[Decision]) -> Vec<Change> {
    let behind = |row: &Record| {
        let promoted =
            |decision: &&Decision| decision.row["run_id"] == row["run_id"] && decision.row["decision"] == "promote";
        let asked_for = row["manual"] == true || row["decision"] == "rolled_back";
        if asked_for { None } else { decisions.iter().find(promoted).cloned() }
    };
    let back = |row: &Record| {
        let later =
            rows.iter().find(|later| later["takes_back"] == row["change_id"] && later["decision"] == "rolled_back");
        later.and_then(|later| later["change_id"].as_str().map(str::to_owned))
    };
    rows.iter().rev().map(|row| Change { row: row.clone(), gate: behind(row), taken_back_by: back(row) }).collect()
}

/// `GET /strategy?name=...`
pub async fn strategy(State(site): State<Arc<Site>>, Query(Named { name }): Query<Named>) -> Response {
    let (reading, of) = (Arc::clone(&site), name.clone());
    match ask(move || reading.published.read(|store| Strategy::read(store, &of))).await {
        Ok(Some(read)) => match read.value {
            Some(strategy) => render::page(&site, StatusCode::OK, "strategy.html", Some(&read.name), strategy),
            None => {
                let text = format!("The store has no strategy `{name}`.");
                render::message(&site, StatusCode::NOT_FOUND, "There is no such strategy", &text)
            }
        },
        Ok(None) => nothing_yet(&site),
        Err(why) => unreadable(&site, &why),
    }
}
