//! The uses of one argument, summed up: which fields, read how, and what kind of object that makes it.

use super::frame_calls::is_frame_call;
use super::path::{How, Step, Use};

/// The uses of one argument, summed up.
#[derive(Debug, Default)]
pub struct Reads {
    pub frame: bool,
    pub series: bool,
    /// A field is used as a Series: `data["close"].rolling`.
    pub series_fields: bool,
    /// A field is used as a list: `data["close"][-1]`.
    pub list_fields: bool,
    pub items: bool,
    pub item_attribute: bool,
    pub item_key: bool,
    pub item_fields: Vec<(String, u32)>,
    pub tuples: bool,
    pub slices: bool,
    pub array: bool,
    pub by_key: bool,
    pub by_attribute: bool,
    /// Fields read without a default, with the line.
    pub fields: Vec<(String, u32)>,
    /// Fields read with a default, with the line.
    pub optional: Vec<(String, u32)>,
    pub length: bool,
    pub passed: Vec<String>,
    pub checks_type: bool,
    pub deep: bool,
}

const FRAME_ATTRIBUTES: &[&str] =
    &["iloc", "loc", "iat", "at", "columns", "index", "empty", "shape", "values", "T", "dtypes", "size"];
const SERIES_CALLS: &[&str] = &["rolling", "ewm", "shift", "diff", "pct_change", "expanding", "cumsum", "cumprod"];
const REDUCTIONS: &[&str] =
    &["mean", "std", "var", "sum", "max", "min", "median", "argmax", "argmin", "prod", "cumsum"];

impl Reads {
    pub fn of(uses: &[Use]) -> Self {
        let mut reads = Self::default();
        for one in uses {
            reads.add(one);
        }
        reads
    }

    fn add(&mut self, one: &Use) {
        let Some(first) = one.path.first() else {
            match &one.how {
                How::Length => self.length = true,
                How::Passed(name) if matches!(name.as_str(), "isinstance" | "hasattr" | "type") => {
                    self.checks_type = true
                }
                How::Passed(name) if is_conversion(name) => self.array |= name.contains("arr"),
                How::Passed(name) if is_logging(name) => {}
                How::Passed(name) => self.passed.push(name.clone()),
                How::Unpacked(_) => {
                    self.items = true;
                    self.tuples = true;
                }
                How::Number | How::Read | How::Stored => {}
            }
            return;
        };
        self.deep = true;
        let rest = &one.path[1..];
        match first {
            Step::Attr(name) if FRAME_ATTRIBUTES.contains(&name.as_str()) => {
                self.frame |= name != "size";
                if matches!(name.as_str(), "iloc" | "loc" | "iat" | "at") {
                    self.series |= !rest.is_empty();
                    if let [_, Step::Key(field) | Step::Attr(field), ..] = rest
                        && !FRAME_ATTRIBUTES.contains(&field.as_str())
                        && field != "name"
                    {
                        self.field(field, one);
                        self.by_key = true;
                    } else if let [_, Step::Maybe(field), ..] = rest {
                        self.optional.push((field.clone(), one.line));
                        self.by_key = true;
                    }
                }
            }
            Step::Attr(field) => {
                self.by_attribute = true;
                self.field(field, one);
                self.deeper(rest, one);
            }
            Step::Key(field) => {
                self.by_key = true;
                if one.how != How::Stored {
                    self.field(field, one);
                } else {
                    self.series_fields = true;
                }
                self.deeper(rest, one);
            }
            Step::Maybe(field) => {
                self.optional.push((field.clone(), one.line));
                self.by_key = true;
                self.deeper(rest, one);
            }
            Step::Call(name) if SERIES_CALLS.contains(&name.as_str()) => {
                self.frame = true;
                self.series = true;
            }
            Step::Call(name) if is_frame_call(name) => {
                self.frame = true;
                if let [Step::Each, Step::Key(field) | Step::Attr(field), ..] = rest {
                    self.item_fields.push((field.clone(), one.line));
                    self.by_key = true;
                }
            }
            Step::Call(name) if REDUCTIONS.contains(&name.as_str()) => self.array = true,
            Step::Call(name) if matches!(name.as_str(), "keys" | "items" | "values" | "copy" | "get") => {}
            Step::Call(name) if name == "append" => self.items = true,
            Step::Call(name) => self.passed.push(format!("its method {name}()")),
            Step::At(_) | Step::Index | Step::Each => self.element(rest, one),
            Step::Slice => {
                self.items = true;
                self.slices = true;
                match rest.first() {
                    Some(Step::Each | Step::At(_) | Step::Index) => self.element(&rest[1..], one),
                    Some(Step::Call(_)) => self.array = true,
                    _ => self.array |= one.how == How::Number,
                }
            }
        }
    }

    fn field(&mut self, field: &str, one: &Use) {
        if !self.fields.iter().any(|(known, _)| known == field) {
            self.fields.push((field.to_owned(), one.line));
        }
    }

    /// What is done with a field: a scalar's arithmetic, a Series' method, a list's index.
    fn deeper(&mut self, rest: &[Step], one: &Use) {
        match rest.first() {
            None => match &one.how {
                How::Length => self.list_fields = true,
                How::Passed(name) if is_reduction(name) => self.list_fields = true,
                How::Passed(name) if name.starts_with("ta.") || name.starts_with("talib.") => self.series_fields = true,
                _ => {}
            },
            Some(Step::Attr(name)) if FRAME_ATTRIBUTES.contains(&name.as_str()) => self.series_fields = true,
            Some(Step::Call(name))
                if SERIES_CALLS.contains(&name.as_str())
                    || is_frame_call(name)
                    || REDUCTIONS.contains(&name.as_str())
                    || matches!(
                        name.as_str(),
                        "tolist" | "abs" | "clip" | "quantile" | "to_list" | "rank" | "replace" | "where"
                    ) =>
            {
                self.series_fields = true;
            }
            Some(Step::At(_) | Step::Index | Step::Each | Step::Slice) => self.list_fields = true,
            Some(_) => {}
        }
    }

    fn element(&mut self, rest: &[Step], one: &Use) {
        self.items = true;
        match rest.first() {
            Some(Step::Attr(field)) => {
                self.item_attribute = true;
                self.item_fields.push((field.clone(), one.line));
            }
            Some(Step::Key(field)) => {
                self.item_key = true;
                self.item_fields.push((field.clone(), one.line));
            }
            Some(Step::Maybe(field)) => {
                self.item_key = true;
                self.optional.push((field.clone(), one.line));
            }
            Some(Step::At(_) | Step::Index | Step::Each | Step::Slice) => self.tuples = true,
            Some(Step::Call(_)) => {}
            None => self.tuples |= matches!(one.how, How::Unpacked(_)),
        }
    }

    pub fn is_number_only(&self) -> bool {
        !self.deep
            && !self.length
            && !self.tuples
            && !self.array
            && self.passed.iter().all(|callee| takes_scalars(callee))
    }

    pub fn is_window(&self) -> bool {
        self.frame || self.series || self.series_fields || self.list_fields || self.items
    }

    pub fn has_fields(&self) -> bool {
        !self.fields.is_empty() || !self.item_fields.is_empty() || !self.optional.is_empty()
    }

    pub fn has_columns(&self) -> bool {
        self.has_fields() || self.series_fields
    }

    /// `highs` → `high`, `close_prices` → `close`.
    pub fn column_of(&self, name: &str) -> Option<&'static str> {
        let words: Vec<&str> = name.split('_').collect();
        let has = |plural: &str, single: &str| words.contains(&plural) || (words.contains(&single) && words.len() > 1);
        [("closes", "close"), ("highs", "high"), ("lows", "low"), ("opens", "open"), ("volumes", "volume")]
            .into_iter()
            .find(|(plural, single)| has(plural, single))
            .map(|(_, single)| single)
    }
}

fn is_conversion(name: &str) -> bool {
    matches!(name, "list" | "tuple" | "np.array" | "np.asarray" | "numpy.array" | "reversed" | "enumerate" | "range")
}

fn is_logging(name: &str) -> bool {
    name == "print"
        || name == "str"
        || name == "repr"
        || name.contains("logger.")
        || name.contains("logging.")
        || name.contains("log.")
}

fn is_reduction(name: &str) -> bool {
    matches!(name, "sum" | "max" | "min" | "sorted" | "zip" | "enumerate" | "list")
        || name.starts_with("np.")
        || name.starts_with("statistics.")
}

/// A scalar may be stored, averaged, logged or compared by these.
fn takes_scalars(name: &str) -> bool {
    let last = name.rsplit('.').next().unwrap_or(name);
    matches!(
        last,
        "append" | "appendleft" | "add" | "max" | "min" | "update" | "log" | "sqrt" | "isnan" | "isfinite" | "push"
    ) || name.starts_with("self.")
        || last.chars().next().is_some_and(char::is_uppercase)
}
