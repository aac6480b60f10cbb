use crate::discovery::found::{Place, PlaceKind, RangeSource, SearchRange, ValueType};
use crate::discovery::lineage::Lineage;
use crate::discovery::python::{Expr, ExprKind, StmtKind};
use crate::discovery::repository::{FileId, Repository, Symbol};
use crate::strategy::Value;

/// A value found in the source under the name of a parameter. Of all spots of one name the lowest rank is
/// the value in force.
#[derive(Debug, Clone)]
pub struct Spot {
    pub name: String,
    pub rank: u32,
    pub value_type: ValueType,
    pub value: Value,
    pub place: Place,
    pub range: Option<(SearchRange, RangeSource)>,
    /// Why it must not be searched, where that shows in the code.
    pub barred: Option<String>,
}

/// In force before all others of the same name, and so on down.
pub mod rank {
    pub const FRAMEWORK: u32 = 0;
    pub const GIVEN: u32 = 1;
    pub const CONSTRUCTOR: u32 = 2;
    pub const SELF: u32 = 10;
    pub const DICT: u32 = 30;
    pub const CONFIG_GET: u32 = 40;
    pub const FIELD: u32 = 50;
    pub const CLASS: u32 = 60;
    pub const CONSTANT: u32 = 100;
    /// A default of None says nothing where anything else does.
    pub const NOTHING: u32 = 200;
}

/// Type and value of an expression, and the bytes to replace: those of the literal inside `field(default=20)`.
pub struct Valued<'a> {
    pub value_type: ValueType,
    pub value: Value,
    pub expr: &'a Expr,
    /// File of `expr`, which may be another one's constant.
    pub file: FileId,
    /// The constant's name where the value stands in a module constant.
    pub constant: Option<String>,
    pub range: Option<(SearchRange, RangeSource)>,
}

/// Reads an expression as a value, following a name to the module constant it stands for.
pub fn valued<'a>(repository: &'a Repository, file: FileId, expr: &'a Expr) -> Valued<'a> {
    let plain = |value_type, value| Valued { value_type, value, expr, file, constant: None, range: None };
    if let Some(value) = expr.literal() {
        return plain(type_of(value), value.clone());
    }
    let code = Value::Code { code: expr.span.text(&repository.files[file].text).to_owned() };
    if let ExprKind::Call(call) = &expr.kind
        && let Some("field" | "Field") = call.function.last_name()
        && let Some(inner) = call.keyword("default").or_else(|| call.positional.first())
    {
        let mut inner = valued(repository, file, inner);
        inner.range = super::declared::field_bounds(call, &inner.value);
        return inner;
    }
    if let Some(dotted) = expr.dotted() {
        if let Some((prefix, _)) = dotted.rsplit_once('.')
            && let Some(members) = enum_members(repository, file, prefix)
        {
            let choices = members.iter().map(|member| Value::Code { code: format!("{prefix}.{member}") }).collect();
            let range = Some((SearchRange::Choice { choices }, RangeSource::Declared));
            return Valued { range, ..plain(ValueType::Enum, code) };
        }
        if let Some((target, name)) = constant_of(repository, file, &dotted)
            && let Some(value) = repository.constant(target, &name)
            && let Some(literal) = value.literal()
        {
            return Valued {
                value_type: type_of(literal),
                value: literal.clone(),
                expr: value,
                file: target,
                constant: Some(name),
                range: None,
            };
        }
    }
    plain(ValueType::Expression, code)
}

/// The file and name of the module constant that `dotted` stands for.
pub fn constant_of(repository: &Repository, file: FileId, dotted: &str) -> Option<(FileId, String)> {
    let symbol = match repository.lookup(file, dotted)? {
        Symbol::Name(target, name) => (target, name),
        Symbol::Class(_) | Symbol::Module(_) => return None,
    };
    (repository.files[symbol.0].root == repository.files[file].root).then_some(symbol)
}

/// Members of an enum of the repository, in order.
fn enum_members(repository: &Repository, file: FileId, name: &str) -> Option<Vec<String>> {
    let Symbol::Class(id) = repository.lookup(file, name)? else { return None };
    let lineage = Lineage::of(repository, id)?;
    if !lineage.external.iter().any(|base| matches!(base.last(), "Enum" | "StrEnum" | "IntEnum")) {
        return None;
    }
    let members = lineage.own().class.body.iter().filter_map(|stmt| match &stmt.kind {
        StmtKind::Assign(target) if target.annotation.is_none() => target.targets.first()?.name().map(str::to_owned),
        _ => None,
    });
    Some(members.filter(|name| !name.starts_with('_')).collect())
}

pub fn type_of(value: &Value) -> ValueType {
    match value {
        Value::Null => ValueType::Null,
        Value::Bool(_) => ValueType::Bool,
        Value::Int(_) => ValueType::Int,
        Value::Float(_) => ValueType::Float,
        Value::Str(_) => ValueType::Str,
        Value::Code { .. } => ValueType::Expression,
    }
}

/// An expression that stands for a parameter's value: what is known of it before it is read.
#[derive(Debug, Clone, Copy)]
pub struct Sighting<'a> {
    pub file: FileId,
    pub expr: &'a Expr,
    pub name: &'a str,
    pub kind: PlaceKind,
    pub rank: u32,
    /// What it is called there: `params.lookback`.
    pub key: &'a str,
}

impl<'a> Sighting<'a> {
    /// A class attribute, unless [`Sighting::standing`] says otherwise.
    pub fn of(file: FileId, expr: &'a Expr, name: &'a str) -> Self {
        Self { file, expr, name, kind: PlaceKind::ClassAttribute, rank: rank::CLASS, key: name }
    }

    pub fn standing(self, kind: PlaceKind, rank: u32, key: &'a str) -> Self {
        Self { kind, rank, key, ..self }
    }
}

/// Reads what was seen.
pub fn spot(repository: &Repository, seen: Sighting<'_>) -> Spot {
    let Sighting { file, expr, name, kind, rank, key } = seen;
    let valued = valued(repository, file, expr);
    let source = &repository.files[valued.file];
    let (kind, key) = match &valued.constant {
        Some(constant) => (PlaceKind::ModuleConstant, constant.clone()),
        None => (kind, key.to_owned()),
    };
    let reassigned = valued.constant.as_deref().filter(|constant| repository.is_reassigned(valued.file, constant));
    let barred = reassigned.map(|constant| format!("{constant} is assigned more than once"));
    let place = Place {
        kind,
        path: source.path.clone(),
        line: source.line(valued.expr.span.start),
        start: valued.expr.span.start,
        end: valued.expr.span.end,
        key,
        file_hash: source.hash.clone(),
    };
    let range = valued.range.or_else(|| super::comment::range(&source.text, valued.expr.span.end, &valued.value));
    let rank = if valued.value_type == ValueType::Null { rank::NOTHING + rank } else { rank };
    Spot { name: name.to_owned(), rank, value_type: valued.value_type, value: valued.value, place, range, barred }
}
