//! The server on a store whose every text wants to be markup.

use super::serve::router;
use super::site::Site;
use super::watch::Watcher;
use super::{Token, render};
use crate::artifact::tests as sample;
use crate::artifact::{self, Change, ChangeDecision, Decision, Json, Lake, Micros, RunOutcome, Stamp, StrategyRow};
use crate::results;
use crate::stage::journal_file;
use serde_json::json;
use std::fs;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::sync::watch;

const HOSTILE: [&str; 4] =
    ["<img src=x onerror=alert(1)>", "\"><script>alert(1)</script>", "'; DROP TABLE runs; --", "</title></svg>&lt;b>"];

fn store(dir: &Path) -> PathBuf {
    dir.join("continuous_training.duckdb")
}

fn stamp(run: &str) -> Stamp {
    Stamp { run_id: run.to_owned(), timestamp: Micros(1_704_067_200_000_000 + run.len() as i64) }
}

/// Every name, reason, message, place and difference is hostile.
fn fill(dir: &Path, run: &str) {
    let (lake, nothing) = (Lake::new(dir), json!(null));
    let mut strategies: Vec<StrategyRow> = Vec::new();
    let (mut backtests, mut candidates, mut changes) = (Vec::new(), Vec::new(), Vec::new());
    for (index, text) in HOSTILE.into_iter().enumerate() {
        let mut strategy = sample::strategy(text);
        strategy.class_name = text.to_owned();
        strategy.path = text.to_owned();
        strategy.reason = text.to_owned();
        strategies.push(strategy.into());
        backtests.push(sample::backtest(text, text, 0.5 + index as f64));
        let mut failed = sample::backtest(text, "bull", 1.0);
        failed.outcome = RunOutcome::Raised;
        failed.failure_kind = Some("raised".into());
        failed.failure_message = Some(format!("ValueError: {text}"));
        for (value, reason) in [
            (&mut failed.sharpe_ratio, &mut failed.sharpe_ratio_reason),
            (&mut failed.total_return, &mut failed.total_return_reason),
            (&mut failed.final_equity, &mut failed.final_equity_reason),
        ] {
            *value = None;
            *reason = Some("raised".into());
        }
        backtests.push(failed);
        let mut candidate = sample::candidate(text, Decision::Promote, Some(0.2));
        candidate.reason = text.to_owned();
        for condition in &mut candidate.conditions.0 {
            condition.note = text.to_owned();
        }
        candidates.push(candidate);
        let mut change: Change = sample::change(&format!("{run}{index}"), ChangeDecision::Applied);
        change.strategy_name = text.to_owned();
        change.reason = text.to_owned();
        change.path = text.to_owned();
        change.diff = format!("-{text}\n+{text}\n");
        change.parameter = text.to_owned();
        change.old_value = Json(crate::strategy::Value::Str(text.to_owned()));
        changes.push(change);
    }
    artifact::write(dir, &strategies, &nothing).unwrap();
    lake.append(&stamp(run), &backtests, &nothing).unwrap();
    lake.append(&stamp(run), &candidates, &nothing).unwrap();
    lake.append(&stamp(run), &changes, &nothing).unwrap();
    lake.append(&stamp(run), &[sample::run(1)], &nothing).unwrap();
}

/// A server on `dir`; it ends with what is returned.
fn serve(dir: &Path, token: Option<Token>) -> (tokio::runtime::Runtime, SocketAddr) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let (_, live) = watch::channel(Arc::new(Watcher::new(dir, store(dir)).look()));
    let (_, ending) = watch::channel(false);
    let site = Site::new(store(dir), token, render::environment().unwrap(), live, ending);
    let address = runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(axum::serve(super::connection::Counted::new(listener), router(Arc::new(site))).into_future());
        address
    });
    (runtime, address)
}

fn get(address: SocketAddr, path: &str) -> (u16, String) {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    write!(stream, "GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n").unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    let answer = String::from_utf8_lossy(&answer).into_owned();
    let status = answer.split(' ').nth(1).unwrap().parse().unwrap();
    (status, answer)
}

fn percent(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

#[test]
fn nothing_from_outside_ever_becomes_markup() {
    let dir = tempfile::tempdir().unwrap();
    fill(dir.path(), "r1");
    fill(dir.path(), "r12");
    results::publish(dir.path(), &store(dir.path())).unwrap();
    let (_runtime, address) = serve(dir.path(), None);
    let mut pages = vec!["/".to_owned(), "/nowhere/%3Cscript%3Ealert(1)%3C/script%3E".to_owned()];
    for text in HOSTILE {
        pages.push(format!("/strategy?name={}", percent(text)));
        let literal = text.replace('\'', "''");
        pages.push(format!("/sql?sql={}", percent(&format!("SELECT '{literal}' AS a"))));
        pages.push(format!("/sql?sql={}", percent(text)));
        pages.push(format!("/strategy?name={}", percent(&format!("{text}unknown"))));
    }
    for page in pages {
        let (status, text) = get(address, &page);
        assert!([200, 400, 404].contains(&status), "{page}: {text}");
        assert!(text.contains("<main id=\"content\">"), "{page}");
        // Escaped it has neither an angle bracket nor a quote of its own.
        for markup in ["<img src=x", "<script>alert", "\"><script", "</title></svg>"] {
            assert!(!text.contains(markup), "{page} has {markup}:\n{text}");
        }
        // Two scripts, and both are files.
        assert_eq!(text.matches("<script").count(), 2, "{page}");
    }
    let (_, overview) = get(address, "/");
    assert!(overview.contains("&lt;img src=x onerror=alert(1)&gt;"), "{overview}");
    assert!(overview.contains("<svg class=\"chart heat\""), "{overview}");
    let (status, strategy) = get(address, &format!("/strategy?name={}", percent(HOSTILE[0])));
    assert_eq!(status, 200);
    for told in ["ValueError: &lt;img", "Every condition behind it", "+&lt;img src=x"] {
        assert!(strategy.contains(told), "{told} is missing in\n{strategy}");
    }
    // And the store is whole.
    let (_, answer) = get(address, &format!("/sql?sql={}", percent("SELECT 'rows ' || count(*) AS n FROM runs")));
    assert!(answer.contains("rows 2"), "{answer}");
}

#[test]
fn a_store_that_is_replaced_under_its_readers_is_read_anew() {
    let dir = tempfile::tempdir().unwrap();
    let (_runtime, address) = serve(dir.path(), None);
    let (status, page) = get(address, "/");
    assert!(status == 200 && page.contains("No results yet") && page.contains("cbt iterate"), "{page}");
    fill(dir.path(), "r1");
    results::publish(dir.path(), &store(dir.path())).unwrap();
    let done = AtomicBool::new(false);
    let question = format!("/sql?sql={}", percent("SELECT 'seen ' || count(*) AS n FROM runs"));
    std::thread::scope(|scope| {
        let readers: Vec<_> = (0..2)
            .map(|_| {
                scope.spawn(|| {
                    let mut read = 0;
                    while !done.load(Ordering::Relaxed) {
                        for path in ["/", &question, &format!("/strategy?name={}", percent(HOSTILE[0]))] {
                            let (status, page) = get(address, path);
                            // The SQL page may have its hands full.
                            assert!(status == 200 || (status == 503 && path == question), "{status} {page}");
                            read += 1;
                        }
                    }
                    read
                })
            })
            .collect();
        for round in 0..20 {
            fill(dir.path(), &format!("r1{}", "x".repeat(round + 1)));
            results::publish(dir.path(), &store(dir.path())).unwrap();
        }
        done.store(true, Ordering::Relaxed);
        for reader in readers {
            assert!(reader.join().unwrap() > 0);
        }
    });
    let (_, page) = get(address, "/");
    assert!(page.contains("<b>21</b>iterations kept"), "{page}");
    let (_, answer) = get(address, &question);
    assert!(answer.contains("seen 21"), "{answer}");
    fs::remove_file(store(dir.path())).unwrap();
    assert!(get(address, "/").1.contains("No results yet"));
}

#[test]
fn a_damaged_store_and_a_damaged_journal_are_told_of() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(store(dir.path()), "no database").unwrap();
    fs::write(journal_file(dir.path()), "{\"at\":1").unwrap();
    let (_runtime, address) = serve(dir.path(), None);
    let (status, page) = get(address, "/");
    assert!(status == 500 && page.contains("The store does not answer"), "{page}");
    let (status, page) = get(address, "/sql?sql=SELECT%201");
    assert!(status == 500 && page.contains("cannot be opened"), "{page}");
}
