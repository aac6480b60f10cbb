//! The server as another process, over plain HTTP.

use crate::harness::{MOMENTUM, Project};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

pub struct Dashboard {
    child: Child,
    pub address: SocketAddr,
}

pub struct Answer {
    pub status: u16,
    pub head: String,
    pub body: String,
}

impl Dashboard {
    pub fn start(project: &Project, args: &[&str], variables: &[(&str, &str)]) -> Self {
        let mut command = project.command(&[&["dashboard", "--port", "0", "--json"], args].concat());
        let mut child = command.envs(variables.iter().copied()).stdout(Stdio::piped()).spawn().unwrap();
        let mut text = String::new();
        let mut lines = BufReader::new(child.stdout.take().unwrap());
        while !text.ends_with("}\n") {
            assert!(lines.read_line(&mut text).unwrap() > 0, "it ended after {text:?}");
        }
        let told: serde_json::Value = serde_json::from_str(&text).unwrap();
        let port = u16::try_from(told["port"].as_u64().unwrap()).unwrap();
        let address = SocketAddr::from(([127, 0, 0, 1], port));
        Self { child, address }
    }

    pub fn get(&self, path: &str) -> Answer {
        self.ask(&format!("GET {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n", self.address))
    }

    fn ask(&self, request: &str) -> Answer {
        let mut stream = TcpStream::connect(self.address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = Vec::new();
        // Who was refused may be hung up on while he still writes.
        let _ = stream.read_to_end(&mut answer);
        let answer = String::from_utf8_lossy(&answer).into_owned();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap_or((&answer, ""));
        let status = head.split(' ').nth(1).unwrap_or_else(|| panic!("{request}: {head}")).parse().unwrap();
        Answer { status, head: head.to_lowercase(), body: body.to_owned() }
    }

    /// The feed, from `last` on.
    fn events(&self, last: Option<&str>) -> Events {
        let mut stream = TcpStream::connect(self.address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
        let last = last.map_or_else(String::new, |id| format!("Last-Event-ID: {id}\r\n"));
        write!(stream, "GET /events HTTP/1.1\r\nHost: localhost\r\n{last}\r\n").unwrap();
        Events(BufReader::new(stream))
    }
}

impl Drop for Dashboard {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

struct Events(BufReader<TcpStream>);

#[derive(Debug, Default)]
struct Event {
    name: String,
    id: String,
    data: String,
    retry: String,
}

impl Events {
    /// The next event; lines of the chunked transfer are none of it.
    fn next(&mut self) -> Event {
        let mut event = Event::default();
        loop {
            let mut line = String::new();
            assert!(self.0.read_line(&mut line).unwrap() > 0, "the feed ended");
            let line = line.trim_end_matches(['\r', '\n']);
            let field = |name: &str| line.strip_prefix(&format!("{name}: ")).map(str::to_owned);
            if let Some(name) = field("event") {
                event.name = name;
            } else if let Some(id) = field("id") {
                event.id = id;
            } else if let Some(data) = field("data") {
                event.data = data;
            } else if let Some(retry) = field("retry") {
                event.retry = retry;
            } else if line.is_empty() && !(event.data.is_empty() && event.retry.is_empty()) {
                return event;
            }
        }
    }

    fn json(&mut self) -> (Event, serde_json::Value) {
        loop {
            let event = self.next();
            if !event.data.is_empty() {
                let data = serde_json::from_str(&event.data).unwrap();
                return (event, data);
            }
        }
    }
}

pub fn percent(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

const CHEAP: &str = "stages: [discover, generate-scenarios, backtest, report]\n\
                     overrides: {backtest_types: {walk_forward: {enabled: false}, monte_carlo: {enabled: false}, bootstrap: {enabled: false}}}\n";

fn iterated() -> Project {
    let project = Project::small();
    project.write("cheap.yaml", CHEAP);
    project.ok(&["iterate", "--pipeline", "cheap.yaml", "--quiet"]);
    project
}

#[test]
fn every_answer_is_guarded_and_nothing_but_questions_is_heard() {
    let project = Project::small();
    let dashboard = Dashboard::start(&project, &[], &[]);
    let host = dashboard.address.to_string();
    let pages = ["/", "/sql", "/strategy?name=x", "/nowhere", "/assets/dashboard.js", "/assets/../Cargo.toml"];
    for path in pages {
        let answer = dashboard.get(path);
        for header in [
            "content-security-policy: default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; \
             connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
            "x-content-type-options: nosniff",
            "referrer-policy: no-referrer",
            "x-frame-options: deny",
            "cache-control: no-store",
            "cross-origin-resource-policy: same-origin",
        ] {
            assert!(answer.head.contains(header), "{path} has no {header}:\n{}", answer.head);
        }
        assert!(!answer.body.contains(" style=") && !answer.body.contains(" onclick="), "{path}");
        assert!(!answer.head.contains("access-control-allow"), "{path}");
    }
    for (request, status) in [
        (format!("GET / HTTP/1.1\r\nHost: evil.example:{}\r\n", dashboard.address.port()), 421),
        ("GET / HTTP/1.1\r\nHost: 127.0.0.1.evil.example\r\n".to_owned(), 421),
        ("GET / HTTP/1.1\r\nHost: 192.168.0.1\r\n".to_owned(), 421),
        ("GET / HTTP/1.0\r\n".to_owned(), 421),
        (format!("GET http://evil.example/ HTTP/1.1\r\nHost: {host}\r\n"), 421),
        ("GET / HTTP/1.1\r\nHost: LOCALHOST:1\r\n".to_owned(), 200),
        ("GET / HTTP/1.1\r\nHost: [::1]\r\n".to_owned(), 200),
        (format!("HEAD / HTTP/1.1\r\nHost: {host}\r\n"), 200),
        (format!("POST /sql HTTP/1.1\r\nHost: {host}\r\nContent-Length: 0\r\n"), 405),
        (format!("DELETE / HTTP/1.1\r\nHost: {host}\r\n"), 405),
        (format!("OPTIONS / HTTP/1.1\r\nHost: {host}\r\nOrigin: http://evil.example\r\n"), 405),
        (format!("GET / HTTP/1.1\r\nHost: {host}\r\nContent-Length: 999999999\r\n"), 413),
        (format!("GET / HTTP/1.1\r\nHost: {host}\r\nTransfer-Encoding: chunked\r\n"), 413),
        (format!("GET /sql?sql={} HTTP/1.1\r\nHost: {host}\r\n", "x".repeat(20_000)), 414),
        (format!("GET /sql?sql=SELECT HTTP/1.1\r\nHost: {host}\r\nSec-Fetch-Site: cross-site\r\n"), 403),
        (format!("GET /sql?sql=SELECT HTTP/1.1\r\nHost: {host}\r\nSec-Fetch-Site: same-site\r\n"), 403),
        (format!("GET / HTTP/1.1\r\nHost: {host}\r\nSec-Fetch-Site: cross-site\r\n"), 200),
    ] {
        let answer = dashboard.ask(&format!("{request}Connection: close\r\n\r\n"));
        assert_eq!(answer.status, status, "{request}: {}{}", answer.head, answer.body);
    }
    // No store yet: it says what to do.
    assert!(dashboard.get("/").body.contains("cbt iterate"));
    assert!(dashboard.get("/sql").body.contains("cbt iterate"));
    // It looked, and left nothing.
    assert_eq!(project.files("data"), Vec::<String>::new());
}

#[test]
fn beyond_loopback_a_token_is_asked_for() {
    let project = Project::small();
    let refused = |args: &[&str], variables: &[(&str, &str)]| {
        let mut command = project.command(&[&["dashboard", "--port", "0"], args].concat());
        let output = command.envs(variables.iter().copied()).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{args:?}");
        String::from_utf8_lossy(&output.stderr).into_owned()
    };
    assert!(refused(&["--address", "0.0.0.0"], &[]).contains("there is no token"));
    assert!(refused(&["--token-env", "DASH"], &[]).contains("DASH is not set"));
    let short = refused(&["--token-env", "DASH"], &[("DASH", "abcdefgh")]);
    assert!(short.contains("shorter than 16") && !short.contains("abcdefgh"), "{short}");

    let token = "correct-horse-battery";
    let dashboard = Dashboard::start(&project, &["--address", "0.0.0.0", "--token-env", "DASH"], &[("DASH", token)]);
    let ask = |authorization: &str| {
        dashboard.ask(&format!("GET / HTTP/1.1\r\nHost: my.machine:8787\r\n{authorization}Connection: close\r\n\r\n"))
    };
    let none = ask("");
    assert!(none.status == 401 && none.head.contains("www-authenticate: basic"), "{}", none.head);
    assert!(none.head.contains("content-security-policy") && !none.body.contains("<html"), "{}", none.body);
    assert_eq!(ask("Authorization: Bearer wrong-horse-battery\r\n").status, 401);
    assert_eq!(ask("Authorization: Bearer correct-horse-batter\r\n").status, 401);
    assert_eq!(ask(&format!("Authorization: Bearer {token}\r\n")).status, 200);
    // me:correct-horse-battery
    assert_eq!(ask("Authorization: Basic bWU6Y29ycmVjdC1ob3JzZS1iYXR0ZXJ5\r\n").status, 200);
    for path in ["/events", "/sql", "/assets/dashboard.js"] {
        assert_eq!(dashboard.get(path).status, 401, "{path}");
    }
}

#[test]
fn sql_reads_within_limits() {
    let project = iterated();
    let dashboard = Dashboard::start(&project, &[], &[]);
    let ask = |sql: &str| dashboard.get(&format!("/sql?sql={}", percent(sql)));
    let found = ask("SELECT strategy_name, markets_ok FROM leaderboard");
    assert!(found.status == 200 && found.body.contains("<td class=\"\">momentum_trader</td>"), "{}", found.body);
    let many = ask("SELECT range AS i FROM range(100000)");
    assert!(many.body.contains("1000 rows; there are more"), "{}", many.body);
    assert_eq!(many.body.matches("<tr>").count(), 1_001);
    for sql in [
        "DROP TABLE runs",
        "SELECT 1; SELECT 2",
        "SELEC 1",
        "SELECT * FROM read_text('/etc/passwd')",
        "SET threads = 8",
    ] {
        let refused = ask(sql);
        assert!(refused.status == 400 && refused.body.contains("class=\"refusal\""), "{sql}: {}", refused.body);
        assert!(!refused.body.contains("root:"), "{sql}");
    }
    let too_long = ask(&format!("SELECT '{}'", "x".repeat(3_000)));
    assert_eq!(too_long.status, 200);
    let begun = Instant::now();
    let slow = ask("SELECT count(*) FROM range(1000000) a, range(1000000) b WHERE a.range + b.range = 7");
    assert!(slow.status == 400 && slow.body.contains("it took longer than 5 s and was ended"), "{}", slow.body);
    assert!(begun.elapsed() < Duration::from_secs(20), "{:?}", begun.elapsed());
    // Whoever asks too much at once is told to wait, and the pages go on.
    std::thread::scope(|scope| {
        let asked: Vec<_> = (0..6)
            .map(|_| {
                scope.spawn(|| {
                    ask("SELECT count(*) FROM range(1000000) a, range(1000000) b WHERE a.range + b.range = 8").status
                })
            })
            .collect();
        std::thread::sleep(Duration::from_millis(300));
        let begun = Instant::now();
        assert_eq!(dashboard.get("/").status, 200);
        assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
        let statuses: Vec<u16> = asked.into_iter().map(|asked| asked.join().unwrap()).collect();
        assert!(statuses.contains(&503) && statuses.contains(&400), "{statuses:?}");
    });
    assert_eq!(ask("SELECT 1").status, 200);
}

#[test]
fn the_feed_moves_while_an_iteration_runs_in_another_process() {
    let project = iterated();
    // However fast the machine, some of its backtests are there to be seen.
    project.write(
        "strategies/slow.py",
        MOMENTUM
            .replace("MomentumTrader", "SlowTrader")
            .replace("self.closes = []", "self.closes = []; time.sleep(0.02)")
            .replacen("\nclass", "import time\n\n\nclass", 1),
    );
    project.write(
        "strategies/bad.py",
        MOMENTUM.replace("MomentumTrader", "BadTrader").replace("return \"sell\"", "raise ValueError('<b>bad</b>')"),
    );
    let dashboard = Dashboard::start(&project, &[], &[]);
    let mut events = dashboard.events(None);
    let first = events.next();
    assert_eq!(first.retry, "2000");
    let (event, live) = events.json();
    assert_eq!((event.name.as_str(), live["state"].as_str()), ("progress", Some("complete")), "{live}");
    let before = dashboard.get("/").body;
    let mut child = project.command(&["iterate", "--quiet"]).spawn().unwrap();
    let begun = Instant::now();
    let (mut stages, mut counted) = (Vec::new(), 0);
    let (mut editions, mut lines): (Vec<String>, Vec<(String, String)>) = (Vec::new(), Vec::new());
    loop {
        assert!(begun.elapsed() < Duration::from_secs(120), "{stages:?}");
        let (event, data) = events.json();
        match event.name.as_str() {
            "progress" => {
                if let Some(stage) = data["stage"].as_str()
                    && stages.last().is_none_or(|last| last != stage)
                {
                    stages.push(stage.to_owned());
                }
                counted += usize::from(data["progress"]["counting"]["done"].as_u64().is_some_and(|done| done > 0));
                if data["state"] == "complete" && data["progress"]["iteration"] == 2 {
                    break;
                }
            }
            "published" => editions.push(data["edition"].as_str().unwrap().to_owned()),
            "line" => lines.push((event.id, data["text"].as_str().unwrap().to_owned())),
            other => panic!("{other}"),
        }
    }
    assert!(child.wait().unwrap().success());
    // It is looked at four times a second: stages that are shorter may pass unseen, none is seen out of its turn.
    let mut course = ["discover", "generate-scenarios", "backtest", "optimize", "apply", "report"].iter();
    assert!(stages.iter().all(|stage| course.any(|name| name == stage)), "{stages:?}");
    assert!(stages.contains(&"backtest".to_owned()) && counted > 0, "{stages:?}, {counted} counts");
    let said = |text: &str| lines.iter().any(|(_, line)| line.contains(text));
    assert!(said("Iteration 2") && said("bad_trader") && said("<b>bad</b>"), "{lines:?}");
    // Whoever comes back gets what he missed, and the state.
    let middle = lines.iter().rposition(|(id, _)| id.starts_with(&run(&lines))).unwrap() - 1;
    let mut again = dashboard.events(Some(&lines[middle].0));
    let mut missed = Vec::new();
    while missed.is_empty() {
        let (event, data) = again.json();
        match event.name.as_str() {
            "progress" => assert_eq!(data["state"], "complete"),
            "line" => missed.push((event.id, data["text"].as_str().unwrap().to_owned())),
            _ => {}
        }
    }
    assert_eq!(missed[0], lines[middle + 1]);
    let after = dashboard.get("/").body;
    let edition = |page: &str| page.split("data-edition=\"").nth(1).unwrap()[..16].to_owned();
    assert_ne!(edition(&before), edition(&after));
    assert!(editions.contains(&edition(&before)) && after.contains("bad_trader"), "{editions:?}");
}

/// The run that the newest line is of.
fn run(lines: &[(String, String)]) -> String {
    lines.last().unwrap().0.rsplit_once(':').unwrap().0.to_owned()
}

#[test]
fn a_run_that_was_killed_is_known_to_be_dead() {
    let project = iterated();
    let dashboard = Dashboard::start(&project, &[], &[]);
    let mut events = dashboard.events(None);
    let mut child = project.command(&["iterate", "--quiet", "--pipeline", "cheap.yaml"]).spawn().unwrap();
    let until = |events: &mut Events, state: &str| {
        let begun = Instant::now();
        loop {
            assert!(begun.elapsed() < Duration::from_secs(60), "{state} never came");
            let (event, data) = events.json();
            if event.name == "progress" && data["state"] == state {
                return data;
            }
        }
    };
    // The same stages have run here before.
    let running = until(&mut events, "running");
    assert!(running["expected_end"].is_number(), "{running}");
    child.kill().unwrap();
    child.wait().unwrap();
    let dead = until(&mut events, "killed");
    assert_eq!((&dead["expected_end"], &dead["stage"]), (&serde_json::Value::Null, &serde_json::Value::Null));
    project.ok(&["iterate", "--quiet", "--pipeline", "cheap.yaml"]);
    until(&mut events, "complete");
}

#[test]
fn a_signal_ends_it_and_its_feeds() {
    let project = Project::small();
    let mut dashboard = Dashboard::start(&project, &[], &[]);
    let mut events = dashboard.events(None);
    events.json();
    let begun = Instant::now();
    Command::new("kill").arg(dashboard.child.id().to_string()).status().unwrap();
    assert_eq!(dashboard.child.wait().unwrap().code(), Some(0));
    assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
    let taken = project.run(&["dashboard", "--port", "1", "--address", "192.0.2.1", "--token-env", "PATH"]);
    assert!(taken.code == 8 && taken.stderr.contains("cannot listen at 192.0.2.1:1"), "{}", taken.stderr);
}
