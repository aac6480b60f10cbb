use super::console::counted;
use super::{Context, Failure, FailureKind};
use crate::artifact::{self, FunctionRow, ParameterRow, StrategyRow};
use crate::config::{Bounds, EntryOverride as EntrySettings, StrategyOverride};
use crate::discovery::{
    self, ConfigReader, EntryOverride, FileValue, Found, Override, Params, RangeSource, ScanError, SearchRange, Status,
};
use crate::patch;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::Path;

/// Reads the roots and says what is there. Nothing is imported or run.
///
/// # Errors
/// A root that is missing or holds no Python file, a bad glob, an override for a strategy nobody has.
pub fn run(context: &Context) -> Result<Value, Failure> {
    let found = scanned(context)?;
    let provenance = {
        let mut provenance = context.provenance();
        provenance["files_read"] = json!(found.files_read);
        provenance["classes_read"] = json!(found.classes_read);
        provenance
    };
    let strategies: Vec<StrategyRow> = found.strategies.iter().cloned().map(StrategyRow::from).collect();
    let parameters: Vec<ParameterRow> = found.parameters.iter().cloned().map(ParameterRow::from).collect();
    let functions: Vec<FunctionRow> = found.functions.iter().cloned().map(FunctionRow::from).collect();
    artifact::write(&context.data, &strategies, &provenance)?;
    artifact::write(&context.data, &parameters, &provenance)?;
    artifact::write(&context.data, &functions, &provenance)?;
    let summary = summary(&found);
    tell(context, &found);
    Ok(summary)
}

/// What stands in the roots now, without an artifact.
///
/// # Errors
/// As [`run`].
pub fn scanned(context: &Context) -> Result<Found, Failure> {
    let mut found = discovery::scan(&params(context), &Scalars).map_err(failure)?;
    unknown_overrides(context, &found)?;
    choices(context, &mut found);
    Ok(found)
}

/// Configuration files, read by the room that will edit them: what it cannot tell apart, nobody may change.
struct Scalars;

impl ConfigReader for Scalars {
    fn values(&self, path: &str, text: &str) -> Result<Vec<FileValue>, String> {
        let Some(format) = patch::Format::of(Path::new(path)) else { return Ok(Vec::new()) };
        let scalars = patch::scalars(format, text).map_err(|fault| fault.to_string())?;
        Ok(scalars.into_iter().map(value).collect())
    }
}

fn value(scalar: patch::Scalar) -> FileValue {
    let doubt = match (scalar.duplicate_key, scalar.shared) {
        (true, _) => Some("the key is there twice"),
        (_, true) => Some("an anchor or alias shares the value with another key"),
        _ => None,
    };
    FileValue {
        path: scalar.path,
        start: scalar.start,
        end: scalar.end,
        line: scalar.line,
        value: scalar.value,
        doubt: doubt.map(str::to_owned),
    }
}

fn params(context: &Context) -> Params {
    let config = &context.config.strategies;
    Params {
        include: config.include.clone(),
        exclude: config.exclude.clone(),
        name_patterns: config.name_patterns.clone(),
        base_classes: config.base_classes.clone(),
        overrides: config.overrides.iter().map(|(name, settings)| (name.clone(), override_of(settings))).collect(),
        ..Params::new(config.roots.clone())
    }
}

fn override_of(settings: &StrategyOverride) -> Override {
    Override {
        exclude: settings.exclude,
        entry: entry(&settings.entry),
        bounds: settings
            .bounds
            .iter()
            .filter_map(|(name, bounds)| match bounds {
                Bounds::Range { low, high, step } => Some((name.clone(), (*low, *high, *step))),
                Bounds::Choices { .. } => None,
            })
            .collect(),
        pinned: settings.pinned.clone(),
        arguments: settings.arguments.clone(),
        config_file: settings.config_file.clone(),
        config_key: settings.config_key.clone(),
    }
}

fn entry(settings: &EntrySettings) -> Option<EntryOverride> {
    (*settings != EntrySettings::default()).then(|| EntryOverride {
        method: settings.method.clone(),
        arguments: settings.arguments.clone(),
        exit_method: settings.exit.clone(),
        exit_arguments: settings.exit_arguments.clone(),
        prepare: settings.prepare.clone(),
        column: settings.column.clone(),
        protocol: settings.protocol,
    })
}

/// Choices the user lists replace whatever range was found.
fn choices(context: &Context, found: &mut Found) {
    for (name, settings) in &context.config.strategies.overrides {
        for (parameter, bounds) in &settings.bounds {
            let Bounds::Choices { choices } = bounds else { continue };
            let own = found.parameters.iter_mut().find(|known| known.strategy == *name && known.name == *parameter);
            if let Some(own) = own {
                own.range = Some(SearchRange::Choice { choices: choices.clone() });
                own.range_source = Some(RangeSource::Configured);
                own.why_not_searched = None;
            }
        }
    }
}

fn unknown_overrides(context: &Context, found: &Found) -> Result<(), Failure> {
    let known = |name: &str| {
        found.strategies.iter().any(|strategy| {
            strategy.name == name
                || strategy.class_name == name
                || name.strip_prefix(&strategy.path).and_then(|rest| rest.strip_prefix(':')) == Some(&strategy.qualname)
        })
    };
    match context.config.strategies.overrides.keys().find(|name| !known(name)) {
        None => Ok(()),
        Some(name) => {
            let names = found.strategies.iter().map(|strategy| strategy.name.as_str());
            let message = format!("strategies.overrides.{name}: no such strategy was found");
            Err(Failure::new(FailureKind::Configuration, message).hint(super::subjects::nearest(name, names)))
        }
    }
}

fn by_status(found: &Found) -> BTreeMap<&'static str, usize> {
    let mut counts = BTreeMap::new();
    for strategy in &found.strategies {
        *counts.entry(strategy.status.name()).or_default() += 1;
    }
    counts
}

fn summary(found: &Found) -> Value {
    let strategies: Vec<Value> = found
        .strategies
        .iter()
        .map(|strategy| {
            let parameters: serde_json::Map<String, Value> = found
                .parameters
                .iter()
                .filter(|parameter| parameter.strategy == strategy.name)
                .map(|parameter| (parameter.name.clone(), json!(parameter.default)))
                .collect();
            json!({
                "strategy_name": strategy.name,
                "class_name": strategy.class_name,
                "status": strategy.status,
                "reason": strategy.reason,
                "place": format!("{}:{}", strategy.path, strategy.evidence_line),
                "protocol": strategy.entry.as_ref().map(|entry| entry.protocol),
                "parameters": parameters,
            })
        })
        .collect();
    let by_status = by_status(found);
    json!({
        "files_read": found.files_read,
        "classes_read": found.classes_read,
        "strategies_found": found.strategies.iter().filter(|strategy| !strategy.class_name.is_empty()).count(),
        "runnable": by_status.get(Status::Runnable.name()).copied().unwrap_or(0),
        "by_status": by_status,
        "parameters": found.parameters.len(),
        "parameters_searched": found.parameters.iter().filter(|parameter| parameter.range.is_some()).count(),
        "function_candidates": found.functions.len(),
        "links_not_followed": found.astray.iter().map(|(link, target)| json!({ "path": link, "target": target })).collect::<Vec<_>>(),
        "names_not_read": found.nameless.iter().map(|path| path.to_string_lossy()).collect::<Vec<_>>(),
        "strategies": strategies,
    })
}

fn tell(context: &Context, found: &Found) {
    let console = &context.console;
    for (link, target) in &found.astray {
        let target = target.display();
        console.say(format!(
            "  {link} leads to {target}, outside the roots: not followed; name that as a root to have it read"
        ));
    }
    for path in &found.nameless {
        console.say(format!("  {}: its name is not UTF-8: not read", path.to_string_lossy()));
    }
    let classes = found.strategies.iter().filter(|strategy| !strategy.class_name.is_empty()).count();
    let counts = by_status(found);
    let runnable = counts.get(Status::Runnable.name()).copied().unwrap_or(0);
    let files = counted(found.files_read as u64, "Python file", "Python files");
    if classes == 0 {
        console.say(format!(
            "0 classes found in {files}, {}",
            counted(
                found.functions.len() as u64,
                "function that looks like a strategy",
                "functions that look like strategies"
            )
        ));
        console.say("  hint: check strategies: roots, name_patterns and base_classes in the configuration");
        return;
    }
    let strategies = counted(classes as u64, "strategy", "strategies");
    console.say(format!("{strategies} found in {files}, {runnable} runnable"));
    for strategy in found.strategies.iter().filter(|strategy| strategy.status != Status::Runnable) {
        let name = if strategy.class_name.is_empty() { &strategy.path } else { &strategy.class_name };
        let status = strategy.status.name().replace('_', " ");
        console.say(format!("  {name} {status}: {} ({}:{})", strategy.reason, strategy.path, strategy.evidence_line));
    }
    if !found.functions.is_empty() {
        let what = counted(found.functions.len() as u64, "function looks", "functions look");
        console.say(format!("  {what} like a strategy, too; only classes are run"));
    }
}

fn failure(error: ScanError) -> Failure {
    let kind = match error {
        ScanError::Glob { .. } => FailureKind::Configuration,
        ScanError::Threads(_) => FailureKind::Internal,
        _ => FailureKind::Input,
    };
    Failure::new(kind, error.to_string()).hint("strategies: roots: in the configuration names the directories to scan")
}
