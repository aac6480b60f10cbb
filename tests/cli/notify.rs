//! What an iteration tells people, through commands and webhooks that work and that do not.

use super::shadow::{append, awaiting, bars};
use crate::harness::{MOMENTUM, Project, Ran};
use serde_json::{Value, json};
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

const CHEAP: &str = "stages: [discover, generate-scenarios, backtest]\n\
                     overrides: {backtest_types: {walk_forward: {enabled: false}, monte_carlo: {enabled: false}, bootstrap: {enabled: false}}}\n";

/// What stands in the file that a command of `tee -a` wrote, one payload after the other.
fn told(project: &Project) -> Vec<Value> {
    let text = std::fs::read_to_string(project.path("told.jsonl")).unwrap_or_default();
    serde_json::Deserializer::from_str(&text).into_iter::<Value>().map(Result::unwrap).collect()
}

/// A server that answers each request with `status` and hands over what it got.
fn server(status: &'static str) -> (String, Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let (sender, receiver) = channel();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let request = request(&mut stream.unwrap(), status);
            if sender.send(request).is_err() {
                return;
            }
        }
    });
    (address, receiver)
}

fn request(stream: &mut TcpStream, status: &str) -> String {
    stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    let mut text = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        let read = stream.read(&mut buffer).unwrap();
        text.extend_from_slice(&buffer[..read]);
        let so_far = String::from_utf8_lossy(&text);
        let Some((head, body)) = so_far.split_once("\r\n\r\n") else { continue };
        let length = head.lines().find_map(|line| line.to_lowercase().strip_prefix("content-length: ")?.parse().ok());
        if read == 0 || body.len() >= length.unwrap_or(0) {
            let answer = format!(
                "HTTP/1.1 {status}\r\nContent-Length: 0\r\nLocation: http://127.0.0.1:1/\r\nConnection: close\r\n\r\n"
            );
            stream.write_all(answer.as_bytes()).unwrap();
            return so_far.into_owned();
        }
    }
}

fn body(request: &str) -> Value {
    serde_json::from_str(request.split_once("\r\n\r\n").unwrap().1).unwrap()
}

fn with(project: &Project, args: &[&str], variables: &[(&str, &str)]) -> Ran {
    let output = project.command(args).envs(variables.iter().copied()).output().unwrap();
    Ran {
        code: output.status.code().unwrap(),
        stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

#[test]
fn a_promotion_and_its_rollback_are_told() {
    let project = awaiting();
    project.configure("notify:\n  - command: [tee, -a, told.jsonl]\n");
    project.write("apply.yaml", "stages: [generate-scenarios, apply]\n");
    let ran = project.ok(&["iterate", "--pipeline", "apply.yaml"]);
    assert!(ran.stderr.contains("Told tee of promotion"), "{}", ran.stderr);
    let promotion = told(&project).remove(0);
    assert_eq!(promotion["schema_version"], 1);
    assert_eq!((&promotion["event"], &promotion["iteration"]), (&json!("promotion"), &json!(1)));
    assert_eq!(promotion["text"], "Iteration 1: holder_trader.side 1 -> 0 applied");
    let change = &promotion["changes"][0];
    assert_eq!(
        (&change["old_value"], &change["new_value"], &change["decision"]),
        (&json!(1), &json!(0), &json!("applied"))
    );
    assert!(change["place"].as_str().unwrap().starts_with("holder.py:"), "{change}");
    // The journal has the line, too.
    assert!(project.read("data/progress.jsonl").contains("Updated holder_trader.side: 1 -> 0"));

    project.ok(&["discover"]);
    append(&project, &bars(100, 120, true));
    // Without a challenger there is nothing to apply; the old value is better on what has come since.
    continuous_backtest::artifact::write::<continuous_backtest::artifact::Candidate>(
        &project.path("data"),
        &[],
        &json!({}),
    )
    .unwrap();
    project.ok(&["iterate", "--pipeline", "apply.yaml"]);
    let all = told(&project);
    let rollback = all.last().unwrap();
    assert_eq!((all.len(), &rollback["event"]), (2, &json!("rollback")), "{all:?}");
    assert_eq!(rollback["text"], "Iteration 2: holder_trader.side 0 -> 1 rolled back");
}

#[test]
fn a_strategy_that_stopped_running_and_an_iteration_that_failed_are_told() {
    let project = Project::small();
    project.write("strategies/second.py", MOMENTUM.replace("MomentumTrader", "SecondTrader"));
    project.write("strategies/third.py", MOMENTUM.replace("MomentumTrader", "ThirdTrader"));
    project.configure("notify:\n  - on: [not_runnable, failed_iteration]\n    command: [tee, -a, told.jsonl]\n");
    project.write("cheap.yaml", CHEAP);
    let cheap = ["iterate", "--pipeline", "cheap.yaml"];
    project.ok(&cheap);
    project.ok(&cheap);
    assert_eq!(told(&project), Vec::<Value>::new(), "all ran, and run still");
    // One raises, one is gone, one is no strategy any more.
    let momentum = MOMENTUM.replace("        self.closes.append(bar.close)", "        raise ValueError('<b>no</b>')");
    project.write("strategies/momentum.py", momentum);
    std::fs::remove_file(project.path("strategies/second.py")).unwrap();
    project.write("strategies/third.py", "class ThirdTrader:\n    def __init__(self, a=1):\n        self.a = a\n");
    let ran = project.ok(&cheap);
    let payload = told(&project).remove(0);
    assert_eq!(payload["event"], "not_runnable", "{}", ran.stderr);
    let seen: Vec<_> = payload["strategies"]
        .as_array()
        .unwrap()
        .iter()
        .map(|strategy| (strategy["strategy"].as_str().unwrap(), strategy["status"].as_str().unwrap()))
        .collect();
    assert_eq!(seen.len(), 3, "{payload}");
    assert_eq!((seen[0], seen[1]), (("momentum_trader", "raised"), ("second_trader", "gone")));
    assert!(seen[2].0 == "third_trader" && seen[2].1 != "runnable", "{payload}");
    // It is told once: the last recorded iteration knows it.
    project.ok(&cheap);
    assert_eq!(told(&project).len(), 1);

    let config = project.read("continuous_backtest_config.yaml").replace("roots: [strategies]", "roots: [nowhere]");
    project.write("continuous_backtest_config.yaml", config);
    let ran = project.run(&cheap);
    assert_eq!(ran.code, 4, "{}", ran.stderr);
    let failed = told(&project).remove(1);
    assert_eq!((&failed["event"], &failed["failure"]["kind"]), (&json!("failed_iteration"), &json!("input")));
    assert!(failed["text"].as_str().unwrap().contains("nowhere"), "{failed}");
    assert!(project.read("data/progress.jsonl").contains("\"status\":\"failed\""));
}

/// A project whose iterations fail at once, which is an event.
fn failing(notify: &str) -> Project {
    let project = Project::small();
    let config = project.read("continuous_backtest_config.yaml").replace("roots: [strategies]", "roots: [nowhere]");
    project.write("continuous_backtest_config.yaml", config + notify);
    project
}

#[test]
fn a_webhook_gets_the_payload_and_its_secrets_from_the_environment() {
    let (address, requests) = server("204 No Content");
    let project = failing("notify:\n  - url_env: HOOK_URL\n    headers_env: {Authorization: HOOK_KEY}\n");
    let url = format!("http://{address}/secret/path");
    let ran = with(&project, &["iterate"], &[("HOOK_URL", url.as_str()), ("HOOK_KEY", "Bearer very-secret")]);
    assert_eq!(ran.code, 4);
    let request = requests.recv_timeout(Duration::from_secs(10)).unwrap();
    assert!(request.starts_with("POST /secret/path HTTP/1.1\r\n"), "{request}");
    let head = request.to_lowercase();
    assert!(
        head.contains("content-type: application/json") && head.contains("authorization: bearer very-secret"),
        "{request}"
    );
    assert_eq!(body(&request)["event"], "failed_iteration");
    assert!(ran.stderr.contains("Told $HOOK_URL of failed_iteration"), "{}", ran.stderr);
    for secret in ["very-secret", "/secret/path"] {
        assert!(!ran.stderr.contains(secret) && !project.read("data/progress.jsonl").contains(secret), "{secret}");
    }
    // Nothing is set: nobody is told, and the names are.
    let ran = with(&project, &["iterate"], &[]);
    assert_eq!(ran.code, 4);
    for name in ["HOOK_URL", "HOOK_KEY"] {
        assert!(ran.stderr.contains(&format!("the environment variable {name} is not set")), "{}", ran.stderr);
    }
    assert!(project.read("data/progress.jsonl").contains("the environment variable HOOK_URL is not set"));
}

#[test]
fn whoever_cannot_be_told_fails_no_iteration() {
    let (broken, broken_requests) = server("500 Oops");
    let (moved, moved_requests) = server("302 Found");
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let nobody = {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        listener.local_addr().unwrap()
    };
    let project = Project::small();
    project.configure(&format!(
        "notify:\n\
         \x20 - {{command: [sh, -c, 'echo it is broken >&2; exit 3']}}\n\
         \x20 - {{command: [sh, -c, 'sleep 100 & sleep 100'], timeout_seconds: 0.5}}\n\
         \x20 - {{command: [no-such-program-anywhere]}}\n\
         \x20 - {{webhook: 'http://{broken}/x?key=hidden'}}\n\
         \x20 - {{webhook: 'http://{moved}/'}}\n\
         \x20 - {{webhook: 'http://{}/', timeout_seconds: 0.5}}\n\
         \x20 - {{webhook: 'http://{nobody}/'}}\n\
         \x20 - {{command: [tee, -a, told.jsonl]}}\n",
        silent.local_addr().unwrap(),
    ));
    project.write("strategies/second.py", MOMENTUM.replace("MomentumTrader", "SecondTrader"));
    project.write("cheap.yaml", CHEAP);
    project.ok(&["iterate", "--pipeline", "cheap.yaml", "--quiet"]);
    project.write("strategies/momentum.py", "X = 1\n");
    let begun = Instant::now();
    let ran = project.ok(&["iterate", "--pipeline", "cheap.yaml", "--quiet"]);
    assert!(begun.elapsed() < Duration::from_secs(30), "{:?}", begun.elapsed());
    for warning in [
        "sh was not told of not_runnable: it ended with exit status: 3: it is broken",
        "sh was not told of not_runnable: it took longer than 0.5 s",
        "no-such-program-anywhere was not told of not_runnable: it cannot be started",
        &format!("http://{broken} was not told of not_runnable: it answered 500"),
        &format!("http://{moved} was not told of not_runnable: it answered 302"),
        &format!("http://{} was not told of not_runnable: it did not answer in time", silent.local_addr().unwrap()),
        &format!("http://{nobody} was not told of not_runnable:"),
    ] {
        assert!(ran.stderr.contains(warning), "{warning} is missing in\n{}", ran.stderr);
        let journal = project.read("data/progress.jsonl");
        assert!(journal.contains(warning), "{warning} is missing in\n{journal}");
    }
    assert!(!ran.stderr.contains("hidden"), "{}", ran.stderr);
    assert_eq!(body(&broken_requests.recv().unwrap())["event"], "not_runnable");
    drop(moved_requests.recv().unwrap());
    // Who stands behind those that cannot be told is told all the same.
    assert_eq!(told(&project).len(), 1);
    assert_eq!(project.json(&["status"])["runs"][0]["status"], "complete");
}
