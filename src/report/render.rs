use super::sections;
use super::{Report, chart};
use chrono::DateTime;
use minijinja::syntax::SyntaxConfig;
use minijinja::value::{Serde, Value};
use minijinja::{Environment, Error, context};
use serde::Serialize;
use serde_json::ser::{CompactFormatter, Formatter, Serializer};
use std::fmt::Write;
use std::io;

/// The template or a value in it is broken: a fault of this program, never of the user.
pub type RenderError = Error;

/// One self-contained page. Everything from scanned code is escaped, and the page's own policy lets no script run but
/// the page's.
///
/// # Errors
/// A template that does not render.
pub fn html(report: &Report) -> Result<String, RenderError> {
    let mut environment = environment()?;
    environment.add_global("simulated", sections::realism::simulated(report));
    for section in &sections::ALL {
        environment.add_template(section.id, section.template)?;
    }
    let mut shown = Vec::new();
    for section in &sections::ALL {
        if let Some(view) = (section.view)(report) {
            let html = environment.get_template(section.id)?.render(view)?;
            shown.push(context! { id => section.id, title => section.title, html });
        }
    }
    let style = format!("{}{}", include_str!("page.css"), chart::STYLE);
    environment.get_template("page.html")?.render(context! {
        header => Value::from(Serde(&report.header)),
        sections => shown,
        style,
        script => include_str!("page.js"),
        nonce => nonce(report),
    })
}

fn environment() -> Result<Environment<'static>, Error> {
    let mut environment = Environment::new();
    environment.set_syntax(SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build()?);
    environment.set_auto_escape_callback(|_| minijinja::AutoEscape::Html);
    environment.add_filter("number", number);
    environment.add_filter("percent", percent);
    environment.add_filter("raw", raw);
    environment.add_filter("anchor", anchor);
    environment.add_filter("day", day);
    environment.add_template("macros.html", include_str!("macros.html"))?;
    environment.add_template("page.html", include_str!("page.html"))?;
    Ok(environment)
}

/// The same model, for programs: a line for each row of a list, so that two reports can be compared line by line.
///
/// # Errors
/// A number JSON cannot hold.
pub fn json(report: &Report) -> Result<String, serde_json::Error> {
    let mut bytes = Vec::new();
    report.serialize(&mut Serializer::with_formatter(&mut bytes, Lines::default()))?;
    bytes.push(b'\n');
    String::from_utf8(bytes).map_err(|error| serde_json::Error::io(io::Error::other(error)))
}

/// Breaks lines down to the rows of the model's lists, and no further.
#[derive(Default)]
struct Lines {
    depth: usize,
}

/// The model, a list in it, a row.
const BROKEN: usize = 2;

impl Lines {
    fn open<W: ?Sized + io::Write>(&mut self, writer: &mut W, bracket: &[u8]) -> io::Result<()> {
        self.depth += 1;
        writer.write_all(bracket)
    }

    fn close<W: ?Sized + io::Write>(&mut self, writer: &mut W, bracket: &[u8]) -> io::Result<()> {
        self.depth -= 1;
        if self.depth < BROKEN {
            writer.write_all(b"\n")?;
        }
        writer.write_all(bracket)
    }

    fn next<W: ?Sized + io::Write>(&self, writer: &mut W, first: bool) -> io::Result<()> {
        if !first {
            writer.write_all(b",")?;
        }
        if self.depth <= BROKEN { writer.write_all(b"\n") } else { Ok(()) }
    }
}

impl Formatter for Lines {
    fn begin_array<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.open(writer, b"[")
    }

    fn end_array<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.close(writer, b"]")
    }

    fn begin_array_value<W: ?Sized + io::Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        self.next(writer, first)
    }

    fn begin_object<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.open(writer, b"{")
    }

    fn end_object<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.close(writer, b"}")
    }

    fn begin_object_key<W: ?Sized + io::Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        self.next(writer, first)
    }

    fn begin_object_value<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        CompactFormatter.begin_object_value(writer)
    }
}

/// What nobody whose code was scanned can have known: it depends on every byte of the model.
fn nonce(report: &Report) -> String {
    let text = json(report).unwrap_or_default();
    blake3::hash(text.as_bytes()).to_hex()[..32].to_owned()
}

fn number(value: Option<f64>, digits: Option<usize>) -> String {
    value.map_or_else(|| "–".to_owned(), |value| format!("{value:.*}", digits.unwrap_or(2)))
}

fn percent(value: Option<f64>, digits: Option<usize>) -> String {
    value.map_or_else(|| "–".to_owned(), |value| format!("{:.*}%", digits.unwrap_or(1), value * 100.0))
}

/// For programs: what a table is sorted by. Empty where there is none.
fn raw(value: Option<f64>) -> String {
    value.map_or_else(String::new, |value| format!("{value:.6}"))
}

/// Microseconds since the Unix epoch as a day.
fn day(micros: i64) -> String {
    DateTime::from_timestamp_micros(micros).map_or_else(String::new, |time| time.format("%Y-%m-%d").to_string())
}

/// A strategy's name as the name of its place on the page: letters, digits, `_`, and everything else by its number.
fn anchor(name: String) -> String {
    let mut anchor = "s-".to_owned();
    for character in name.chars() {
        if character.is_ascii_alphanumeric() || character == '_' {
            anchor.push(character);
        } else {
            let _ = write!(anchor, "-{:x}-", u32::from(character));
        }
    }
    anchor
}
