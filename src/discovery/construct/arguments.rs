use super::chain::Chain;
use super::config::{Fallback, is_config_name, reads_of};
use crate::discovery::entry::{annotation_text, is_symbol_name};
use crate::discovery::found::{ArgumentSource, ConstructorArgument};
use crate::discovery::lineage::Lineage;
use crate::discovery::python::{Argument, ExprKind, StmtKind};
use crate::discovery::repository::{ClassId, FileId, Repository, Symbol};
use crate::discovery::verdict::is_service_argument;
use crate::strategy::WindowShape;
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;

/// An argument that nothing supplies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lack {
    pub service: bool,
    pub reason: String,
    pub line: u32,
    pub path: String,
    /// Keys of a configuration dict without which the class cannot be built, with the argument's name first.
    pub keys: Vec<Vec<String>>,
}

#[derive(Debug, Clone, Default)]
pub struct Built {
    pub arguments: Vec<ConstructorArgument>,
    pub assumed: Vec<String>,
    /// Empty where the class can be built.
    pub lacks: Vec<Lack>,
}

/// Says where every argument of the constructor comes from. `given` are the user's own values by keyword,
/// `data` the argument that holds the market.
pub fn build(
    repository: &Repository,
    lineage: &Lineage<'_>,
    given: &BTreeMap<String, Json>,
    data: Option<&(String, WindowShape)>,
) -> Built {
    let chain = Chain::of(lineage);
    let mut builder = Builder { repository, lineage, given, data, built: Built::default() };
    if chain.levels.is_empty() {
        builder.fields();
    }
    for (argument, level) in chain.callable() {
        let ancestor = chain.levels[level].method.ancestor;
        builder.argument(argument, ancestor.id.file);
    }
    let known: Vec<String> = builder.built.arguments.iter().map(|argument| argument.name.clone()).collect();
    for (name, value) in given {
        if !known.contains(name) {
            let source = ArgumentSource::Value { value: value.clone() };
            builder.built.arguments.push(ConstructorArgument { name: name.clone(), keyword_only: true, source });
        }
    }
    builder.built
}

struct Builder<'a, 'b> {
    repository: &'b Repository,
    lineage: &'b Lineage<'a>,
    given: &'b BTreeMap<String, Json>,
    data: Option<&'b (String, WindowShape)>,
    built: Built,
}

impl Builder<'_, '_> {
    /// The fields of a dataclass are its constructor.
    fn fields(&mut self) {
        let mut fields: Vec<(String, u32, bool, Option<String>, FileId)> = Vec::new();
        for ancestor in self.lineage.classes.iter().rev().filter(|ancestor| ancestor.class.is_dataclass()) {
            for stmt in &ancestor.class.body {
                if let StmtKind::Assign(target) = &stmt.kind
                    && let Some(annotation) = &target.annotation
                    && let Some(name) = target.targets.first().and_then(|one| one.name())
                {
                    let annotation = annotation_text(&ancestor.source.text, annotation);
                    if annotation.contains("ClassVar") || !makes_argument(target.value.as_ref()) {
                        continue;
                    }
                    let required = target.value.is_none();
                    fields.retain(|(known, ..)| known != name);
                    fields.push((name.to_owned(), stmt.span.start, required, Some(annotation), ancestor.id.file));
                }
            }
        }
        for (name, at, required, annotation, file) in fields {
            self.one(&name, false, required, annotation.as_deref(), at, file);
        }
    }

    fn argument(&mut self, argument: &Argument, file: FileId) {
        let source = &self.repository.files[file];
        let annotation = argument.annotation.as_ref().map(|expr| annotation_text(&source.text, expr));
        let required = argument.default.is_none();
        self.one(&argument.name, argument.keyword_only, required, annotation.as_deref(), argument.span.start, file);
    }

    fn one(&mut self, name: &str, keyword_only: bool, required: bool, annotation: Option<&str>, at: u32, file: FileId) {
        let source = if let Some(value) = self.given.get(name) {
            ArgumentSource::Value { value: value.clone() }
        } else if let Some((_, shape)) = self.data.filter(|(argument, _)| argument == name) {
            ArgumentSource::Data { shape: *shape }
        } else if !required {
            ArgumentSource::Default
        } else {
            match self.required(name, annotation, at, file) {
                Some(source) => source,
                None => return,
            }
        };
        self.built.arguments.push(ConstructorArgument { name: name.to_owned(), keyword_only, source });
    }

    fn required(&mut self, name: &str, annotation: Option<&str>, at: u32, file: FileId) -> Option<ArgumentSource> {
        let source = &self.repository.files[file];
        let line = source.line(at);
        let flat: String = annotation.unwrap_or("").chars().filter(|c| !c.is_whitespace()).collect();
        if is_service_argument(name) {
            self.lack(true, format!("its constructor needs `{name}`, a connection"), line, file, Vec::new());
            return None;
        }
        if let Some(companion) = self.companion(&flat, file) {
            return match self.constructible(companion) {
                Ok(()) => {
                    let outline = self.repository.outline(companion);
                    Some(ArgumentSource::Instance {
                        // Replaced by the import name below the strategy's own import root.
                        module: self.repository.files[companion.file].path.clone(),
                        qualname: outline.qualname.clone(),
                    })
                }
                Err(why) => {
                    self.lack(
                        false,
                        format!("constructor argument `{name}` is a {flat}, and {why}"),
                        line,
                        file,
                        Vec::new(),
                    );
                    None
                }
            };
        }
        let is_dict = flat.starts_with("dict") || flat.starts_with("Dict") || flat.starts_with("Mapping");
        if is_dict || (flat.is_empty() && is_config_name(name)) || (flat == "Any" && is_config_name(name)) {
            let mut missing: Vec<Vec<String>> = Vec::new();
            let reads = reads_of(self.lineage);
            let mut first = None;
            for read in reads.iter().filter(|read| matches!(read.fallback, Fallback::Raises)) {
                let mut keys = vec![name.to_owned()];
                keys.extend(read.keys.iter().cloned());
                if !missing.contains(&keys) {
                    first.get_or_insert((read.keys.join("."), read.ancestor.source.line(read.at)));
                    missing.push(keys);
                }
            }
            if let Some((key, line)) = first {
                let reason =
                    format!("constructor argument `{name}` needs key `{key}`, which no default or file supplies");
                self.lack(false, reason, line, file, missing);
            }
            return Some(ArgumentSource::Value { value: json!({}) });
        }
        let text = flat.is_empty() || flat == "str" || flat == "Any";
        if is_name_like(name) && text {
            self.built.assumed.push(format!("constructor argument `{name}` is \"TEST\", as nothing supplies it"));
            return Some(ArgumentSource::Value { value: json!("TEST") });
        }
        if matches!(name, "symbols" | "tickers" | "pairs" | "instruments" | "assets")
            && (flat.is_empty() || flat.to_ascii_lowercase().starts_with("list"))
        {
            self.built.assumed.push(format!("constructor argument `{name}` is [\"TEST\"], as nothing supplies it"));
            return Some(ArgumentSource::Value { value: json!(["TEST"]) });
        }
        self.lack(
            false,
            format!("constructor argument `{name}` has no default, and nothing supplies it"),
            line,
            file,
            vec![vec![name.to_owned()]],
        );
        None
    }

    fn lack(&mut self, service: bool, reason: String, line: u32, file: FileId, keys: Vec<Vec<String>>) {
        let path = self.repository.files[file].path.clone();
        self.built.lacks.push(Lack { service, reason, line, path, keys });
    }

    /// The repository class that an annotation names.
    fn companion(&self, annotation: &str, file: FileId) -> Option<ClassId> {
        let name = annotation.strip_prefix("Optional[").and_then(|rest| rest.strip_suffix(']')).unwrap_or(annotation);
        let name = name.split('|').next().unwrap_or(name).trim_matches(['"', '\'']);
        if name.is_empty() || !name.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '.') {
            return None;
        }
        match self.repository.lookup(file, name)? {
            Symbol::Class(id) => Some(id),
            Symbol::Name(..) | Symbol::Module(_) => None,
        }
    }

    /// Whether a class can be built without arguments.
    fn constructible(&self, id: ClassId) -> Result<(), String> {
        let Some(lineage) = Lineage::of(self.repository, id) else { return Err("it cannot be read".to_owned()) };
        let outline = self.repository.outline(id);
        if outline.in_function {
            return Err("it is defined inside a function".to_owned());
        }
        if super::super::verdict::abstract_class(&lineage).is_some() {
            return Err("that class is abstract".to_owned());
        }
        if lineage
            .external
            .iter()
            .any(|base| matches!(base.last(), "Enum" | "StrEnum" | "IntEnum" | "Protocol" | "TypedDict"))
        {
            return Err("it is not built without arguments".to_owned());
        }
        if lineage.method("__init__").is_some() {
            let chain = Chain::of(&lineage);
            return match chain.callable().into_iter().find(|(argument, _)| argument.default.is_none()) {
                Some((argument, _)) => Err(format!("that class needs `{}`", argument.name)),
                None => Ok(()),
            };
        }
        for ancestor in &lineage.classes {
            for stmt in &ancestor.class.body {
                if let StmtKind::Assign(target) = &stmt.kind
                    && target.annotation.is_some()
                    && target.value.is_none()
                    && let Some(name) = target.targets.first().and_then(|one| one.name())
                {
                    let annotation =
                        target.annotation.as_ref().map(|expr| annotation_text(&ancestor.source.text, expr));
                    let class_var = annotation.is_some_and(|text| text.contains("ClassVar"));
                    if !class_var {
                        return Err(format!("its field `{name}` has no default"));
                    }
                }
            }
        }
        Ok(())
    }
}

/// `field(init=False)` is no argument.
fn makes_argument(value: Option<&crate::discovery::python::Expr>) -> bool {
    let Some(call) = value.and_then(|value| value.call()) else { return true };
    let hidden = call
        .keyword("init")
        .is_some_and(|init| matches!(init.kind, ExprKind::Literal(crate::strategy::Value::Bool(false))));
    !(call.function.last_name() == Some("field") && hidden)
}

fn is_name_like(name: &str) -> bool {
    is_symbol_name(name)
        || matches!(
            name,
            "name"
                | "strategy_name"
                | "strategy_id"
                | "id"
                | "bot_id"
                | "bot_name"
                | "trader_id"
                | "agent_id"
                | "agent_name"
                | "symbol_or_pair"
                | "label"
                | "tag"
                | "identifier"
                | "ident"
                | "trader_name"
        )
}
