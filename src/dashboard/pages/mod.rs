//! One file per page: what it asks the store, and which template shows it.

mod marks;
mod overview;
mod sql;
mod strategy;

pub use overview::{Overview, overview};
pub use sql::sql;
pub use strategy::strategy;

use super::render;
use super::site::Site;
use crate::results::ResultsError;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde_json::{Map, Value};
use std::sync::Arc;

/// A row by its columns' names, for a template.
type Record = Map<String, Value>;

/// Work that waits for the store, where it keeps nobody else waiting.
///
/// # Errors
/// The store's; a fault of this program, in the same words.
async fn ask<T: Send + 'static>(work: impl FnOnce() -> Result<T, ResultsError> + Send + 'static) -> Result<T, String> {
    match tokio::task::spawn_blocking(work).await {
        Ok(answer) => answer.map_err(|error| error.to_string()),
        Err(error) => Err(format!("the dashboard itself failed: {error}")),
    }
}

fn unreadable(site: &Site, why: &str) -> Response {
    render::message(site, StatusCode::INTERNAL_SERVER_ERROR, "The store does not answer", why)
}

fn nothing_yet(site: &Site) -> Response {
    let text = "Run `cbt iterate`: this page fills itself when the first iteration has published its results.";
    render::message(site, StatusCode::OK, "No results yet", text)
}

pub async fn nothing(State(site): State<Arc<Site>>) -> Response {
    render::message(&site, StatusCode::NOT_FOUND, "There is no such page", "The overview has links to all there are.")
}
