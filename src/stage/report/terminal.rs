use super::standings;
use crate::report::leaderboard;
use crate::report::model::Standing;
use crate::stage::{Context, Failure};
use serde_json::{Value, json};

/// The leaderboard, for people or programs.
#[derive(Debug)]
pub struct Leaderboard(Vec<Standing>);

/// The leaderboard of the artifacts as they are. Nothing is locked or written.
///
/// # Errors
/// Nothing was discovered yet, or a damaged artifact.
pub fn terminal(context: &Context) -> Result<Leaderboard, Failure> {
    let found = standings(context)?;
    if found.is_empty() {
        return Err(Failure::input("there is nothing to rank yet").hint("`cbt iterate` runs the first iteration"));
    }
    Ok(Leaderboard(found))
}

impl Leaderboard {
    pub fn json(&self) -> Value {
        json!({ "leaderboard": self.0 })
    }

    pub fn text(&self) -> String {
        leaderboard(&self.0)
    }
}
