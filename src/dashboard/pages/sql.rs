use super::{nothing_yet, unreadable};
use crate::dashboard::render;
use crate::dashboard::site::Site;
use crate::results::{Interrupt, Limits, ResultsError, Store, Table, VIEWS};
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::oneshot;

const LIMITS: Limits = Limits { rows: 1_000, memory: "512MB", threads: 2 };
const TIME: Duration = Duration::from_secs(5);

/// Characters of a statement, and of a cell that is shown.
const LONGEST: usize = 8_000;
const CELL: usize = 1_000;

/// An interrupt that comes before the statement has begun is lost, so it is said again after so long.
const AGAIN: Duration = Duration::from_millis(50);

#[derive(Debug, Deserialize)]
pub struct Asked {
    #[serde(default)]
    sql: String,
}

#[derive(Debug, Serialize)]
struct Sql {
    sql: String,
    answer: Option<Answer>,
    /// Why there is none.
    refusal: Option<String>,
    examples: Vec<Example>,
    rows: usize,
    seconds: u64,
}

#[derive(Debug, Serialize)]
struct Answer {
    columns: Vec<String>,
    rows: Vec<Vec<Cell>>,
    cut: bool,
}

#[derive(Debug, Serialize)]
struct Cell {
    text: String,
    number: bool,
    null: bool,
}

#[derive(Debug, Serialize)]
struct Example {
    view: &'static str,
    sql: String,
}

/// `GET /sql?sql=...`. A question changes nothing, so it is asked as one, and its address can be kept; the guard does
/// not let another site ask in a visitor's name.
pub async fn sql(State(site): State<Arc<Site>>, Query(Asked { sql }): Query<Asked>) -> Response {
    if !site.store.is_file() {
        return nothing_yet(&site);
    }
    let asked = sql.trim().to_owned();
    let (status, answer, refusal) = if asked.is_empty() {
        (StatusCode::OK, None, None)
    } else if asked.chars().count() > LONGEST {
        (StatusCode::BAD_REQUEST, None, Some(format!("a statement has at most {LONGEST} characters")))
    } else {
        match Arc::clone(&site.questions).try_acquire_owned() {
            Err(_) => {
                (StatusCode::SERVICE_UNAVAILABLE, None, Some("others are asking; try again in a moment".to_owned()))
            }
            Ok(place) => {
                let store = site.store.clone();
                // A visitor who goes away leaves the question behind; its place is free when it has ended.
                let answering = tokio::spawn(async move {
                    let _place = place;
                    answer(store, asked).await
                });
                match answering.await {
                    Ok(Ok(table)) => (StatusCode::OK, Some(shown(table)), None),
                    Ok(Err(Refusal::Theirs(why))) => (StatusCode::BAD_REQUEST, None, Some(why)),
                    Ok(Err(Refusal::Ours(why))) => return unreadable(&site, &why),
                    Err(error) => return unreadable(&site, &error.to_string()),
                }
            }
        }
    };
    let examples = VIEWS.iter().filter_map(|view| Some(Example { view: view.name, sql: view.example()? })).collect();
    let page = Sql { sql, answer, refusal, examples, rows: LIMITS.rows, seconds: TIME.as_secs() };
    render::page(&site, status, "sql.html", None, page)
}

enum Refusal {
    /// The statement's fault.
    Theirs(String),
    Ours(String),
}

/// On a connection of its own, which ends with the question.
async fn answer(path: PathBuf, sql: String) -> Result<Table, Refusal> {
    let (tell, told) = oneshot::channel::<Interrupt>();
    let mut work = tokio::task::spawn_blocking(move || -> Result<Table, ResultsError> {
        let store = Store::open_guarded(&path, &LIMITS)?;
        // Nobody waits for it any more where this fails.
        let _ = tell.send(store.interrupt());
        store.answer(&sql, &LIMITS)
    });
    let outcome = match tokio::time::timeout(TIME, &mut work).await {
        Ok(outcome) => outcome,
        Err(_) => {
            let interrupt = told.await.ok();
            loop {
                if let Some(interrupt) = &interrupt {
                    interrupt.now();
                }
                if let Ok(outcome) = tokio::time::timeout(AGAIN, &mut work).await {
                    break match outcome {
                        Ok(Err(ResultsError::Sql { .. })) => {
                            let limit = TIME.as_secs();
                            return Err(Refusal::Theirs(format!("it took longer than {limit} s and was ended")));
                        }
                        other => other,
                    };
                }
            }
        }
    };
    match outcome {
        Ok(Ok(table)) => Ok(table),
        Ok(Err(error @ (ResultsError::Sql { .. } | ResultsError::NotAQuestion { .. }))) => {
            Err(Refusal::Theirs(error.to_string()))
        }
        Ok(Err(error)) => Err(Refusal::Ours(error.to_string())),
        Err(error) => Err(Refusal::Ours(error.to_string())),
    }
}

fn shown(table: Table) -> Answer {
    let rows = table.rows.into_iter().map(|row| row.into_iter().map(cell).collect()).collect();
    Answer { columns: table.columns, rows, cut: table.cut }
}

fn cell(value: Value) -> Cell {
    let (number, null) = (value.is_number(), value.is_null());
    let text = match value {
        Value::Null => String::new(),
        Value::String(text) => text,
        other => other.to_string(),
    };
    let text = match text.char_indices().nth(CELL) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    };
    Cell { text, number, null }
}
