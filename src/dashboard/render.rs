//! Templates. Everything that comes from the store, the journal or the visitor is escaped; charts escape their own text
//! and are the only markup that is taken as it is.

use super::site::Site;
use super::watch::Live;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use chrono::DateTime;
use minijinja::value::{Serde, Value};
use minijinja::{AutoEscape, Environment, Error};
use serde::Serialize;
use std::fmt::Write;

const TEMPLATES: [(&str, &str); 7] = [
    ("layout.html", include_str!("templates/layout.html")),
    ("live.html", include_str!("templates/live.html")),
    ("conditions.html", include_str!("templates/conditions.html")),
    ("overview.html", include_str!("templates/overview.html")),
    ("strategy.html", include_str!("templates/strategy.html")),
    ("sql.html", include_str!("templates/sql.html")),
    ("message.html", include_str!("templates/message.html")),
];

/// # Errors
/// A template that does not parse: a fault of this program.
pub fn environment() -> Result<Environment<'static>, Error> {
    let mut environment = Environment::new();
    environment.set_auto_escape_callback(|_| AutoEscape::Html);
    environment.add_filter("number", number);
    environment.add_filter("percent", percent);
    environment.add_filter("time", time);
    environment.add_filter("address", address);
    environment.add_filter("words", words);
    for (name, text) in TEMPLATES {
        environment.add_template(name, text)?;
    }
    Ok(environment)
}

/// What every page has around its own content.
#[derive(Serialize)]
struct Page<'a, T> {
    version: &'static str,
    /// Of the store that the content was read from; None where it is of no store.
    edition: Option<&'a str>,
    live: &'a Live,
    page: T,
}

/// A whole page. One that does not render is a fault of this program, and is said to be.
pub fn page(
    site: &Site,
    status: StatusCode,
    template: &str,
    edition: Option<&str>,
    content: impl Serialize,
) -> Response {
    let live = site.live.borrow().clone();
    let page = Page { version: env!("CARGO_PKG_VERSION"), edition, live: &live, page: content };
    let rendered =
        site.templates.get_template(template).and_then(|template| template.render(Value::from(Serde(&page))));
    match rendered {
        Ok(text) => (status, Html(text)).into_response(),
        Err(error) => {
            (StatusCode::INTERNAL_SERVER_ERROR, format!("{template} does not render: {error}\n")).into_response()
        }
    }
}

#[derive(Serialize)]
struct Message<'a> {
    title: &'a str,
    text: &'a str,
    /// The next store that is published may make another page of it.
    waits: bool,
}

pub fn message(site: &Site, status: StatusCode, title: &str, text: &str) -> Response {
    let waits = status != StatusCode::NOT_FOUND;
    page(site, status, "message.html", None, Message { title, text, waits })
}

fn number(value: Option<f64>, digits: Option<usize>) -> String {
    value.map_or_else(|| "–".to_owned(), |value| format!("{value:.*}", digits.unwrap_or(2)))
}

fn percent(value: Option<f64>) -> String {
    value.map_or_else(|| "–".to_owned(), |value| format!("{:.1}%", value * 100.0))
}

/// Of microseconds since 1970.
fn time(micros: Option<i64>) -> String {
    micros
        .and_then(DateTime::from_timestamp_micros)
        .map_or_else(|| "–".to_owned(), |time| time.format("%Y-%m-%d %H:%M UTC").to_string())
}

/// For one value in a query string (RFC 3986, section 2.3).
fn address(text: &str) -> String {
    text.bytes().fold(String::with_capacity(text.len()), |mut address, byte| {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => address.push(char::from(byte)),
            _ => {
                let _ = write!(address, "%{byte:02X}");
            }
        }
        address
    })
}

/// `not_judged` → `not judged`
fn words(text: Option<&str>) -> String {
    text.unwrap_or("–").replace('_', " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_template_parses() {
        environment().unwrap();
    }

    #[test]
    fn a_name_of_any_kind_fits_into_an_address() {
        assert_eq!(address("a b&c=\"<é>"), "a%20b%26c%3D%22%3C%C3%A9%3E");
    }
}
