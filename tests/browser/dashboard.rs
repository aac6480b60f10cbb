//! The dashboard in a real browser.

use super::Browser;
use crate::cli::dashboard::{Dashboard, percent};
use crate::harness::{MOMENTUM, Project};
use serde_json::json;

const HOSTILE: &str = "class HostileBot:\n    def __init__(self, period=5):\n        self.period = period\n\n    \
     def on_bar(self, bar):\n        if bar.close < 0:\n            return 'buy'\n        raise ValueError('</script><img src=x onerror=alert(1)><script>alert(2)</script>')\n";

/// Two strategies that run and one whose failure wants to be markup, after two iterations; one value was changed.
fn project() -> Project {
    let project = Project::small();
    project.write("strategies/again.py", MOMENTUM.replace("MomentumTrader", "AgainTrader").replace("=20", "=10"));
    project.write("strategies/hostile.py", HOSTILE);
    project.ok(&["iterate", "--quiet"]);
    project.ok(&["apply", "--strategy", "momentum_trader", "--set", "lookback_period=23", "--quiet"]);
    project.ok(&["iterate", "--quiet"]);
    project
}

#[test]
fn the_dashboard_shows_charts_sorts_and_moves() {
    let Some(mut browser) = Browser::start() else { return };
    let project = project();
    let dashboard = Dashboard::start(&project, &[], &[]);
    let home = format!("http://{}/", dashboard.address);
    browser.screen(1280, 900, false);
    browser.open(&home);
    browser.wait_for("document.querySelector('[data-live=headline]').textContent.includes('is complete')");
    assert_eq!(browser.complaints(), Vec::<String>::new());
    let foreign: Vec<String> = browser.requests().into_iter().filter(|url| !url.starts_with(&home)).collect();
    assert_eq!(foreign, Vec::<String>::new());
    assert_eq!(browser.evaluate("document.querySelectorAll('img, iframe, object').length"), 0);
    for kind in ["heat", "bars", "sparkline"] {
        let marks = format!("document.querySelectorAll('svg.{kind} path, svg.{kind} rect, svg.{kind} circle').length");
        let marks = browser.evaluate(&marks).as_u64().unwrap();
        assert!(marks > 3, "{kind} has {marks} marks");
    }

    // By keyboard: the first press puts the most trades on top, the second the fewest.
    let head =
        "[...document.querySelectorAll('#leaderboard-standard th')].find((th) => th.textContent.startsWith('Trades'))";
    let column = format!(
        "[...document.querySelectorAll('#leaderboard-standard tbody tr')].map((tr) => Number(tr.cells[{head}.cellIndex].textContent))"
    );
    let numbers = |browser: &mut Browser| -> Vec<f64> {
        browser.evaluate(&column).as_array().unwrap().iter().map(|value| value.as_f64().unwrap()).collect()
    };
    browser.evaluate(&format!("{head}.querySelector('button').focus()"));
    browser.press("Enter");
    let falling = numbers(&mut browser);
    assert!(falling.len() == 3 && falling.is_sorted_by(|a, b| a >= b) && falling[0] > falling[2], "{falling:?}");
    browser.press("Enter");
    assert_eq!(browser.evaluate(&format!("{head}.getAttribute('aria-sort')")), "ascending");
    assert!(numbers(&mut browser).is_sorted());

    // An iteration in another process: the feed moves, and the page is renewed where the reader left it.
    browser.evaluate("document.getElementById('scenarios-bootstrap').open = true");
    browser.evaluate("window.untouched = true");
    let edition = browser.evaluate("document.body.dataset.edition");
    let mut child = project.command(&["iterate", "--quiet"]).spawn().unwrap();
    browser.wait_for("document.querySelector('[data-live=headline]').textContent.includes('Iteration 3 is running')");
    browser.wait_for(
        "document.querySelector('.stages .done') !== null && document.querySelector('.stages .running') !== null",
    );
    browser.wait_for("/^\\d+ of \\d+ /.test(document.querySelector('[data-live=count]').textContent)");
    browser.look("dashboard-running");
    browser.wait_for("document.querySelector('[data-live=headline]').textContent.includes('Iteration 3 is complete')");
    assert!(child.wait().unwrap().success());
    browser.wait_for(&format!("document.body.dataset.edition !== {edition}"));
    assert_eq!(browser.evaluate("window.untouched"), true);
    assert_eq!(browser.evaluate("document.getElementById('scenarios-bootstrap').open"), true);
    assert_eq!(browser.evaluate(&format!("{head}.getAttribute('aria-sort')")), "ascending");
    assert!(numbers(&mut browser).is_sorted());
    let said = browser.evaluate("document.querySelector('.feed').textContent");
    assert!(said.as_str().unwrap().contains("Iteration 3") && said.as_str().unwrap().contains("<img src=x"), "{said}");
    assert_eq!(browser.evaluate("document.querySelectorAll('img').length"), 0);
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

#[test]
fn every_page_of_the_dashboard_fits_a_phone_and_the_dark() {
    let Some(mut browser) = Browser::start() else { return };
    let project = project();
    let dashboard = Dashboard::start(&project, &[], &[]);
    let sql = percent("SELECT strategy_name, market_scenario, sharpe_ratio, failure_message FROM backtest_results");
    for (page, path) in [
        ("overview", "/".to_owned()),
        ("strategy", "/strategy?name=momentum_trader".to_owned()),
        ("hostile", "/strategy?name=hostile_bot".to_owned()),
        ("sql", format!("/sql?sql={sql}")),
        ("nothing", "/nowhere".to_owned()),
    ] {
        for (name, width, dark) in
            [("desktop", 1280, false), ("phone", 390, false), ("phone-dark", 390, true), ("desktop-dark", 1280, true)]
        {
            browser.screen(width, 844, dark);
            browser.open(&format!("http://{}{path}", dashboard.address));
            browser.wait_for("document.querySelector('[data-live=state]').textContent === 'complete'");
            browser.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })");
            assert_eq!(browser.overflow(), 0, "{page} {name}");
            let paper = browser.evaluate("getComputedStyle(document.body).backgroundColor");
            assert_eq!(paper == "rgb(255, 255, 255)", !dark, "{page} {name}: {paper}");
            let ink = browser.evaluate("getComputedStyle(document.body).color");
            assert_ne!(ink, paper);
            let expected = if page == "nothing" { 1 } else { 0 };
            // A page that is not there is an error to the console.
            assert_eq!(browser.complaints().len(), expected, "{page} {name}: {:?}", browser.complaints());
            assert_eq!(browser.evaluate("document.querySelectorAll('img, iframe, object').length"), json!(0));
            browser.look(&format!("dashboard-{page}-{name}"));
        }
    }
    browser.open(&format!("http://{}/strategy?name=momentum_trader", dashboard.address));
    let marks = "document.querySelectorAll('svg.forest circle, svg.lines path.line').length";
    assert!(browser.evaluate(marks).as_u64().unwrap() > 3);
    let told = browser.evaluate("document.querySelector('#content').textContent");
    let told = told.as_str().unwrap();
    assert!(told.contains("lookback_period: 20 → 23") && told.contains("by hand"), "{told}");
}
