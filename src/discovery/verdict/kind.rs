use super::Because;
use crate::discovery::entry::is_entry_like;
use crate::discovery::lineage::Lineage;
use crate::discovery::names::snake_case;
use crate::discovery::python::{ExprKind, StmtKind};
use crate::discovery::repository::{ClassId, Repository};
use std::collections::BTreeSet;

/// Tests and stand-ins.
pub fn test(repository: &Repository, id: ClassId) -> Option<Because> {
    let source = &repository.files[id.file];
    let class = repository.outline(id);
    let because = |reason: String| Some(Because { reason, line: source.line(class.at) });
    if class.in_function {
        return because("it is defined inside a function".to_owned());
    }
    if let Some(folder) =
        source.folder().split('/').find(|part| matches!(*part, "tests" | "test" | "testing" | "mocks"))
    {
        return because(format!("it lies in a folder called {folder}"));
    }
    let stem = source.stem();
    if stem.starts_with("test_") || stem.ends_with("_test") || stem == "conftest" || stem == "tests" {
        return because(format!("{stem}.py is a test file"));
    }
    let bare = class.name.trim_start_matches('_');
    for prefix in ["Test", "Mock", "Fake", "Dummy", "Stub"] {
        let rest = bare.strip_prefix(prefix);
        if rest.is_some_and(|rest| rest.starts_with(|c: char| c.is_uppercase() || c == '_')) {
            return because(format!("its name begins with {prefix}"));
        }
    }
    let base = class.bases.iter().find(|base| base.ends_with("TestCase"));
    base.and_then(|base| because(format!("it derives from {base}")))
}

/// Enums, exceptions, records, models, and the other things that are called strategies, bots and systems.
pub fn not_a_strategy(lineage: &Lineage<'_>) -> Option<Because> {
    let own = lineage.own();
    let line = own.source.line(own.class.name_span.start);
    let because = |reason: String| Some(Because { reason, line });
    for base in &lineage.external {
        let what = match base.last() {
            "Enum" | "IntEnum" | "StrEnum" | "Flag" | "IntFlag" => "an enum",
            "Exception" | "BaseException" | "ValueError" | "RuntimeError" => "an exception",
            "NamedTuple" | "TypedDict" => "a data record",
            "Model" | "DeclarativeBase" | "Document" => "a database model",
            "ModelSerializer" | "Serializer" | "ModelAdmin" | "APIView" | "ViewSet" => "a web component",
            "Env" => "a reinforcement learning environment",
            "Module" if base.full.starts_with("torch") || base.full.starts_with("nn.") => "a neural network",
            _ => continue,
        };
        return because(format!("it is {what} (base class {})", base.written));
    }
    let has_entry =
        lineage.framework().is_some() || lineage.methods().iter().any(|method| is_entry_like(&method.function.name));
    if has_entry {
        return None;
    }
    for base in &lineage.external {
        let what = match base.last() {
            "BaseModel" | "BaseSettings" => "a validated data record",
            "Base" | "Table" | "SQLModel" => "a database model",
            "Thread" | "Process" => "a thread",
            "Client" | "AutoShardedBot" if base.full.starts_with("discord") => "a chat bot",
            "Bot" => "a chat bot",
            _ => continue,
        };
        return because(format!("it is {what} (base class {}) without an entry method", base.written));
    }
    let plain =
        lineage.classes.iter().all(|ancestor| ancestor.class.methods().all(|method| method.name.starts_with("__")));
    if own.class.is_dataclass() && plain {
        return because("it is a dataclass without methods".to_owned());
    }
    if plain && lineage.external.is_empty() && lineage.classes.len() == 1 {
        let fields = own.class.body.iter().any(|stmt| matches!(stmt.kind, StmtKind::Assign(_)));
        return because(if fields { "it only holds values" } else { "it has no methods" }.to_owned());
    }
    let snake = snake_case(&own.class.name);
    let odd = [
        "alert",
        "alerting",
        "monitoring",
        "monitor",
        "notification",
        "logging",
        "sizing",
        "retry",
        "backoff",
        "ttl",
        "cache",
        "caching",
        "eviction",
        "telegram",
        "discord",
        "email",
        "naming",
        "serialization",
        "embedding",
        "chunking",
        "prompt",
        "chat",
        "payment",
        "recommendation",
        "auth",
        "authentication",
        "backup",
        "deployment",
        "recovery",
        "reporting",
        "validation",
        "health",
        "security",
        "config",
        "configuration",
        "routing",
        "allocation",
        "rebalancing",
        "feedback",
        "logger",
        "file",
        "messaging",
        "queue",
        "memory",
        "evaluation",
        "scoring",
        "sampling",
        "imputation",
        "fallback",
        "visualization",
        "dashboard",
        "registry",
        "plugin",
        "audit",
    ];
    let found = snake.split('_').find(|word| odd.contains(word))?;
    because(format!("its name says it is about {found}, and it has no entry method"))
}

/// A class that Python refuses to construct, or that says itself that it is an interface.
pub fn abstract_class(lineage: &Lineage<'_>) -> Option<Because> {
    let own = lineage.own();
    let at = |start: u32| own.source.line(start);
    let direct_protocol = own.class.bases.iter().any(|base| {
        let base = match &base.kind {
            ExprKind::Subscript(value, _) => value,
            _ => base,
        };
        matches!(base.last_name(), Some("Protocol"))
    });
    if direct_protocol {
        return Some(Because { reason: "it is a typing.Protocol".to_owned(), line: at(own.class.name_span.start) });
    }
    let mut seen = BTreeSet::new();
    let mut open = Vec::new();
    for ancestor in &lineage.classes {
        let mut here = BTreeSet::new();
        for method in ancestor.class.methods() {
            here.insert(method.name.as_str());
            if !seen.contains(method.name.as_str())
                && (method.has_decorator("abstractmethod") || method.has_decorator("abstractproperty"))
            {
                let line = if ancestor.id == own.id { method.name_span.start } else { own.class.name_span.start };
                open.push((method.name.as_str(), line));
            }
        }
        for stmt in &ancestor.class.body {
            if let StmtKind::Assign(target) = &stmt.kind
                && target.value.is_some()
            {
                here.extend(target.targets.iter().filter_map(|one| one.name()));
            }
        }
        seen.extend(here);
    }
    let is_abc = lineage.external.iter().any(|base| matches!(base.last(), "ABC" | "ABCMeta"));
    let (name, line) = open.first().filter(|_| is_abc)?;
    Some(Because { reason: format!("its abstract method `{name}` is not implemented"), line: at(*line) })
}
