use crate::artifact::{Shadow, ShadowState};
use crate::report::model;

pub fn shadows(rows: &[Shadow]) -> Vec<model::ShadowRow> {
    rows.iter()
        .map(|row| model::ShadowRow {
            strategy: row.strategy_name.clone(),
            change_run: row.change_run.clone(),
            bars: u64::from(row.bars),
            e_old: row.log_e_old.exp(),
            e_new: row.log_e_new.exp(),
            threshold: row.log_threshold.exp(),
            state: match row.state {
                ShadowState::Watching => "watching",
                ShadowState::OldBetter => "old better",
                ShadowState::NewBetter => "new better",
                ShadowState::Closed => "closed",
                ShadowState::Broken => "broken",
            }
            .to_owned(),
            note: row.note.clone(),
        })
        .collect()
}
