//! The lake's `recipes`: what an iteration was made from, so that it can be made again.

use super::table::{History, table};

table! {
    /// One thing that an iteration was made from.
    pub struct RecipeRow {
        /// engine, config, folder, stages, strategies, parameters, market or past.
        ingredient: String,
        /// Which of its kind: a market, a table of the history; empty where there is one.
        name: String,
        /// Its text, or a blake3 of its bytes.
        content: String,
    }
    name: "recipe",
    stage: "iterate",
    version: 1,
    key: ["ingredient", "name"],
    check: check,
}

impl History for RecipeRow {
    const FOLDER: &'static str = "recipes";
}

fn check(row: &RecipeRow) -> Result<(), String> {
    if row.ingredient.is_empty() { Err("ingredient is empty".to_owned()) } else { Ok(()) }
}
