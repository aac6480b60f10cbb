//! Any bytes in an artifact's place: its rows, or an error that names the file. The seal is mended first where there is
//! one, so that what lies behind it is reached as well.

use continuous_backtest::artifact::{
    Backtest, Candidate, Change, LedgerRow, MarketBars, ParameterRow, Run, ScenarioRow, Stamped, StrategyRow, Table,
    Trial, count_file, market_bars, read_file,
};
use std::fs;
use std::path::Path;

const MARK: &[u8] = b"blake3:";
const HEX: usize = 64;

fn read<R: Table>(path: &Path) {
    if let Err(error) = read_file::<R>(path) {
        assert!(error.to_string().contains("case.parquet"), "{error}");
    }
    let _ = count_file::<R>(path);
}

pub fn run(bytes: &[u8]) {
    let dir = tempfile::tempdir().expect("a folder for the case");
    for bytes in [bytes.to_vec(), sealed(bytes)] {
        let path = dir.path().join("case.parquet");
        fs::write(&path, &bytes).expect("a writable folder");
        read::<StrategyRow>(&path);
        read::<ParameterRow>(&path);
        read::<ScenarioRow>(&path);
        read::<LedgerRow>(&path);
        read::<Backtest>(&path);
        read::<Stamped<Backtest>>(&path);
        read::<Stamped<Trial>>(&path);
        read::<Stamped<Candidate>>(&path);
        read::<Stamped<Change>>(&path);
        read::<Stamped<Run>>(&path);
        fs::rename(&path, market_bars::path(dir.path())).expect("a writable folder");
        if let Ok(bars) = MarketBars::open(dir.path()) {
            let _ = bars.read_all();
        }
    }
}

/// With the hash that its bytes have, where the place for one is left.
fn sealed(bytes: &[u8]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    let digits = |at: &usize| bytes.get(at + MARK.len()..at + MARK.len() + HEX);
    let marks = (0..bytes.len()).rev().filter(|&at| bytes[at..].starts_with(MARK));
    let place = marks.into_iter().find(|at| digits(at).is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit)));
    if let Some(at) = place {
        let digits = at + MARK.len()..at + MARK.len() + HEX;
        bytes[digits.clone()].fill(b'0');
        let hash = blake3::hash(&bytes).to_hex();
        bytes[digits].copy_from_slice(hash.as_bytes());
    }
    bytes
}
