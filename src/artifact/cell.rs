//! One value of one column: how a Rust type becomes a Parquet cell and comes back.

use serde::Serialize;
use serde::de::DeserializeOwned;
use std::borrow::Cow;

/// What a column holds in the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Bool,
    /// 64-bit, signed.
    Int,
    /// 64-bit, unsigned: seeds.
    Unsigned,
    /// 64-bit, always finite.
    Real,
    Text,
    /// Text that is one JSON document.
    Json,
    /// Microseconds since the Unix epoch, UTC.
    Micros,
}

/// A cell on its way between a row and a column.
#[derive(Debug, Clone, PartialEq)]
pub enum Scalar<'a> {
    Null,
    Bool(bool),
    Int(i64),
    Unsigned(u64),
    Real(f64),
    Text(Cow<'a, str>),
    Micros(i64),
}

/// A type that can stand in a column.
pub trait Cell: Sized {
    const KIND: Kind;
    const NULLABLE: bool = false;

    /// # Errors
    /// The value cannot be stored without loss.
    fn scalar(&self) -> Result<Scalar<'_>, String>;

    /// # Errors
    /// The scalar is none of this type's values.
    fn from_scalar(scalar: Scalar<'_>) -> Result<Self, String>;
}

/// No text of ours is this long; a longer one is a fault of whoever made it.
const LONGEST_TEXT: usize = 16 << 20;

fn text(value: Cow<'_, str>) -> Result<Scalar<'_>, String> {
    if value.len() > LONGEST_TEXT {
        return Err(format!("text of {} bytes, at most {LONGEST_TEXT} are stored", value.len()));
    }
    Ok(Scalar::Text(value))
}

fn unexpected<T>(scalar: &Scalar<'_>) -> Result<T, String> {
    Err(match scalar {
        Scalar::Null => "is empty".to_owned(),
        other => format!("holds {other:?}"),
    })
}

impl Cell for String {
    const KIND: Kind = Kind::Text;

    fn scalar(&self) -> Result<Scalar<'_>, String> {
        text(Cow::Borrowed(self))
    }

    fn from_scalar(scalar: Scalar<'_>) -> Result<Self, String> {
        match scalar {
            Scalar::Text(value) => Ok(value.into_owned()),
            other => unexpected(&other),
        }
    }
}

impl Cell for bool {
    const KIND: Kind = Kind::Bool;

    fn scalar(&self) -> Result<Scalar<'_>, String> {
        Ok(Scalar::Bool(*self))
    }

    fn from_scalar(scalar: Scalar<'_>) -> Result<Self, String> {
        match scalar {
            Scalar::Bool(value) => Ok(value),
            other => unexpected(&other),
        }
    }
}

impl Cell for i64 {
    const KIND: Kind = Kind::Int;

    fn scalar(&self) -> Result<Scalar<'_>, String> {
        Ok(Scalar::Int(*self))
    }

    fn from_scalar(scalar: Scalar<'_>) -> Result<Self, String> {
        match scalar {
            Scalar::Int(value) => Ok(value),
            other => unexpected(&other),
        }
    }
}

/// Counts are stored signed: a difference of two must not wrap in somebody's query.
impl Cell for u32 {
    const KIND: Kind = Kind::Int;

    fn scalar(&self) -> Result<Scalar<'_>, String> {
        Ok(Scalar::Int(i64::from(*self)))
    }

    fn from_scalar(scalar: Scalar<'_>) -> Result<Self, String> {
        let value = i64::from_scalar(scalar)?;
        Self::try_from(value).map_err(|_| format!("{value} is not a count"))
    }
}

impl Cell for u64 {
    const KIND: Kind = Kind::Unsigned;

    fn scalar(&self) -> Result<Scalar<'_>, String> {
        Ok(Scalar::Unsigned(*self))
    }

    fn from_scalar(scalar: Scalar<'_>) -> Result<Self, String> {
        match scalar {
            Scalar::Unsigned(value) => Ok(value),
            other => unexpected(&other),
        }
    }
}

fn finite(value: f64) -> Result<f64, String> {
    if value.is_finite() { Ok(value) } else { Err(format!("{value} is not a finite number")) }
}

impl Cell for f64 {
    const KIND: Kind = Kind::Real;

    fn scalar(&self) -> Result<Scalar<'_>, String> {
        finite(*self).map(Scalar::Real)
    }

    fn from_scalar(scalar: Scalar<'_>) -> Result<Self, String> {
        match scalar {
            Scalar::Real(value) => finite(value),
            other => unexpected(&other),
        }
    }
}

impl<T: Cell> Cell for Option<T> {
    const KIND: Kind = T::KIND;
    const NULLABLE: bool = true;

    fn scalar(&self) -> Result<Scalar<'_>, String> {
        self.as_ref().map_or(Ok(Scalar::Null), Cell::scalar)
    }

    fn from_scalar(scalar: Scalar<'_>) -> Result<Self, String> {
        match scalar {
            Scalar::Null => Ok(None),
            value => T::from_scalar(value).map(Some),
        }
    }
}

/// A moment: microseconds since the Unix epoch, UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize)]
pub struct Micros(pub i64);

impl Cell for Micros {
    const KIND: Kind = Kind::Micros;

    fn scalar(&self) -> Result<Scalar<'_>, String> {
        Ok(Scalar::Micros(self.0))
    }

    fn from_scalar(scalar: Scalar<'_>) -> Result<Self, String> {
        match scalar {
            Scalar::Micros(value) => Ok(Self(value)),
            other => unexpected(&other),
        }
    }
}

/// A value stored as one JSON document. Maps that are sorted in Rust are sorted in the text.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Json<T>(pub T);

/// The value as JSON, refused where reading it back would give another value: JSON writes NaN and the
/// infinities as null, and says nothing.
pub(crate) fn exact_json<T: Serialize + DeserializeOwned + PartialEq>(value: &T) -> Result<String, String> {
    let json = serde_json::to_string(value).map_err(|error| error.to_string())?;
    let back: Result<T, _> = serde_json::from_str(&json);
    if back.is_ok_and(|back| back == *value) {
        Ok(json)
    } else {
        Err(format!("does not survive JSON (is a number in it not finite?): {json}"))
    }
}

impl<T: Serialize + DeserializeOwned + PartialEq> Cell for Json<T> {
    const KIND: Kind = Kind::Json;

    fn scalar(&self) -> Result<Scalar<'_>, String> {
        exact_json(&self.0).and_then(|json| text(Cow::Owned(json)))
    }

    fn from_scalar(scalar: Scalar<'_>) -> Result<Self, String> {
        let json = String::from_scalar(scalar)?;
        serde_json::from_str(&json).map(Self).map_err(|error| format!("{error} in {json}"))
    }
}

/// Enums whose variants serde writes as one word are stored as that word.
macro_rules! words {
    ($($set:ty),+ $(,)?) => {$(
        impl $crate::artifact::cell::Cell for $set {
            const KIND: $crate::artifact::cell::Kind = $crate::artifact::cell::Kind::Text;

            fn scalar(&self) -> Result<$crate::artifact::cell::Scalar<'_>, String> {
                $crate::artifact::cell::word(self)
            }

            fn from_scalar(scalar: $crate::artifact::cell::Scalar<'_>) -> Result<Self, String> {
                $crate::artifact::cell::from_word(scalar)
            }
        }
    )+};
}
pub(crate) use words;

pub(crate) fn word<T: Serialize>(value: &T) -> Result<Scalar<'static>, String> {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => Ok(Scalar::Text(Cow::Owned(word))),
        Ok(other) => Err(format!("{other} is not one word")),
        Err(error) => Err(error.to_string()),
    }
}

pub(crate) fn from_word<T: DeserializeOwned>(scalar: Scalar<'_>) -> Result<T, String> {
    let word = String::from_scalar(scalar)?;
    serde_json::from_value(serde_json::Value::String(word)).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::strategy::{ParamSet, Value};

    #[test]
    fn json_refuses_what_it_would_lose() {
        let set = |value| Json(ParamSet::from([("x".to_owned(), value)]));
        assert!(set(Value::Float(f64::NAN)).scalar().unwrap_err().contains("finite"));
        assert!(set(Value::Float(f64::INFINITY)).scalar().is_err());
        for value in [
            Value::Float(-0.0),
            Value::Float(f64::MAX),
            Value::Float(5e-324),
            Value::Float(1.0),
            Value::Int(i64::MIN),
            Value::Null,
            Value::Bool(true),
            Value::Str("a\u{0}\n'\"λ".into()),
            Value::Code { code: "Mode.FAST".into() },
        ] {
            let json = set(value);
            let scalar = json.scalar().unwrap();
            assert_eq!(Json::<ParamSet>::from_scalar(scalar).unwrap(), json);
        }
    }

    #[test]
    fn numbers_are_finite_and_counts_are_counts() {
        assert!(f64::NAN.scalar().is_err());
        assert!(f64::from_scalar(Scalar::Real(f64::INFINITY)).is_err());
        assert!(u32::from_scalar(Scalar::Int(-1)).is_err());
        assert!(String::from_scalar(Scalar::Null).unwrap_err().contains("empty"));
        assert!(from_word::<crate::discovery::Role>(Scalar::Text("captain".into())).is_err());
    }
}
