use super::marks::Marks;
use super::{Record, ask, nothing_yet, unreadable};
use crate::dashboard::charts::{self, Course, Point};
use crate::dashboard::render;
use crate::dashboard::site::Site;
use crate::results::{
    LeaderboardRow, OptimizationImpactRow, RecentActivityRow, ResultsError, ScenarioSummaryRow, Store, questions,
};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Serialize;
use std::sync::Arc;

/// Rows of a list that a page has room for.
const SHOWN: u32 = 1_000;
const EVENTS: u32 = 100;

/// All that the overview shows, as the store has it.
#[derive(Debug, Serialize)]
pub struct Overview {
    /// The badge of numbers over all simulated markets.
    sim: &'static str,
    totals: Option<Record>,
    averages: Vec<Record>,
    /// The standard type first.
    boards: Vec<Board>,
    impact: Vec<OptimizationImpactRow>,
    activity: Vec<RecentActivityRow>,
    runs: Vec<Record>,
    /// Classes that are not run, with the reason.
    not_runnable: Vec<Record>,
    /// Generators outside the bands of real markets.
    outside: Vec<Record>,
    matrix: Option<String>,
    improvement: Option<String>,
}

/// One backtest type.
#[derive(Debug, Serialize)]
struct Board {
    backtest_type: String,
    standings: Vec<Standing>,
    scenarios: Vec<ScenarioSummaryRow>,
}

#[derive(Debug, Serialize)]
struct Standing {
    #[serde(flatten)]
    row: LeaderboardRow,
    /// A chart of its Sharpe ratio from run to run; None with fewer than two.
    course: Option<String>,
}

impl Overview {
    /// # Errors
    /// The store's.
    pub fn read(store: &Store) -> Result<Self, ResultsError> {
        let courses: Vec<Course> = store.ask(questions::COURSES, None)?;
        let points: Vec<Point> = store.ask(questions::MATRIX, None)?;
        let impact = store.optimization_impact(SHOWN)?;
        let strategies: Vec<Record> = store.ask(questions::STRATEGIES, None)?;
        let outside: Vec<Record> = store.ask(questions::REALISM, None)?;
        let marks = Marks::of(&outside);
        let mut averages: Vec<Record> = store.ask(questions::AVERAGES, None)?;
        marks.rows(&mut averages);
        let mut scenarios = store.scenario_summary(SHOWN)?;
        for scenario in &mut scenarios {
            marks.on(&scenario.market_scenario, &mut scenario.badge);
        }
        Ok(Self {
            sim: marks.simulated(),
            totals: store.ask(questions::TOTALS, None)?.pop(),
            averages,
            boards: boards(store.leaderboard(SHOWN)?, &scenarios, &courses),
            activity: store.recent_activity(EVENTS)?,
            runs: store.ask(questions::RUNS, None)?,
            not_runnable: strategies.into_iter().filter(|row| row["status"] != "runnable").collect(),
            outside,
            matrix: charts::matrix(&points),
            improvement: charts::improvement(&impact),
            impact,
        })
    }
}

fn boards(rows: Vec<LeaderboardRow>, scenarios: &[ScenarioSummaryRow], courses: &[Course]) -> Vec<Board> {
    let mut boards: Vec<Board> = Vec::new();
    for row in rows {
        let standard = row.backtest_type == "standard";
        let course = standard.then(|| charts::course_of(courses, &row.strategy_name)).flatten();
        let standing = Standing { course, row };
        match boards.iter_mut().find(|board| board.backtest_type == standing.row.backtest_type) {
            Some(board) => board.standings.push(standing),
            None => boards.push(Board {
                backtest_type: standing.row.backtest_type.clone(),
                scenarios: scenarios
                    .iter()
                    .filter(|scenario| scenario.backtest_type == standing.row.backtest_type)
                    .cloned()
                    .collect(),
                standings: vec![standing],
            }),
        }
    }
    boards.sort_by_key(|board| board.backtest_type != "standard");
    boards
}

/// `GET /`
pub async fn overview(State(site): State<Arc<Site>>) -> Response {
    let reading = Arc::clone(&site);
    match ask(move || reading.published.overview()).await {
        Ok(Some(overview)) => {
            render::page(&site, StatusCode::OK, "overview.html", Some(&overview.name), &*overview.value)
        }
        Ok(None) => nothing_yet(&site),
        Err(why) => unreadable(&site, &why),
    }
}
