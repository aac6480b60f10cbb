//! What one argument of a method has to be, told from its uses, its annotation and, last, its name.

use super::super::python::Argument as Formal;
use super::beyond::beyond_bars;
use super::hint::Hint;
use super::path::Use;
use super::reads::Reads;
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
    Row {
        previous: bool,
    },
    /// The feature step's result, all of it or so far.
    Features,
    Position,
    EntryPrice,
    Symbol,
    /// Has a default and nothing to fill it with: not passed.
    Left,
    /// More than bars: what it is.
    Data(String),
    Unknown {
        why: String,
        line: u32,
    },
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
    /// The class has a feature step, so its result and rows of it can be had.
    pub features: bool,
    /// The user named that step: what cannot be seen to be stored comes from there.
    pub trusted: bool,
    pub line: u32,
}

impl Setting<'_> {
    /// `Dict[str, pd.Series]`: columns, not the values of one row.
    fn holds_series(&self) -> bool {
        self.annotation.is_some_and(|text| text.contains("Series]") || text.contains("ndarray]"))
    }
}

const PRICES: [&str; 5] = ["open", "high", "low", "close", "volume"];
const TIMES: [&str; 4] = ["timestamp", "time", "date", "datetime"];

/// `close`, also written `Close`.
pub fn is_price(name: &str) -> bool {
    PRICES.iter().any(|price| price[1..] == *name.get(1..).unwrap_or("") && price[..1].eq_ignore_ascii_case(&name[..1]))
}

fn is_time(name: &str) -> bool {
    TIMES.contains(&name.to_ascii_lowercase().as_str())
}

pub fn tell(formal: &Formal, uses: &[Use], setting: &Setting<'_>) -> Told {
    let mut told = shape(formal, uses, setting);
    if matches!(told.shape, Shape::Bar(_) | Shape::Window(_) | Shape::Row { .. } | Shape::Features)
        && let Some(starved) = always_default(&formal.name, uses, setting)
    {
        told = starved;
    }
    if formal.default.is_some() {
        // A default stands for itself unless the argument is plainly market data.
        let market = matches!(
            told.shape,
            Shape::Bar(_) | Shape::Window(_) | Shape::Column(_) | Shape::Field(_) | Shape::Row { .. } | Shape::Features
        );
        if !market || formal.default.as_ref().is_some_and(|default| !default.is_none()) {
            return Told { shape: Shape::Left, assumed: None };
        }
    }
    told
}

/// `row.get("macd", 0)` where nobody computes it: the class would run and never see anything but the default.
fn always_default(name: &str, uses: &[Use], setting: &Setting<'_>) -> Option<Told> {
    let reads = Reads::of(uses);
    let computed = |field: &str| {
        setting.stored.contains(field) || (setting.features && setting.prepared.contains(field)) || setting.trusted
    };
    let (field, line) = reads.optional.iter().find(|(field, _)| is_indicator(field) && !computed(field))?;
    Some(unknown(name, &format!("reads `{field}`, which bars do not have, and would always get its default"), *line))
}

/// Names of things that are computed from bars.
fn is_indicator(field: &str) -> bool {
    let field = field.to_ascii_lowercase();
    field.split('_').any(|word| {
        let word = word.trim_end_matches(|c: char| c.is_ascii_digit());
        matches!(
            word,
            "rsi"
                | "macd"
                | "ema"
                | "sma"
                | "ma"
                | "wma"
                | "hma"
                | "adx"
                | "atr"
                | "bb"
                | "bollinger"
                | "vwap"
                | "signal"
                | "momentum"
                | "volatility"
                | "stoch"
                | "obv"
                | "mfi"
                | "cci"
                | "regime"
                | "trend"
                | "indicator"
                | "indicators"
                | "roc"
                | "zscore"
                | "score"
                | "returns"
                | "psar"
                | "supertrend"
                | "ichimoku"
                | "kama"
                | "di"
                | "williams"
                | "sentiment"
                | "prediction"
        )
    })
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
    if setting.annotation.is_some_and(|text| text.starts_with("pl.") || text.starts_with("polars.")) {
        return unknown(name, "is a polars frame; bars come as pandas", setting.line);
    }
    if reads.is_number_only()
        && matches!(hint, Hint::None | Hint::Float | Hint::Int | Hint::Text | Hint::Bool | Hint::Time)
    {
        return scalar(name, hint, uses.is_empty(), setting);
    }
    let row = is_row_name(name) && (hint == Hint::None || hint == Hint::Series || hint == Hint::Dict);
    if row && !reads.is_window() && setting.features && !reads.fields.is_empty() && !setting.holds_series() {
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
    // A dict of lists is read by key; what is read by attribute is a bar, whatever is done to its fields.
    if reads.list_fields && !reads.by_attribute {
        return if is_frame_name(name) || needs_features(reads, setting) {
            frame(name, reads, setting, Some(format!("`{name}` is a pandas frame, by its name")))
        } else {
            without_price(name, reads)
                .unwrap_or_else(|| columns_known(name, reads, setting, Shape::Window(WindowShape::DictOfLists)))
        };
    }
    if reads.has_fields() {
        if hint == Hint::Dict && setting.holds_series() && needs_features(reads, setting) {
            return features(name, reads, setting);
        }
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
        return unknown(
            name,
            "may be one bar or a whole frame: the body reads its columns both could have",
            setting.line,
        );
    }
    if reads.length || !reads.passed.is_empty() {
        if is_frame_name(name) && hint == Hint::None && reads.passed.is_empty() {
            return unknown(name, "is only measured, never read", setting.line);
        }
        let column = reads.column_of(name);
        if (column.is_some() || name.contains("price") || name.contains("close"))
            && hint != Hint::Other
            && hint != Hint::Dict
        {
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
    // `list[float]` is the author's word.
    let array = reads.array && hint != Hint::Floats;
    let shape = if array { WindowShape::ArrayOfCloses } else { WindowShape::ListOfCloses };
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
    if needs_features(reads, setting) {
        return features(name, reads, setting);
    }
    let mut told = columns_known(name, reads, setting, Shape::Window(WindowShape::Frame));
    told.assumed = assumed;
    told
}

/// It reads a column that only the feature step adds, or the user says that there is one to wait for.
fn needs_features(reads: &Reads, setting: &Setting<'_>) -> bool {
    let mut fields = reads.fields.iter().chain(&reads.item_fields).chain(&reads.optional);
    let own = |field: &str| is_price(field) || is_time(field) || setting.stored.contains(field);
    let added = |field: &str| !own(field) && setting.prepared.contains(field);
    setting.features && (setting.trusted || fields.any(|(field, _)| added(field)))
}

/// The feature step's result, unless a column is read that nobody adds.
fn features(name: &str, reads: &Reads, setting: &Setting<'_>) -> Told {
    for (field, line) in reads.fields.iter().chain(&reads.item_fields) {
        let known = is_price(field) || is_time(field) || setting.stored.contains(field);
        if !known && !setting.trusted && !setting.prepared.contains(field) {
            return unknown(
                name,
                &format!("reads column `{field}`, which neither bars nor its feature step have"),
                *line,
            );
        }
    }
    Told { shape: Shape::Features, assumed: None }
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
        if setting.features && (setting.trusted || setting.prepared.contains(field)) {
            return feature_row(name, reads, setting);
        }
        return unknown(name, &format!("reads `{field}` of a bar, which bars do not carry"), *line);
    }
    let absent = |(field, _): &&(String, u32)| !is_price(field) && setting.prepared.contains(field);
    if setting.features && reads.optional.iter().any(|one| absent(&one)) {
        return feature_row(name, reads, setting);
    }
    Told { shape: Shape::Bar(shape), assumed }
}

fn feature_row(name: &str, reads: &Reads, setting: &Setting<'_>) -> Told {
    for (field, line) in &reads.fields {
        if !is_price(field) && !setting.trusted && !setting.prepared.contains(field) {
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
        "close" | "close_" | "c" | "close_price" | "price" | "current_price" | "last_price" | "px"
        | "current_close" | "new_price" | "market_price" | "latest_price" | "tick_price" => "close",
        "volume" | "vol" | "v" | "current_volume" => "volume",
        "timestamp" | "ts" | "time" | "date" | "dt" | "datetime" | "current_time" | "now" | "current_date" => {
            "timestamp"
        }
        _ => return None,
    })
}

fn is_index_name(name: &str) -> bool {
    matches!(
        name,
        "i" | "idx"
            | "index"
            | "t"
            | "bar_index"
            | "current_index"
            | "current_idx"
            | "bar_idx"
            | "row_index"
            | "current_bar"
            | "bar_number"
            | "candle_index"
    )
}

pub fn is_symbol_name(name: &str) -> bool {
    matches!(
        name,
        "symbol"
            | "ticker"
            | "instrument"
            | "pair"
            | "asset"
            | "coin"
            | "market"
            | "stock"
            | "trading_pair"
            | "currency_pair"
            | "symbol_name"
            | "security"
            | "instrument_id"
            | "vt_symbol"
    )
}

fn is_frame_name(name: &str) -> bool {
    matches!(name, "df" | "dataframe" | "frame" | "data_frame" | "ohlcv_df" | "price_df" | "df_ohlcv")
        || name.ends_with("_df")
}

fn is_bar_name(name: &str) -> bool {
    let last = name.rsplit('_').next().unwrap_or(name);
    matches!(last, "bar" | "candle" | "tick" | "kline" | "row" | "candlestick" | "quote" | "event")
}

fn is_row_name(name: &str) -> bool {
    let last = name.rsplit('_').next().unwrap_or(name);
    matches!(
        last,
        "row" | "features" | "indicators" | "current" | "latest" | "last" | "previous" | "prev" | "candle" | "bar"
    )
}
