use super::Browser;
use crate::harness::{MOMENTUM, Project};

/// A second class, and one whose failure and name try to become markup.
const REVERSAL: &str = r#"
class ReversalTrader:
    def __init__(self, window=10, depth=0.02):
        self.window = window
        self.depth = depth
        self.closes = []

    def on_bar(self, bar):
        self.closes.append(bar.close)
        if len(self.closes) <= self.window:
            return "hold"
        mean = sum(self.closes[-self.window:]) / self.window
        return "buy" if bar.close < mean * (1 - self.depth) else "sell"
"#;
const HOSTILE: &str = r#"
class HostileBot:
    def __init__(self, period=5):
        self.period = period

    def on_bar(self, bar):
        if bar.close > 0:
            raise ValueError('</script><img src=x onerror=alert(1)><script>alert(2)</script>')
        return 1
"#;

fn address(project: &Project) -> String {
    let summary = project.json(&["report"]);
    format!("file://{}", summary["html"].as_str().unwrap())
}

fn reported() -> Project {
    let project = Project::small();
    project.write("strategies/reversal.py", REVERSAL);
    project.write("strategies/hostile.py", HOSTILE);
    project.write("strategies/again.py", MOMENTUM.replace("MomentumTrader", "AgainTrader"));
    for stage in ["discover", "generate-scenarios", "backtest", "optimize"] {
        project.ok(&[stage]);
    }
    project
}

#[test]
fn the_report_opens_offline_shows_charts_and_sorts() {
    let Some(mut browser) = Browser::start() else { return };
    let project = reported();
    let address = address(&project);
    browser.screen(1280, 900, false);
    browser.open(&address);
    assert_eq!(browser.requests(), [address.as_str()], "a report asks for nothing but itself");
    assert_eq!(browser.complaints(), Vec::<String>::new());
    // Nothing that was hostile has become an element, and the page's policy is in force.
    assert_eq!(browser.evaluate("document.querySelectorAll('img, iframe, object').length"), 0);
    assert_eq!(browser.evaluate("document.scripts.length"), 1);
    assert_eq!(browser.evaluate("document.body.textContent.includes('<img src=x onerror=alert(1)>')"), true);

    // Charts have marks, and every one of them a name.
    for kind in ["lines", "heat", "scatter", "forest", "sparkline"] {
        let marks = format!("document.querySelectorAll('svg.{kind} path, svg.{kind} rect, svg.{kind} circle').length");
        let marks = browser.evaluate(&marks).as_u64().unwrap();
        assert!(marks > 3, "{kind} has {marks} marks");
    }
    let nameless = "[...document.querySelectorAll('svg')].filter((svg) => !svg.querySelector(':scope > title')?.textContent).length";
    assert_eq!(browser.evaluate(nameless), 0);

    // All of the leaderboard is to be seen without scrolling.
    let wide =
        "(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth)(document.querySelector('#leaderboard .scroll'))";
    assert_eq!(browser.evaluate(wide), 0);

    // Sorting by keyboard: the button has the focus, Enter sorts, Enter again turns round.
    let head =
        "[...document.querySelectorAll('#leaderboard thead th')].find((th) => th.textContent.startsWith('Trades'))";
    browser.evaluate(&format!("{head}.querySelector('button').focus()"));
    let column =
        "[...document.querySelectorAll('#leaderboard tbody tr')].map((tr) => parseFloat(tr.cells[10].textContent))";
    let numbers = |browser: &mut Browser| -> Vec<f64> {
        browser.evaluate(column).as_array().unwrap().iter().filter_map(serde_json::Value::as_f64).collect()
    };
    browser.press("Enter");
    assert_eq!(browser.evaluate(&format!("{head}.getAttribute('aria-sort')")), "ascending");
    let rising = numbers(&mut browser);
    assert!(rising.len() == 4 && rising.is_sorted(), "{rising:?}");
    browser.press("Enter");
    assert_eq!(browser.evaluate(&format!("{head}.getAttribute('aria-sort')")), "descending");
    let falling = numbers(&mut browser);
    assert_eq!(falling, rising.into_iter().rev().collect::<Vec<_>>());
    assert!(falling[0] > falling[3], "all alike would be sorted either way: {falling:?}");

    // A link to a strategy opens its section.
    let open = "document.getElementById('s-momentum_trader').open";
    assert_eq!(browser.evaluate(open), false);
    browser.evaluate("document.querySelector('a[href=\"#s-momentum_trader\"]').click()");
    browser.wait_for(open);
}

#[test]
fn the_report_fits_a_phone_and_the_dark() {
    let Some(mut browser) = Browser::start() else { return };
    let project = reported();
    let address = address(&project);
    for (name, width, dark) in [("phone", 390, false), ("phone-dark", 390, true), ("desktop-dark", 1280, true)] {
        browser.screen(width, 844, dark);
        browser.open(&address);
        browser.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })");
        assert_eq!(browser.overflow(), 0, "{name}");
        let page = browser.evaluate("getComputedStyle(document.body).backgroundColor");
        assert_eq!(page == "rgb(255, 255, 255)", !dark, "{name}: {page}");
        // Ink on paper, in the charts as well.
        let ink = browser.evaluate("getComputedStyle(document.querySelector('svg.lines text')).fill");
        assert_ne!(ink, page, "{name}");
        assert_eq!(browser.complaints(), Vec::<String>::new(), "{name}");
        browser.look(name);
    }
}
