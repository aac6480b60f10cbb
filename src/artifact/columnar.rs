//! Rows to columns and back.

use super::cell::{Kind, Scalar};
use super::table::Column;
use arrow::array::{
    Array, ArrayRef, BooleanArray, BooleanBuilder, Float64Array, Float64Builder, Int64Array, Int64Builder, RecordBatch,
    StringArray, StringBuilder, TimestampMicrosecondArray, TimestampMicrosecondBuilder, UInt64Array, UInt64Builder,
};
use arrow::datatypes::{DataType, Field, Schema, TimeUnit};
use std::borrow::Cow;
use std::sync::Arc;

pub(crate) const fn data_type(kind: Kind) -> DataType {
    match kind {
        Kind::Bool => DataType::Boolean,
        Kind::Int => DataType::Int64,
        Kind::Unsigned => DataType::UInt64,
        Kind::Real => DataType::Float64,
        Kind::Text | Kind::Json => DataType::Utf8,
        // Without a zone, so that every reader shows the same hour.
        Kind::Micros => DataType::Timestamp(TimeUnit::Microsecond, None),
    }
}

pub(crate) fn schema(columns: &[Column]) -> Schema {
    Schema::new(columns.iter().map(|c| Field::new(c.name, data_type(c.kind), c.nullable)).collect::<Vec<_>>())
}

/// `name type` for each column, for people who have to see why two schemas differ.
pub(crate) fn describe(schema: &Schema) -> String {
    let fields = schema.fields().iter().map(|field| {
        let optional = if field.is_nullable() { "?" } else { "" };
        format!("{} {}{optional}", field.name(), field.data_type())
    });
    fields.collect::<Vec<_>>().join(", ")
}

enum Builder {
    Bool(BooleanBuilder),
    Int(Int64Builder),
    Unsigned(UInt64Builder),
    Real(Float64Builder),
    Text(StringBuilder),
    Micros(TimestampMicrosecondBuilder),
}

impl Builder {
    fn new(kind: Kind) -> Self {
        match kind {
            Kind::Bool => Self::Bool(BooleanBuilder::new()),
            Kind::Int => Self::Int(Int64Builder::new()),
            Kind::Unsigned => Self::Unsigned(UInt64Builder::new()),
            Kind::Real => Self::Real(Float64Builder::new()),
            Kind::Text | Kind::Json => Self::Text(StringBuilder::new()),
            Kind::Micros => Self::Micros(TimestampMicrosecondBuilder::new()),
        }
    }

    /// A scalar of another kind than the column's becomes a null, which the schema of a required column
    /// refuses; `Cell::KIND` and `Cell::scalar` stand side by side, so that does not happen.
    fn push(&mut self, scalar: &Scalar<'_>) {
        match (self, scalar) {
            (Self::Bool(builder), Scalar::Bool(value)) => builder.append_value(*value),
            (Self::Int(builder), Scalar::Int(value)) => builder.append_value(*value),
            (Self::Unsigned(builder), Scalar::Unsigned(value)) => builder.append_value(*value),
            (Self::Real(builder), Scalar::Real(value)) => builder.append_value(*value),
            (Self::Text(builder), Scalar::Text(value)) => builder.append_value(value),
            (Self::Micros(builder), Scalar::Micros(value)) => builder.append_value(*value),
            (Self::Bool(builder), _) => builder.append_null(),
            (Self::Int(builder), _) => builder.append_null(),
            (Self::Unsigned(builder), _) => builder.append_null(),
            (Self::Real(builder), _) => builder.append_null(),
            (Self::Text(builder), _) => builder.append_null(),
            (Self::Micros(builder), _) => builder.append_null(),
        }
    }

    fn finish(&mut self) -> ArrayRef {
        match self {
            Self::Bool(builder) => Arc::new(builder.finish()),
            Self::Int(builder) => Arc::new(builder.finish()),
            Self::Unsigned(builder) => Arc::new(builder.finish()),
            Self::Real(builder) => Arc::new(builder.finish()),
            Self::Text(builder) => Arc::new(builder.finish()),
            Self::Micros(builder) => Arc::new(builder.finish()),
        }
    }
}

/// Collects rows into one batch.
pub(crate) struct Batch {
    schema: Arc<Schema>,
    builders: Vec<Builder>,
}

impl Batch {
    pub(crate) fn new(columns: &[Column]) -> Self {
        Self {
            schema: Arc::new(schema(columns)),
            builders: columns.iter().map(|column| Builder::new(column.kind)).collect(),
        }
    }

    pub(crate) fn push(&mut self, row: &[Scalar<'_>]) {
        for (builder, scalar) in self.builders.iter_mut().zip(row) {
            builder.push(scalar);
        }
    }

    pub(crate) fn finish(&mut self) -> arrow::error::Result<RecordBatch> {
        let arrays = self.builders.iter_mut().map(Builder::finish).collect();
        RecordBatch::try_new(self.schema.clone(), arrays)
    }
}

/// One column of a batch that was read, by its own type.
pub(crate) enum ColumnView<'a> {
    Bool(&'a BooleanArray),
    Int(&'a Int64Array),
    Unsigned(&'a UInt64Array),
    Real(&'a Float64Array),
    Text(&'a StringArray),
    Micros(&'a TimestampMicrosecondArray),
}

impl<'a> ColumnView<'a> {
    /// None where the array is not of the kind's type; the schema was compared before.
    pub(crate) fn of(kind: Kind, array: &'a ArrayRef) -> Option<Self> {
        let any = array.as_any();
        Some(match kind {
            Kind::Bool => Self::Bool(any.downcast_ref()?),
            Kind::Int => Self::Int(any.downcast_ref()?),
            Kind::Unsigned => Self::Unsigned(any.downcast_ref()?),
            Kind::Real => Self::Real(any.downcast_ref()?),
            Kind::Text | Kind::Json => Self::Text(any.downcast_ref()?),
            Kind::Micros => Self::Micros(any.downcast_ref()?),
        })
    }

    pub(crate) fn scalar(&self, row: usize) -> Scalar<'a> {
        let null = match self {
            Self::Bool(array) => array.is_null(row),
            Self::Int(array) => array.is_null(row),
            Self::Unsigned(array) => array.is_null(row),
            Self::Real(array) => array.is_null(row),
            Self::Text(array) => array.is_null(row),
            Self::Micros(array) => array.is_null(row),
        };
        if null {
            return Scalar::Null;
        }
        match self {
            Self::Bool(array) => Scalar::Bool(array.value(row)),
            Self::Int(array) => Scalar::Int(array.value(row)),
            Self::Unsigned(array) => Scalar::Unsigned(array.value(row)),
            Self::Real(array) => Scalar::Real(array.value(row)),
            Self::Text(array) => Scalar::Text(Cow::Borrowed(array.value(row))),
            Self::Micros(array) => Scalar::Micros(array.value(row)),
        }
    }
}

/// Unambiguous bytes of one cell: a tag, then a fixed width or a length and the text.
pub(crate) fn encode(scalar: &Scalar<'_>, into: &mut Vec<u8>) {
    match scalar {
        Scalar::Null => into.push(0),
        Scalar::Bool(value) => into.extend([1, u8::from(*value)]),
        Scalar::Int(value) => {
            into.push(2);
            into.extend(value.to_le_bytes());
        }
        Scalar::Unsigned(value) => {
            into.push(3);
            into.extend(value.to_le_bytes());
        }
        Scalar::Real(value) => {
            into.push(4);
            into.extend(value.to_bits().to_le_bytes());
        }
        Scalar::Text(value) => {
            into.push(5);
            into.extend((value.len() as u64).to_le_bytes());
            into.extend(value.as_bytes());
        }
        Scalar::Micros(value) => {
            into.push(6);
            into.extend(value.to_le_bytes());
        }
    }
}
