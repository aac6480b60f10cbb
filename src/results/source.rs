//! Which Parquet files make up which table of the store.

use crate::artifact::{
    self, ArtifactError, Backtest, Candidate, Change, Column, History, Lake, LedgerRow, ParameterRow, RealismRow, Run,
    ScenarioRow, Shadow, Stamped, StrategyRow, Table, Trial,
};
use std::path::{Path, PathBuf};

/// One table of the store and what it is loaded from.
#[derive(Debug)]
pub(crate) struct Source {
    pub table: &'static str,
    pub grain: &'static str,
    pub columns: Vec<Column>,
    pub files: Vec<PathBuf>,
    /// Rows in all files together.
    pub rows: usize,
}

/// Every table, with files that were recognised as ours and of this schema version.
pub(crate) fn all(data_dir: &Path) -> Result<Vec<Source>, ArtifactError> {
    let lake = Lake::new(data_dir);
    Ok(vec![
        latest::<StrategyRow>(data_dir)?,
        latest::<ParameterRow>(data_dir)?,
        latest::<ScenarioRow>(data_dir)?,
        history::<Backtest>(&lake)?,
        history::<Trial>(&lake)?,
        history::<Candidate>(&lake)?,
        history::<Change>(&lake)?,
        history::<Run>(&lake)?,
        latest::<RealismRow>(data_dir)?,
        latest::<LedgerRow>(data_dir)?,
        history::<Shadow>(&lake)?,
    ])
}

/// The data directory's table as the last stage left it; a stage that has not run yet left nothing.
fn latest<R: Table>(data_dir: &Path) -> Result<Source, ArtifactError> {
    let path = artifact::path::<R>(data_dir);
    match artifact::count_file::<R>(&path) {
        Ok(rows) => Ok(source::<R>(vec![path], rows)),
        Err(error) if error.is_missing() => Ok(source::<R>(Vec::new(), 0)),
        Err(error) => Err(error),
    }
}

fn history<R: History>(lake: &Lake) -> Result<Source, ArtifactError> {
    let mut rows = 0;
    let mut files = Vec::new();
    for file in lake.files::<R>()? {
        rows += artifact::count_file::<Stamped<R>>(&file.path)?;
        files.push(file.path);
    }
    Ok(source::<Stamped<R>>(files, rows))
}

fn source<R: Table>(files: Vec<PathBuf>, rows: usize) -> Source {
    Source { table: R::NAME, grain: R::GRAIN.trim(), columns: R::columns(), files, rows }
}
