//! The shipped driver for Dask, on a cluster of this machine. Its packages come from PyPI, into a virtual environment of
//! their own that is kept in the cache folder; where they cannot be had, the test says SKIPPED.

use crate::cli::shards;
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::process::Command;

const PACKAGES: [&str; 2] = ["dask==2026.8.0", "distributed==2026.8.0"];
const TABLES: [&str; 5] = ["backtests", "walk_forward", "walk_forward_windows", "distributions", "intervals"];

/// A Python that has them; None where PyPI is out of reach.
fn python() -> Option<PathBuf> {
    let cache = std::env::var_os("XDG_CACHE_HOME").map(PathBuf::from);
    let cache = cache.or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(".cache")))?;
    let folder = cache.join("continuous-backtest/dask");
    let python = folder.join("bin/python");
    let has = || {
        let wanted = format!(
            "import dask.distributed as d; assert d.__version__ == '{}'",
            &PACKAGES[1]["distributed==".len()..]
        );
        Command::new(&python).args(["-c", &wanted]).output().is_ok_and(|ran| ran.status.success())
    };
    if has() {
        return Some(python);
    }
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(folder.parent()?).ok()?;
    let made = Command::new("python3").args(["-m", "venv"]).arg(&folder).output().ok()?;
    let pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--retries", "1", "--timeout", "10"];
    let installed = Command::new(&python).args(pip).args(PACKAGES).output().ok()?;
    (made.status.success() && installed.status.success() && has()).then_some(python)
}

#[test]
fn a_worker_that_is_killed_half_way_costs_nothing_but_time() {
    let Some(python) = python() else {
        eprintln!("SKIPPED: dask could not be installed from PyPI");
        return;
    };
    let project = shards::project();
    project.ok(&["backtest", "--recompute"]);
    let tables = || TABLES.map(|name| project.bytes(&format!("data/{name}.parquet")));
    let alone = tables();
    for name in TABLES {
        std::fs::remove_file(project.path(&format!("data/{name}.parquet"))).unwrap();
    }
    let place = project.path("shards");
    let ran = Command::new(&python)
        .current_dir(project.path(""))
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/dask/one_worker_dies.py"))
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/pipelines"))
        .arg(&place)
        .arg(env!("CARGO_BIN_EXE_cbt"))
        .args(["--config", &project.path("continuous_backtest_config.yaml").to_string_lossy()])
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&ran.stdout);
    assert!(ran.status.success(), "{told}\n{}", String::from_utf8_lossy(&ran.stderr));
    let told: Value = serde_json::from_str(told.lines().last().unwrap()).unwrap();
    assert_eq!(told["killed"].as_array().map(Vec::len), Some(1), "{told}");

    // Every shard once: no two tasks made the same one, and there is a file for each.
    let planned: BTreeSet<&str> = told["planned"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
    let results = told["results"].as_array().unwrap();
    let computed: Vec<&str> =
        results.iter().flat_map(|result| result["computed"].as_array().unwrap()).filter_map(Value::as_str).collect();
    assert_eq!(computed.iter().collect::<BTreeSet<_>>().len(), computed.len(), "a shard was made twice: {told}");
    assert!(computed.iter().all(|id| planned.contains(id)));
    let known: u64 = results.iter().filter_map(|result| result["known"].as_u64()).sum();
    assert_eq!(computed.len() as u64 + known, planned.len() as u64);
    let files: BTreeSet<String> = project
        .files("shards")
        .iter()
        .filter_map(|file| Some(file.rsplit('/').next()?.strip_suffix(".parquet")?.to_owned()))
        .collect();
    assert!(planned.iter().all(|id| files.contains(*id)));
    assert_eq!(told["summary"]["shards"]["misses"], 0, "{told}");
    assert!(alone == tables(), "other bytes than one machine writes");
}
