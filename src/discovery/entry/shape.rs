//! What one argument of a method has to be, told from its uses, its annotation and, last, its name.

use super::super::python::Argument as Formal;
use super::trace::{How, Step, Use};
use crate::strategy::{BarShape, WindowShape};
use std::collections::BTreeSet;

#[derive(Debug, Clone, PartialEq)]
pub enum Shape {
    Bar(BarShape),
    Field(String),
    Window(WindowShape),
    Column(String),
    Index,
    /// A row of the feature step's result, or the row before it.
    Row { previous: bool },
    Position,
    EntryPrice,
    Symbol,
    /// Has a default and nothing to fill it with: not passed.
    Left,
    /// More than bars: what it is.
    Data(String),
    Unknown { why: String, line: u32 },
}

/// A shape, and in words what had to be assumed to choose it.
#[derive(Debug, Clone, PartialEq)]
pub struct Told {
    pub shape: Shape,
    pub assumed: Option<String>,
}

/// What is known around the argument.
pub struct Setting<'a> {
    /// The annotation as written, without quotes.
    pub annotation: Option<&'a str>,
    /// Columns that the method, or one it calls, stores into a frame.
    pub stored: &'a BTreeSet<String>,
    /// Columns that its feature step stores.
    pub prepared: &'a BTreeSet<String>,
    /// The method's name says it is called once per bar.
    pub per_bar: bool,
    /// The class has a feature step, so rows of its result can be had.
    pub features: bool,
    pub line: u32,
}

const PRICES: [&str; 5] = ["open", "high", "low", "close", "volume"];
const TIMES: [&str; 4] = ["timestamp", "time", "date", "datetime"];

/// `close`, also written `Close`.
pub fn is_price(name: &str) -> bool {
    PRICES.iter().any(|price| price[1..] == *name.get(1..).unwrap_or("") && price[..1].eq_ignore_ascii_case(&name[..1]))
}

fn is_time(name: &str) -> bool {
    TIMES.contains(&name)
}

pub fn tell(formal: &Formal, uses: &[Use], setting: &Setting<'_>) -> Told {
    let told = shape(formal, uses, setting);
    if formal.default.is_some() {
        // A default stands for itself unless the argument is plainly market data.
        let market =
            matches!(told.shape, Shape::Bar(_) | Shape::Window(_) | Shape::Column(_) | Shape::Field(_) | Shape::Row { .. });
        if !market || formal.default.as_ref().is_some_and(|default| !default.is_none()) {
            return Told { shape: Shape::Left, assumed: None };
        }
    }
    told
}

fn shape(formal: &Formal, uses: &[Use], setting: &Setting<'_>) -> Told {
    let plain = |shape| Told { shape, assumed: None };
    let name = formal.name.as_str();
    let reads = Reads::of(uses);
    let hint = Hint::of(setting.annotation);
    if let Some(data) = beyond_bars(name, setting.annotation, uses) {
        return plain(Shape::Data(data));
    }
    if hint == Hint::Decimal {
        return unknown(name, "takes Decimal prices; bars carry floats", setting.line);
    }
    if reads.is_number_only() && matches!(hint, Hint::None | Hint::Float | Hint::Int | Hint::Text | Hint::Bool | Hint::Time) {
        return scalar(name, hint, uses.is_empty(), setting);
    }
    let row = is_row_name(name) && (hint == Hint::None || hint == Hint::Series || hint == Hint::Dict);
    if row && !reads.is_window() && setting.features && !reads.fields.is_empty() {
        return feature_row(name, &reads, setting);
    }
    match hint {
        Hint::Frame => frame(name, &reads, setting, None),
        Hint::Series if reads.fields.is_empty() => plain(Shape::Window(WindowShape::SeriesOfCloses)),
        Hint::Series => bar(name, &reads, setting, BarShape::PandasRow, None),
        Hint::Array => match reads.column_of(name) {
            Some(_) if reads.has_fields() => unknown(name, "is an array read by field names", setting.line),
            column => plain(column_window(column, WindowShape::ArrayOfCloses)),
        },
        _ => by_uses(name, hint, &reads, setting),
    }
}

fn by_uses(name: &str, hint: Hint, reads: &Reads, setting: &Setting<'_>) -> Told {
    let plain = |shape| Told { shape, assumed: None };
    if reads.frame || (reads.series_fields && !reads.items) {
        let note = (!reads.frame).then(|| format!("`{name}` is a pandas frame, as its columns are used like Series"));
        return if reads.has_columns() || is_frame_name(name) {
            frame(name, reads, setting, note)
        } else if reads.series {
            plain(Shape::Window(WindowShape::SeriesOfCloses))
        } else {
            unknown(name, "is used like a pandas object, but no column is read by name", setting.line)
        };
    }
    if reads.series && !reads.has_fields() {
        return plain(Shape::Window(WindowShape::SeriesOfCloses));
    }
    if reads.items {
        return items(name, hint, reads, setting);
    }
    if reads.list_fields {
        return if is_frame_name(name) {
            frame(name, reads, setting, Some(format!("`{name}` is a pandas frame, by its name")))
        } else {
            without_price(name, reads)
                .unwrap_or_else(|| columns_known(name, reads, setting, Shape::Window(WindowShape::DictOfLists)))
        };
    }
    if reads.has_fields() {
        let is_bar = setting.per_bar || is_bar_name(name) || matches!(hint, Hint::Dict | Hint::Other);
        if is_bar && !is_frame_name(name) {
            let shape = if reads.by_key && reads.by_attribute && !reads.checks_type {
                BarShape::PandasRow
            } else if reads.by_attribute {
                BarShape::Attributes
            } else {
                BarShape::Dict
            };
            return bar(name, reads, setting, shape, None);
        }
        if is_frame_name(name) {
            return frame(name, reads, setting, Some(format!("`{name}` is a pandas frame, by its name")));
        }
        return unknown(name, "may be one bar or a whole frame: the body reads its columns both could have", setting.line);
    }
    if reads.length || !reads.passed.is_empty() {
        if is_frame_name(name) && hint == Hint::None && reads.passed.is_empty() {
            return unknown(name, "is only measured, never read", setting.line);
        }
        let column = reads.column_of(name);
        if (column.is_some() || name.contains("price") || name.contains("close")) && hint != Hint::Other && hint != Hint::Dict {
            let shape = column_window(column, WindowShape::ListOfCloses);
            return Told { shape, assumed: Some(format!("`{name}` is a list, by its name")) };
        }
    }
    let why = match reads.passed.first() {
        Some(callee) => format!("is handed to {callee}, which is not followed"),
        None => "is not read in a way that tells what it is".to_owned(),
    };
    unknown(name, &why, setting.line)
}

/// A list, array or deque: of numbers, bars or dicts.
fn items(name: &str, hint: Hint, reads: &Reads, setting: &Setting<'_>) -> Told {
    let plain = |shape| Told { shape, assumed: None };
    if is_bar_name(name) && !reads.item_attribute && !reads.item_key && !reads.slices {
        return plain(Shape::Bar(BarShape::Tuple));
    }
    if reads.tuples {
        return unknown(name, "is a list of tuples, which bars are not passed as", setting.line);
    }
    if reads.item_attribute || reads.item_key {
        if reads.item_attribute && reads.item_key && !reads.checks_type {
            return unknown(name, "has elements read both by attribute and by key", setting.line);
        }
        let shape = if reads.item_attribute { WindowShape::ListOfAttributes } else { WindowShape::ListOfDicts };
        let strange = reads.item_fields.iter().find(|(field, _)| !is_price(field) && !is_time(field));
        if let Some((field, line)) = strange {
            return unknown(name, &format!("reads `{field}` of a bar, which bars do not carry"), *line);
        }
        return plain(Shape::Window(shape));
    }
    if hint == Hint::Dict {
        return unknown(name, "is a mapping read by position", setting.line);
    }
    let column = reads.column_of(name);
    let certain = column.is_some() || matches!(hint, Hint::Floats) || name.contains("price") || name.contains("close");
    if !certain && (hint == Hint::Other || !matches!(name, "data" | "history" | "window" | "values" | "series")) {
        return unknown(name, "is a list, but not plainly one of prices or bars", setting.line);
    }
    let shape = if reads.array { WindowShape::ArrayOfCloses } else { WindowShape::ListOfCloses };
    let assumed = (!certain).then(|| format!("`{name}` holds closing prices"));
    Told { shape: column_window(column, shape), assumed }
}

fn column_window(column: Option<&str>, closes: WindowShape) -> Shape {
    match column {
        Some(column) if column != "close" => Shape::Column(column.to_owned()),
        _ => Shape::Window(closes),
    }
}

fn frame(name: &str, reads: &Reads, setting: &Setting<'_>, assumed: Option<String>) -> Told {
    let mut told = columns_known(name, reads, setting, Shape::Window(WindowShape::Frame));
    told.assumed = assumed;
    told
}

/// Refuses what is read by keys of which none is a price.
fn without_price(name: &str, reads: &Reads) -> Option<Told> {
    let mut fields = reads.fields.iter().chain(&reads.item_fields).chain(&reads.optional);
    if fields.any(|(field, _)| is_price(field)) {
        return None;
    }
    let (field, line) = reads.fields.iter().chain(&reads.optional).next()?;
    Some(unknown(name, &format!("reads `{field}`, which bars do not carry"), *line))
}

/// Refuses a window whose columns are neither prices nor stored by the class itself.
fn columns_known(name: &str, reads: &Reads, setting: &Setting<'_>, shape: Shape) -> Told {
    for (field, line) in reads.fields.iter().chain(&reads.item_fields) {
        if is_price(field) || is_time(field) || setting.stored.contains(field) {
            continue;
        }
        let why = if setting.prepared.contains(field) {
            format!("reads column `{field}`, which another method of the class has to add first")
        } else {
            format!("reads column `{field}`, which bars do not have and the class does not compute")
        };
        return unknown(name, &why, *line);
    }
    Told { shape, assumed: None }
}

fn bar(name: &str, reads: &Reads, setting: &Setting<'_>, shape: BarShape, assumed: Option<String>) -> Told {
    if let Some(strange) = without_price(name, reads) {
        return strange;
    }
    for (field, line) in &reads.fields {
        let attribute = shape == BarShape::Attributes && field == "ts";
        if is_price(field) || is_time(field) || attribute || (field == "name" && shape == BarShape::PandasRow) {
            continue;
        }
        if setting.features && setting.prepared.contains(field) {
            return feature_row(name, reads, setting);
        }
        return unknown(name, &format!("reads `{field}` of a bar, which bars do not carry"), *line);
    }
    Told { shape: Shape::Bar(shape), assumed }
}

fn feature_row(name: &str, reads: &Reads, setting: &Setting<'_>) -> Told {
    for (field, line) in &reads.fields {
        if !is_price(field) && !setting.prepared.contains(field) {
            return unknown(name, &format!("reads `{field}`, which no feature step of the class stores"), *line);
        }
    }
    let previous = name.starts_with("prev") || name.starts_with("last_") || name.ends_with("_prev");
    Told { shape: Shape::Row { previous }, assumed: None }
}

fn unknown(name: &str, why: &str, line: u32) -> Told {
    Told { shape: Shape::Unknown { why: format!("argument `{name}` {why}"), line }, assumed: None }
}

fn scalar(name: &str, hint: Hint, unused: bool, setting: &Setting<'_>) -> Told {
    let plain = |shape| Told { shape, assumed: None };
    if is_index_name(name) && matches!(hint, Hint::None | Hint::Int) {
        return plain(Shape::Index);
    }
    if is_symbol_name(name) && matches!(hint, Hint::None | Hint::Text) {
        return plain(Shape::Symbol);
    }
    if hint == Hint::Text {
        return unknown(name, "is a text that nothing supplies", setting.line);
    }
    if let Some(field) = field_of(name) {
        return plain(Shape::Field(field.to_owned()));
    }
    match name {
        "position" | "current_position" | "pos" | "has_position" | "in_position" | "position_side" => {
            return plain(Shape::Position);
        }
        "entry_price" | "avg_entry_price" | "average_entry_price" | "buy_price" => return plain(Shape::EntryPrice),
        _ => {}
    }
    if setting.per_bar && hint == Hint::Float && !unused && name == "value" {
        return Told { shape: Shape::Field("close".to_owned()), assumed: Some(format!("`{name}` is the close")) };
    }
    let why = if unused { "is never read" } else { "is a number that nothing supplies" };
    unknown(name, why, setting.line)
}

/// The bar's field that a scalar argument is, by its name.
fn field_of(name: &str) -> Option<&'static str> {
    Some(match name {
        "open" | "open_" | "o" | "open_price" => "open",
        "high" | "high_" | "h" | "high_price" => "high",
        "low" | "low_" | "l" | "low_price" => "low",
        "close" | "close_" | "c" | "close_price" | "price" | "current_price" | "last_price" | "px" | "current_close"
        | "new_price" | "market_price" | "latest_price" | "tick_price" => "close",
        "volume" | "vol" | "v" | "current_volume" => "volume",
        "timestamp" | "ts" | "time" | "date" | "dt" | "datetime" | "current_time" | "now" | "current_date" => "timestamp",
        _ => return None,
    })
}

fn is_index_name(name: &str) -> bool {
    matches!(
        name,
        "i" | "idx" | "index" | "t" | "bar_index" | "current_index" | "current_idx" | "bar_idx" | "row_index" | "current_bar"
            | "bar_number" | "candle_index"
    )
}

pub fn is_symbol_name(name: &str) -> bool {
    matches!(
        name,
        "symbol" | "ticker" | "instrument" | "pair" | "asset" | "coin" | "market" | "stock" | "trading_pair" | "currency_pair"
            | "symbol_name" | "security" | "instrument_id" | "vt_symbol"
    )
}

fn is_frame_name(name: &str) -> bool {
    matches!(name, "df" | "dataframe" | "frame" | "data_frame" | "ohlcv_df" | "price_df" | "df_ohlcv") || name.ends_with("_df")
}

fn is_bar_name(name: &str) -> bool {
    let last = name.rsplit('_').next().unwrap_or(name);
    matches!(last, "bar" | "candle" | "tick" | "kline" | "row" | "candlestick" | "quote" | "event")
}

fn is_row_name(name: &str) -> bool {
    let last = name.rsplit('_').next().unwrap_or(name);
    matches!(last, "row" | "features" | "indicators" | "current" | "latest" | "last" | "previous" | "prev" | "candle" | "bar")
}

/// Data that bars do not hold.
fn beyond_bars(name: &str, annotation: Option<&str>, uses: &[Use]) -> Option<String> {
    let flat = annotation.unwrap_or("").replace(' ', "");
    if flat.contains("DataFrame") && (flat.starts_with("Dict[") || flat.starts_with("dict[") || flat.contains("Mapping[")) {
        return Some("frames of several symbols".to_owned());
    }
    if (flat.starts_with("List[") || flat.starts_with("list[")) && flat.contains("DataFrame") {
        return Some("several frames".to_owned());
    }
    let mapped = uses.iter().any(|one| {
        let walks = |step: Option<&Step>| matches!(step, Some(Step::Call(call)) if matches!(call.as_str(), "items" | "keys" | "values"));
        match one.path.first() {
            Some(Step::Key(_) | Step::Maybe(_)) => walks(one.path.get(1)),
            first => walks(first) && !flat.contains("DataFrame"),
        }
    });
    if mapped {
        return Some("data of several symbols".to_owned());
    }
    let words: Vec<&str> = name.split('_').collect();
    let has = |word: &str| words.contains(&word);
    let named = if has("options") || has("chain") || has("greeks") {
        Some("an options chain")
    } else if has("orderbook") || name.contains("order_book") || has("depth") || has("bids") || has("asks") || has("lob") {
        Some("an order book")
    } else if has("fundamentals") || has("fundamental") || has("earnings") || has("financials") {
        Some("fundamentals")
    } else if has("news") || has("sentiment") || has("headlines") || has("tweets") {
        Some("news or sentiment")
    } else if matches!(name, "df1" | "df2" | "data1" | "data2" | "prices1" | "prices2" | "price1" | "price2" | "series1")
        || matches!(name, "asset1" | "asset2" | "asset_a" | "asset_b" | "price_a" | "price_b" | "prices_a" | "prices_b")
        || matches!(name, "df_a" | "df_b" | "benchmark" | "benchmark_data" | "spy_data" | "market_index" | "pair_data" | "btc_df")
    {
        Some("a second asset")
    } else if matches!(name, "symbols_data" | "all_data" | "universe" | "symbols" | "price_dict" | "data_dict" | "watchlist") {
        Some("several symbols")
    } else if matches!(name, "vix" | "funding_rate" | "open_interest" | "macro_data" | "onchain" | "on_chain_data") {
        Some("a further data series")
    } else {
        None
    };
    if let Some(named) = named {
        return Some(named.to_owned());
    }
    let fields = Reads::of(uses).fields;
    for (field, _) in fields {
        let what = match field.as_str() {
            "implied_volatility" | "iv" | "strike" | "expiry" | "delta" | "gamma" | "theta" | "vega" => "an options chain",
            "bids" | "asks" | "bid" | "ask" | "order_book" | "orderbook" | "bid_size" | "ask_size" => "quotes or an order book",
            "pe_ratio" | "eps" | "market_cap" | "dividend_yield" | "book_value" | "roe" => "fundamentals",
            "sentiment" | "news" | "sentiment_score" | "headlines" => "news or sentiment",
            "funding_rate" | "open_interest" | "vix" => "a further data series",
            _ => continue,
        };
        return Some(format!("{what} (`{field}`)"));
    }
    None
}

/// What an annotation says, loosely.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Hint {
    None,
    Frame,
    Series,
    Array,
    Floats,
    Dict,
    Float,
    Int,
    Bool,
    Text,
    Time,
    Decimal,
    /// A class of its own.
    Other,
}

impl Hint {
    fn of(annotation: Option<&str>) -> Self {
        let Some(text) = annotation else { return Self::None };
        let text: String = text.chars().filter(|c| !c.is_whitespace()).collect();
        let text = text.strip_prefix("typing.").unwrap_or(&text);
        let text = text.strip_prefix("Optional[").and_then(|rest| rest.strip_suffix(']')).unwrap_or(text);
        let text = text.strip_suffix("|None").or_else(|| text.strip_prefix("None|")).unwrap_or(text);
        let bare = text.rsplit('.').next().unwrap_or(text);
        let head = text.split('[').next().unwrap_or(text);
        let head = head.rsplit('.').next().unwrap_or(head);
        match (head, bare) {
            (_, "Any" | "object") | ("Union", _) => Self::None,
            ("DataFrame", _) => Self::Frame,
            ("Series", _) => Self::Series,
            ("ndarray" | "NDArray" | "ArrayLike", _) => Self::Array,
            ("List" | "list" | "Sequence" | "deque" | "Deque" | "Iterable" | "Tuple" | "tuple", _) => {
                if text.contains("float]") || text.contains("int]") || text.contains("float,") {
                    Self::Floats
                } else {
                    Self::None
                }
            }
            ("Dict" | "dict" | "Mapping", _) => Self::Dict,
            ("float" | "float64" | "Number", _) => Self::Float,
            ("int", _) => Self::Int,
            ("bool", _) => Self::Bool,
            ("str", _) => Self::Text,
            ("datetime" | "Timestamp" | "date", _) => Self::Time,
            ("Decimal", _) => Self::Decimal,
            _ if text.contains('|') => Self::None,
            _ => Self::Other,
        }
    }
}

/// The uses of one argument, summed up.
#[derive(Debug, Default)]
struct Reads {
    frame: bool,
    series: bool,
    /// A field is used as a Series: `data["close"].rolling`.
    series_fields: bool,
    /// A field is used as a list: `data["close"][-1]`.
    list_fields: bool,
    items: bool,
    item_attribute: bool,
    item_key: bool,
    item_fields: Vec<(String, u32)>,
    tuples: bool,
    slices: bool,
    array: bool,
    by_key: bool,
    by_attribute: bool,
    /// Fields read without a default, with the line.
    fields: Vec<(String, u32)>,
    /// Fields read with a default, with the line.
    optional: Vec<(String, u32)>,
    length: bool,
    passed: Vec<String>,
    checks_type: bool,
    deep: bool,
}

const FRAME_ATTRIBUTES: &[&str] =
    &["iloc", "loc", "iat", "at", "columns", "index", "empty", "shape", "values", "T", "dtypes", "size"];
const FRAME_CALLS: &[&str] = &[
    "iterrows", "itertuples", "dropna", "fillna", "ffill", "bfill", "reset_index", "set_index", "sort_index", "resample", "merge",
    "join", "groupby", "apply", "assign", "rename", "tail", "head", "to_numpy", "drop", "interpolate",
];
const SERIES_CALLS: &[&str] = &["rolling", "ewm", "shift", "diff", "pct_change", "expanding", "cumsum", "cumprod"];
const REDUCTIONS: &[&str] = &["mean", "std", "var", "sum", "max", "min", "median", "argmax", "argmin", "prod", "cumsum"];

impl Reads {
    fn of(uses: &[Use]) -> Self {
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
                How::Passed(name) if matches!(name.as_str(), "isinstance" | "hasattr" | "type") => self.checks_type = true,
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
            Step::Call(name) if FRAME_CALLS.contains(&name.as_str()) => {
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
                    || FRAME_CALLS.contains(&name.as_str())
                    || REDUCTIONS.contains(&name.as_str())
                    || matches!(name.as_str(), "tolist" | "abs" | "clip" | "quantile" | "to_list" | "rank" | "replace" | "where") =>
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
            Some(Step::Maybe(_)) => self.item_key = true,
            Some(Step::At(_) | Step::Index | Step::Each | Step::Slice) => self.tuples = true,
            Some(Step::Call(_)) => {}
            None => self.tuples |= matches!(one.how, How::Unpacked(_)),
        }
    }

    fn is_number_only(&self) -> bool {
        !self.deep && !self.length && !self.tuples && !self.array && self.passed.iter().all(|callee| takes_scalars(callee))
    }

    fn is_window(&self) -> bool {
        self.frame || self.series || self.series_fields || self.list_fields || self.items
    }

    fn has_fields(&self) -> bool {
        !self.fields.is_empty() || !self.item_fields.is_empty() || !self.optional.is_empty()
    }

    fn has_columns(&self) -> bool {
        self.has_fields() || self.series_fields
    }

    /// `highs` → `high`, `close_prices` → `close`.
    fn column_of(&self, name: &str) -> Option<&'static str> {
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
    name == "print" || name == "str" || name == "repr" || name.contains("logger.") || name.contains("logging.") || name.contains("log.")
}

fn is_reduction(name: &str) -> bool {
    matches!(name, "sum" | "max" | "min" | "sorted" | "zip" | "enumerate" | "list")
        || name.starts_with("np.")
        || name.starts_with("statistics.")
}

/// A scalar may be stored, averaged, logged or compared by these.
fn takes_scalars(name: &str) -> bool {
    let last = name.rsplit('.').next().unwrap_or(name);
    matches!(last, "append" | "appendleft" | "add" | "max" | "min" | "update" | "log" | "sqrt" | "isnan" | "isfinite" | "push")
        || name.starts_with("self.")
        || last.chars().next().is_some_and(char::is_uppercase)
}
