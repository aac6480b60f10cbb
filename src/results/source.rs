//! Which Parquet files make up which table of the store.

use crate::artifact::{
    self, ArtifactError, Backtest, Candidate, Change, Column, DistributionRow, EquityCurveRow, History, IntervalRow,
    Lake, LedgerRow, ParameterRow, Placebo, RealismRow, Run, ScenarioRow, Shadow, Stamped, StrategyRow, Table, Trial,
    WalkForwardRow, WalkForwardWindow,
};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

/// One table of the store and what it is loaded from.
#[derive(Debug)]
pub(crate) struct Source {
    pub table: &'static str,
    pub grain: &'static str,
    pub columns: Vec<Column>,
    pub files: Vec<Listed>,
    /// Files are added to the table run by run; of the others there is one, replaced by each stage.
    pub history: bool,
    /// Files of earlier schema versions may be among them, which lack columns.
    pub mixed: bool,
    count: fn(&Path) -> Result<usize, ArtifactError>,
}

/// A file as the folder shows it, unopened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Listed {
    pub path: PathBuf,
    pub bytes: u64,
    /// Nanoseconds since 1970.
    pub modified: i64,
}

impl Source {
    /// Rows in all of `files`, each recognised as ours, whole, and of this schema version.
    pub(crate) fn count(&self, files: &[Listed]) -> Result<Vec<usize>, ArtifactError> {
        files.iter().map(|file| (self.count)(&file.path)).collect()
    }
}

/// Every table with its files, in the order of the schema.
pub(crate) fn all(data_dir: &Path) -> Result<Vec<Source>, ArtifactError> {
    let lake = Lake::new(data_dir);
    Ok(vec![
        latest::<StrategyRow>(data_dir)?,
        latest::<ParameterRow>(data_dir)?,
        latest::<ScenarioRow>(data_dir)?,
        history::<Backtest>(&lake)?,
        history::<WalkForwardRow>(&lake)?,
        history::<WalkForwardWindow>(&lake)?,
        history::<DistributionRow>(&lake)?,
        history::<IntervalRow>(&lake)?,
        latest::<EquityCurveRow>(data_dir)?,
        history::<Trial>(&lake)?,
        history::<Candidate>(&lake)?,
        history::<Change>(&lake)?,
        history::<Run>(&lake)?,
        latest::<RealismRow>(data_dir)?,
        latest::<LedgerRow>(data_dir)?,
        history::<Shadow>(&lake)?,
        history::<Placebo>(&lake)?,
    ])
}

/// The data directory's table as the last stage left it; a stage that has not run yet left nothing.
fn latest<R: Table>(data_dir: &Path) -> Result<Source, ArtifactError> {
    let path = artifact::path::<R>(data_dir);
    let files = match look(&path) {
        Ok(listed) => vec![listed],
        Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
        Err(error) => return Err(ArtifactError::io(&path, R::NAME, "look at", error)),
    };
    Ok(source::<R>(files, false))
}

fn history<R: History>(lake: &Lake) -> Result<Source, ArtifactError> {
    let listed = lake
        .files::<R>()?
        .into_iter()
        .map(|file| look(&file.path).map_err(|error| ArtifactError::io(&file.path, R::FOLDER, "look at", error)));
    Ok(source::<Stamped<R>>(listed.collect::<Result<_, _>>()?, true))
}

fn source<R: Table>(files: Vec<Listed>, history: bool) -> Source {
    let count = artifact::count_file::<R>;
    Source {
        table: R::NAME,
        grain: R::GRAIN.trim(),
        columns: R::columns(),
        files,
        history,
        mixed: !R::ADDED.is_empty(),
        count,
    }
}

fn look(path: &Path) -> io::Result<Listed> {
    let data = fs::metadata(path)?;
    let modified = data.modified()?.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_nanos());
    Ok(Listed { path: path.to_path_buf(), bytes: data.len(), modified: i64::try_from(modified).unwrap_or(i64::MAX) })
}
