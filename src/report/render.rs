use super::Report;
use minijinja::value::{Serde, Value};
use minijinja::{Environment, Error};

/// The template or a value in it is broken: a fault of this program, never of the user.
pub type RenderError = Error;

/// One self-contained page. Everything from scanned code is escaped.
///
/// # Errors
/// A template that does not render.
pub fn html(report: &Report) -> Result<String, RenderError> {
    let mut environment = Environment::new();
    environment.set_auto_escape_callback(|_| minijinja::AutoEscape::Html);
    environment.add_filter("number", number);
    environment.add_filter("percent", percent);
    environment.add_template("backtest_types.html", include_str!("backtest_types.html"))?;
    environment.add_template("report.html", include_str!("report.html"))?;
    environment.get_template("report.html")?.render(Value::from(Serde(report)))
}

/// The same model, for programs.
///
/// # Errors
/// A number JSON cannot hold.
pub fn json(report: &Report) -> Result<String, serde_json::Error> {
    serde_json::to_string_pretty(report).map(|text| text + "\n")
}

fn number(value: Option<f64>, digits: Option<usize>) -> String {
    value.map_or_else(|| "–".to_owned(), |value| format!("{value:.*}", digits.unwrap_or(2)))
}

fn percent(value: Option<f64>) -> String {
    value.map_or_else(|| "–".to_owned(), |value| format!("{:.1}%", value * 100.0))
}
