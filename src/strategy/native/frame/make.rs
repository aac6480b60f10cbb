//! New frames, series and arrays.

use super::column::{Cell, Column, Data, Word};
use super::data::Given;
use super::elementwise::{Shape, Side};
use super::index::Index;
use super::iterate::element;
use super::run::{Run, Step};
use super::value::{Frame, Key, Kind, Number, Series, Value};

impl<'a> Run<'a> {
    /// `pd.DataFrame(…)`
    pub fn new_frame(&mut self, mut given: Given<'a>) -> Step<Value<'a>> {
        let (data, index) = (given.take(0, "data"), given.take(1, "index"));
        self.only(&given, 2)?;
        let index = match index {
            None | Some(Value::None) => None,
            Some(Value::Axis(index)) => Some(index),
            Some(other) => return self.unknown("pd.DataFrame()", format!("with an index that is {}", other.kind())),
        };
        match data {
            None | Some(Value::None) => match index {
                Some(index) => Ok(Value::frame(Frame { columns: Vec::new(), index })),
                None => self.unknown("pd.DataFrame()", "of nothing"),
            },
            Some(Value::Dict(entries)) => {
                let entries = entries.borrow().clone();
                let found = entries.iter().find_map(|(_, value)| match value {
                    Value::Series(series) => Some(series.index.clone()),
                    _ => None,
                });
                let Some(index) = index.or(found) else { return self.unknown("pd.DataFrame()", "without an index") };
                let mut frame = Frame { columns: Vec::new(), index: index.clone() };
                for (key, value) in &entries {
                    let key = self.key(key)?;
                    let column = self.spread(value, &index)?;
                    frame.put(key, column);
                }
                Ok(Value::frame(frame))
            }
            Some(Value::Frame(frame)) if index.is_none() => Ok(Value::frame(frame.borrow().clone())),
            Some(other) => self.unknown("pd.DataFrame()", format!("of {}", other.kind())),
        }
    }

    /// `pd.concat([…], axis=1)`
    pub fn concatenated(&mut self, mut given: Given<'a>) -> Step<Value<'a>> {
        let (parts, axis) = (given.take(0, "objs"), given.named("axis"));
        self.only(&given, 1)?;
        if !matches!(axis, Some(Value::Number(Number { kind: Kind::Int(1), .. }))) {
            return self.unknown("pd.concat()", "of rows");
        }
        let parts = self.everything(&parts.unwrap_or(Value::None))?;
        let mut columns = Vec::new();
        let mut index: Option<Index> = None;
        for (at, part) in parts.iter().enumerate() {
            let Value::Series(series) = part else { return self.unknown("pd.concat()", format!("of {}", part.kind())) };
            if index.as_ref().is_some_and(|index| *index != series.index) {
                return self.unknown("alignment", "series with different indexes");
            }
            index = Some(series.index.clone());
            columns.push((super::make::name_or(series, at), series.column()));
        }
        match index {
            Some(index) => Ok(Value::frame(Frame { columns, index })),
            None => self.raises("nothing to concatenate"),
        }
    }

    /// `pd.Series(…)`
    pub fn new_series(&mut self, mut given: Given<'a>) -> Step<Value<'a>> {
        let (data, index) = (given.take(0, "data"), given.take(1, "index"));
        let (dtype, name) = (given.take(2, "dtype"), given.take(3, "name"));
        self.only(&given, 4)?;
        let name = match name {
            Some(Value::Text(text)) => Some(Key::Text(text)),
            _ => None,
        };
        let index = match index {
            None | Some(Value::None) => None,
            Some(Value::Axis(index)) => Some(index),
            Some(other) => return self.unknown("pd.Series()", format!("with an index that is {}", other.kind())),
        };
        let data = data.filter(|data| !matches!(data, Value::None));
        let (mut column, index) = match (data, index) {
            (None, Some(index)) => {
                let rows = index.len();
                match &dtype {
                    Some(Value::External(kind)) if matches!(&**kind, "builtins.float" | "numpy.float64") => {}
                    Some(Value::Text(kind)) if matches!(&**kind, "float" | "float64") => {}
                    Some(Value::External(kind)) if &**kind == "builtins.object" => {
                        let cells = Column::own(Data::cells(vec![Cell::Missing; rows]));
                        return Ok(Value::series(cells, index, name));
                    }
                    _ => return self.unknown("pd.Series()", "without values, of another kind than float"),
                }
                (self.constant(&Value::float(f64::NAN), rows)?, index)
            }
            (Some(Value::Series(series)), index) => {
                if index.as_ref().is_some_and(|index| *index != series.index) {
                    return self.unknown("alignment", "a series with another index");
                }
                (series.column(), series.index.clone())
            }
            (Some(Value::Array(array)), index) => {
                if self.plan.pandas < 3 {
                    array.shared.set(true);
                }
                let column = array.column();
                let rows = column.len();
                (column, index.unwrap_or_else(|| Index::count(rows)))
            }
            (Some(list @ Value::List(_)), index) => {
                let items = self.everything(&list)?;
                let column = self.column_of(&items)?;
                let rows = column.len();
                (column, index.unwrap_or_else(|| Index::count(rows)))
            }
            (Some(value), Some(index)) => (self.constant(&value, index.len())?, index),
            _ => return self.unknown("pd.Series()", "of one value without an index"),
        };
        if column.len() != index.len() {
            return self.raises("as many values as rows");
        }
        if let Some(dtype) = dtype.filter(|dtype| !matches!(dtype, Value::None)) {
            let object =
                matches!(&dtype, Value::External(kind) if matches!(&**kind, "builtins.object" | "builtins.str"));
            if object && matches!(column.data, Data::Object(_)) {
                return Ok(Value::series(column, index, name));
            }
            column = self.cast(&column, Some(&dtype))?;
        }
        Ok(Value::series(column, index, name))
    }

    pub fn constants(&mut self, name: &str, mut given: Given<'a>) -> Step<Value<'a>> {
        let first = given.take(0, "shape").unwrap_or(Value::None);
        let full = name.contains("full");
        let value = if full { given.take(1, "fill_value") } else { None };
        let dtype = given.named("dtype").or_else(|| if full { None } else { given.take(1, "dtype") });
        self.only(&given, 2)?;
        let like = name.ends_with("_like");
        let (rows, mut shape, kind) = if like {
            let shape = self.joint(&[&first])?;
            let Side::Column(column) = self.side(&first)? else { return self.unknown(name, "of no column") };
            (column.len(), shape, Some(column.data.dtype()))
        } else {
            let rows = match &first {
                Value::Number(Number { kind: Kind::Int(rows), .. }) => usize::try_from(*rows).ok(),
                Value::Tuple(items) if items.len() == 1 => {
                    items[0].number().and_then(|number| number.kind.int()).and_then(|rows| usize::try_from(rows).ok())
                }
                _ => None,
            };
            let Some(rows) = rows.filter(|rows| *rows <= 1 << 24) else {
                return self.unknown(name, "of another shape");
            };
            (rows, Shape::Array, None)
        };
        // numpy keeps a series a series only for `zeros_like` and its kin through pandas' protocol, which it has not.
        if like && matches!(shape, Shape::Series(..)) {
            shape = Shape::Array;
        }
        let number = match (name.trim_start_matches("numpy."), value) {
            ("zeros" | "zeros_like", _) => Value::float(0.0),
            ("ones" | "ones_like", _) => Value::float(1.0),
            (_, Some(value @ Value::Number(_))) => value,
            (_, Some(other)) => return self.unknown(name, format!("of {}", other.kind())),
            (_, None) => return self.raises("a fill value is missing"),
        };
        let mut column = self.constant(&number, rows)?;
        let dtype = dtype.or_else(|| kind.map(Value::text));
        if let Some(dtype) = dtype {
            column = self.cast(&column, Some(&dtype))?;
        }
        Ok(self.shaped(column, shape))
    }

    /// The same value in every row.
    pub fn constant(&mut self, value: &Value<'a>, rows: usize) -> Step<Column> {
        let (word, data) = match value {
            Value::Number(Number { kind, .. }) => match *kind {
                Kind::Float(value) => (Word::Float(value), Data::floats(vec![value; rows])),
                Kind::Int(value) => (Word::Int(value), Data::ints(vec![value; rows])),
                Kind::Bool(value) => (Word::Bool(value), Data::bools(vec![value; rows])),
            },
            Value::Text(text) => {
                let cell = Cell::Text((**text).into());
                return Ok(self.kernel("constant", &[], &[Word::Text(text), Word::Int(rows as i64)], false, || {
                    Data::cells(vec![cell; rows])
                }));
            }
            Value::None => {
                return Ok(self.kernel("constant", &[], &[Word::Text("None"), Word::Int(rows as i64)], false, || {
                    Data::cells(vec![Cell::Missing; rows])
                }));
            }
            other => return self.unknown("a column", format!("of {}", other.kind())),
        };
        Ok(self.kernel("constant", &[], &[word, Word::Int(rows as i64)], false, || data))
    }

    /// Values as `np.array(…)` or a new column takes them.
    pub fn column_of(&mut self, items: &[Value<'a>]) -> Step<Column> {
        let numbers: Option<Vec<Kind>> = items.iter().map(|item| item.number().map(|number| number.kind)).collect();
        self.depends |= items.iter().any(Self::of_numpy);
        let data = match numbers {
            Some(kinds) if kinds.iter().all(|kind| matches!(kind, Kind::Bool(_))) && !kinds.is_empty() => {
                Data::bools(kinds.iter().map(|kind| kind.truth()).collect())
            }
            Some(kinds) if kinds.iter().all(|kind| matches!(kind, Kind::Int(_))) && !kinds.is_empty() => {
                Data::ints(kinds.iter().map(|kind| kind.int().unwrap_or_default()).collect())
            }
            Some(kinds) if kinds.iter().all(|kind| !matches!(kind, Kind::Bool(_))) && !kinds.is_empty() => {
                Data::floats(kinds.iter().map(|kind| kind.float()).collect())
            }
            _ => {
                let texts: Option<Vec<Cell>> = items
                    .iter()
                    .map(|item| match item {
                        Value::Text(text) => Some(Cell::Text((**text).into())),
                        _ => None,
                    })
                    .collect();
                match texts {
                    Some(texts) if !texts.is_empty() => Data::cells(texts),
                    _ => return self.unknown("a column", "of values of several kinds"),
                }
            }
        };
        Ok(Column::own(data))
    }

    /// A value as a column over `index`: one for all rows, or one a row.
    pub fn spread(&mut self, value: &Value<'a>, index: &Index) -> Step<Column> {
        let rows = index.len();
        match value {
            Value::Series(series) => {
                if series.index == *index {
                    Ok(series.column())
                } else {
                    Ok(self.reindexed(series, index))
                }
            }
            Value::Array(array) => {
                let column = array.column();
                if self.plan.pandas < 3 {
                    array.shared.set(true);
                }
                if column.len() == rows { Ok(column) } else { self.raises("as many values as rows") }
            }
            Value::List(items) => {
                let items = items.borrow().clone();
                let column = self.column_of(&items)?;
                if column.len() == rows { Ok(column) } else { self.raises("as many values as rows") }
            }
            other => self.constant(other, rows),
        }
    }

    /// The rows of `series` under the labels of `index`; where it has none, missing. A count and the market's times
    /// have no label in common.
    pub fn reindexed(&mut self, series: &Series, index: &Index) -> Column {
        let column = series.column();
        let places: Vec<Option<usize>> = (0..index.len())
            .map(|at| {
                let found = series.index.place(index.label(at));
                found.filter(|_| series.index.labels == index.labels)
            })
            .collect();
        let whole: Option<Vec<usize>> = places.iter().copied().collect();
        let data = match (&column.data, whole) {
            (data, Some(places)) => data.take(places.into_iter()),
            (Data::Float(_) | Data::Int(_), None) => {
                let own = column.data.as_floats().unwrap_or_default();
                Data::floats(places.iter().map(|place| place.map_or(f64::NAN, |at| own[at])).collect())
            }
            (data, None) => Data::cells(
                places
                    .iter()
                    .map(|place| match place.map(|at| element(data, at)) {
                        Some(Value::Number(number)) => Cell::Bool(number.kind.truth()),
                        Some(Value::Text(text)) => Cell::Text((*text).into()),
                        _ => Cell::Missing,
                    })
                    .collect(),
            ),
        };
        self.depends = true;
        Column { data, id: None, ahead: column.ahead }
    }
}

/// What a column is called in a frame made of several.
pub fn name_or(series: &Series, at: usize) -> Key {
    series.name.clone().unwrap_or_else(|| Key::Int(i64::try_from(at).unwrap_or_default()))
}
