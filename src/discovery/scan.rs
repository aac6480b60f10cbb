use super::construct::{self, Built};
use super::entry::{self, Chosen, Obstacle, ObstacleKind};
use super::found::{ArgumentSource, Found, Parameter, Status, Strategy, source_hash};
use super::lineage::Lineage;
use super::parameters;
use super::placement::{Placement, module_name, place, requires};
use super::repository::{ClassId, FileId, Repository};
use super::verdict;
use super::{ConfigReader, Override, Params, ScanError, config_files, frameworks, functions, lineage, names, walk};
use crate::strategy::{Argument, BarShape, Entry, Protocol, WindowShape};
use rayon::prelude::*;
use std::collections::BTreeMap;

/// Source text can be nested so deeply that a walk over it needs more than a thread's usual stack.
const STACK_BYTES: usize = 64 << 20;

/// Reads every Python file under the roots and says what is in there. `reader` supplies the values of
/// configuration files. Nothing is imported or run; the same files give the same answer, whatever the
/// number of threads.
///
/// # Errors
/// A root that is missing, a file or unreadable; a bad glob; no Python file at all.
pub fn scan(params: &Params, reader: &dyn ConfigReader) -> Result<Found, ScanError> {
    let listing = walk::list(params)?;
    if listing.python.is_empty() {
        return Err(ScanError::NoPythonFiles(params.roots.clone()));
    }
    let pool = rayon::ThreadPoolBuilder::new()
        .stack_size(STACK_BYTES)
        .build()
        .map_err(|error| ScanError::Threads(error.to_string()))?;
    Ok(pool.install(|| {
        let repository = Repository::read(&listing, params.max_file_bytes);
        let files = config_files::read(&listing, reader);
        let astray = listing.astray.iter().map(|(link, target)| (link.path.clone(), target.clone())).collect();
        let nameless = listing.nameless.clone();
        Found { astray, nameless, ..found(params, &repository, &files) }
    }))
}

fn found(params: &Params, repository: &Repository, files: &[config_files::ConfigFile]) -> Found {
    let mut rows: Vec<Row> = (0..repository.files.len()).filter_map(|file| unreadable(repository, file)).collect();
    let matched = candidates(params, repository);
    rows.par_extend(matched.into_par_iter().map(|(id, by)| row(repository, id, by)));
    rows.sort_by(|a, b| {
        let key = |row: &Row| (row.root, row.strategy.path.clone(), row.strategy.line, row.strategy.qualname.clone());
        key(a).cmp(&key(b))
    });
    let mut strategies: Vec<Strategy> = rows.iter().map(|row| row.strategy.clone()).collect();
    let roots: Vec<String> = repository.roots.iter().map(|root| root.display().to_string()).collect();
    names::distinguish(&mut strategies, &roots);
    for (row, named) in rows.iter_mut().zip(strategies) {
        row.strategy = named;
        row.wish = wish(params, &row.strategy);
    }
    rows.par_iter_mut().for_each(|row| row.finish(repository, files));
    let mut found = Found {
        functions: functions::candidates(repository),
        files_read: repository.files.len(),
        classes_read: repository.files.iter().map(|file| file.outline.classes.len()).sum(),
        ..Found::default()
    };
    for row in rows {
        found.parameters.extend(row.parameters);
        found.strategies.push(row.strategy);
    }
    found
}

/// What the user says about a row: by its name, its place, or its class name.
fn wish(params: &Params, row: &Strategy) -> Override {
    let place = format!("{}:{}", row.path, row.qualname);
    let bare = names::snake_case(&row.class_name);
    let keys = [row.name.as_str(), &place, &row.class_name, &bare];
    keys.into_iter()
        .filter(|key| !key.is_empty())
        .find_map(|key| params.overrides.get(key))
        .cloned()
        .unwrap_or_default()
}

/// A row while it is being worked out.
struct Row {
    root: usize,
    id: Option<ClassId>,
    strategy: Strategy,
    parameters: Vec<Parameter>,
    wish: Override,
}

/// Classes whose own name, or a base's, matches, with what matched.
fn candidates(params: &Params, repository: &Repository) -> Vec<(ClassId, String)> {
    let mut by_name: BTreeMap<ClassId, Option<String>> = BTreeMap::new();
    // A class that has no name is the parser's guess at a file that does not parse.
    let ids: Vec<ClassId> = repository.class_ids().filter(|id| !repository.outline(*id).name.is_empty()).collect();
    for &id in &ids {
        matched_by(params, repository, id, 0, &mut by_name);
    }
    ids.into_iter().filter_map(|id| by_name.get(&id).cloned().flatten().map(|by| (id, by))).collect()
}

fn matched_by(
    params: &Params,
    repository: &Repository,
    id: ClassId,
    depth: usize,
    known: &mut BTreeMap<ClassId, Option<String>>,
) -> Option<String> {
    if let Some(by) = known.get(&id) {
        return by.clone();
    }
    if depth > 20 {
        return None;
    }
    let outline = repository.outline(id);
    let matching = |name: &str| params.name_patterns.iter().find(|pattern| names::matches(pattern, name)).cloned();
    let mut by = matching(&outline.name);
    for written in &outline.bases {
        if by.is_some() {
            break;
        }
        let last = written.rsplit('.').next().unwrap_or(written);
        let wanted = params.base_classes.iter().any(|base| base == written || base == last);
        let base = lineage::base_class(repository, id, written);
        let found = match base {
            Some(base) => matched_by(params, repository, base, depth + 1, known).is_some(),
            None => {
                let full = lineage::full_name(repository, id.file, written);
                frameworks::of_base(&full).is_some_and(|_| !is_part(last)) || matching(last).is_some()
            }
        };
        if wanted || found {
            by = Some(format!("base class {written}"));
        }
    }
    known.insert(id, by.clone());
    by
}

/// Framework classes that are parts of an engine, not strategies.
fn is_part(base: &str) -> bool {
    !["Strategy", "Template", "Algorithm", "Algo", "Bot", "Trader", "Actor"].iter().any(|end| base.ends_with(end))
}

fn unreadable(repository: &Repository, file: FileId) -> Option<Row> {
    let source = &repository.files[file];
    let (message, line) = source.fault.clone()?;
    let mut strategy = blank(repository, file);
    strategy.name = names::snake_case(source.stem());
    strategy.status = Status::Unreadable;
    strategy.reason = format!("line {line}: {message}");
    strategy.line = line;
    strategy.evidence_line = line;
    strategy.matched_by = "file".to_owned();
    Some(Row { root: source.root, id: None, strategy, parameters: Vec::new(), wish: Override::default() })
}

fn blank(repository: &Repository, file: FileId) -> Strategy {
    let source = &repository.files[file];
    let root = &repository.roots[source.root];
    Strategy {
        name: String::new(),
        class_name: String::new(),
        qualname: String::new(),
        module: module_name(&source.path, source.folder()),
        import_root: root.join(source.folder()).display().to_string().trim_end_matches('/').to_owned(),
        root: root.display().to_string(),
        path: source.path.clone(),
        line: 1,
        status: Status::NeedsAdapter,
        reason: String::new(),
        evidence_line: 1,
        matched_by: String::new(),
        bases: Vec::new(),
        entry: None,
        constructor: Vec::new(),
        requires: Vec::new(),
        source_files: vec![source.path.clone()],
        source_hash: String::new(),
    }
}

fn row(repository: &Repository, id: ClassId, by: String) -> Row {
    let source = &repository.files[id.file];
    let outline = repository.outline(id);
    let mut strategy = blank(repository, id.file);
    strategy.name = names::snake_case(&outline.name);
    strategy.class_name.clone_from(&outline.name);
    strategy.qualname.clone_from(&outline.qualname);
    strategy.line = source.line(outline.at);
    strategy.evidence_line = strategy.line;
    strategy.matched_by = by;
    if strategy.name.is_empty() {
        strategy.name = outline.name.to_lowercase();
    }
    Row { root: source.root, id: Some(id), strategy, parameters: Vec::new(), wish: Override::default() }
}

impl Row {
    fn finish(&mut self, repository: &Repository, files: &[config_files::ConfigFile]) {
        let Some(id) = self.id else { return };
        let source = &repository.files[id.file];
        if self.wish.exclude {
            return self.tell(Status::Excluded, "left out by the configuration".to_owned(), None);
        }
        if let Some((message, line)) = &source.fault {
            let reason = format!("its file does not parse: line {line}: {message}");
            return self.tell(Status::Unreadable, reason, Some(*line));
        }
        let Some(lineage) = Lineage::of(repository, id) else {
            return self.tell(Status::Unreadable, "its class statement cannot be read".to_owned(), None);
        };
        self.strategy.bases = bases(repository, &lineage);
        if let Some(because) = verdict::test(repository, id) {
            return self.tell(Status::Test, because.reason, Some(because.line));
        }
        self.sources(repository, id.file);
        if let Some(because) = verdict::not_a_strategy(&lineage) {
            return self.tell(Status::NotAStrategy, because.reason, Some(because.line));
        }
        if let Some(because) = verdict::abstract_class(&lineage) {
            return self.tell(Status::Abstract, because.reason, Some(because.line));
        }
        self.parameters = parameters::of(repository, &lineage, &self.strategy.name);
        let placement = self.place(repository, id.file);
        self.judge(repository, &lineage, &placement, files);
        let wish = &self.wish;
        self.parameters.iter_mut().for_each(|parameter| parameters::apply_override(parameter, wish));
        parameters::order(&mut self.parameters);
    }

    fn judge(
        &mut self,
        repository: &Repository,
        lineage: &Lineage<'_>,
        placement: &Placement,
        files: &[config_files::ConfigFile],
    ) {
        let own = lineage.own();
        let chosen = entry::choose(repository, lineage, self.wish.entry.as_ref());
        let data = chosen.as_ref().ok().and_then(|chosen| chosen.data.as_ref());
        let mut built = construct::build(repository, lineage, &self.wish.arguments, data);
        config_files::apply(files, lineage, &self.strategy, &self.wish, &mut self.parameters, &mut built);
        for argument in &mut built.arguments {
            if let ArgumentSource::Instance { module, .. } = &mut argument.source {
                *module = module_name(module, &placement.folder);
            }
        }
        self.strategy.constructor = std::mem::take(&mut built.arguments);
        if let Some((framework, base)) = lineage.framework()
            && self.wish.entry.is_none()
        {
            let reason = format!("it is driven by {framework} (base class {})", base.written);
            return self.tell(Status::NeedsAdapter, reason, None);
        }
        let entries = entry_methods(&chosen, lineage);
        let names: Vec<&str> = entries.iter().map(String::as_str).collect();
        if let Some(contact) = verdict::contact(repository, lineage, &names) {
            let line = (contact.path == own.source.path).then_some(contact.line);
            return self.tell(Status::NeedsService, contact.what, line);
        }
        if let Some(lack) = built.lacks.iter().find(|lack| lack.service) {
            return self.lack(lack);
        }
        let chosen = match chosen {
            Ok(chosen) => chosen,
            Err(obstacle) => return self.obstacle(obstacle, own.source.path.as_str()),
        };
        if let Some(lack) = built.lacks.first() {
            return self.lack(lack);
        }
        if !placement.module.split('.').all(super::placement::is_identifier) {
            let reason = format!("`{}` is no name Python can import", placement.module);
            return self.tell(Status::NeedsAdapter, reason, None);
        }
        self.runnable(chosen, built, lineage);
    }

    fn runnable(&mut self, chosen: Chosen, built: Built, lineage: &Lineage<'_>) {
        let mut entry = chosen.entry;
        entry.assumed.extend(built.assumed);
        let line =
            lineage.method(&entry.method).filter(|method| method.ancestor.id == lineage.own().id).map(|m| m.line());
        let protocol = match entry.protocol {
            Protocol::Vectorised => "once with all bars",
            Protocol::Window => "at each bar with the bars so far",
            Protocol::Bar => "at each bar with that bar",
            Protocol::FrameIndex => "at each bar with the bars so far and its index",
            Protocol::Features if entry.arguments.contains(&Argument::FeatureFrame) => {
                "at each bar with the rows of its feature step so far"
            }
            Protocol::Features => "at each row of its feature step",
            Protocol::EnterExit => "at each bar, whether to enter or to leave",
            Protocol::DataInConstructor => "once, with all bars given to the constructor",
        };
        let reason = format!("`{}` is asked {protocol}", entry.method);
        self.add_libraries(&entry);
        self.strategy.entry = Some(entry);
        self.tell(Status::Runnable, reason, line);
    }

    /// What the entry is handed needs its library, whether the class imports it or not.
    fn add_libraries(&mut self, entry: &Entry) {
        let steps = entry.exit.iter().chain(&entry.prepare).flat_map(|(_, arguments)| arguments);
        let held = self.strategy.constructor.iter().filter_map(|one| match one.source {
            ArgumentSource::Data { shape } => Some(shape),
            _ => None,
        });
        let mut needed = Vec::new();
        let shapes = entry.arguments.iter().chain(steps).filter_map(|argument| match argument {
            Argument::Window(shape) => Some(*shape),
            Argument::Bar(BarShape::PandasRow) => Some(WindowShape::Frame),
            _ => None,
        });
        for shape in shapes.chain(held) {
            match shape {
                WindowShape::Frame | WindowShape::SeriesOfCloses => needed.extend(["numpy", "pandas"]),
                WindowShape::ArrayOfCloses => needed.push("numpy"),
                _ => {}
            }
        }
        self.strategy.requires.extend(needed.into_iter().map(str::to_owned));
        self.strategy.requires.sort();
        self.strategy.requires.dedup();
    }

    fn obstacle(&mut self, obstacle: Obstacle, own: &str) {
        let status = match obstacle.kind {
            ObstacleKind::Adapter => Status::NeedsAdapter,
            ObstacleKind::Data => Status::NeedsData,
            ObstacleKind::Abstract => Status::Abstract,
        };
        let here = obstacle.path == own;
        let reason =
            if here { obstacle.reason } else { format!("{} ({}:{})", obstacle.reason, obstacle.path, obstacle.line) };
        self.tell(status, reason, here.then_some(obstacle.line));
    }

    fn lack(&mut self, lack: &construct::Lack) {
        let status = if lack.service { Status::NeedsService } else { Status::NeedsAdapter };
        let here = lack.path == self.strategy.path;
        let reason = if here { lack.reason.clone() } else { format!("{} ({}:{})", lack.reason, lack.path, lack.line) };
        self.tell(status, reason, here.then_some(lack.line));
    }

    fn tell(&mut self, status: Status, reason: String, line: Option<u32>) {
        self.strategy.status = status;
        self.strategy.reason = reason;
        if status == Status::Abstract {
            // Nobody runs it, and its subclasses list what they inherit.
            self.parameters.clear();
        }
        if let Some(line) = line {
            self.strategy.evidence_line = line;
        }
    }

    fn place(&mut self, repository: &Repository, file: FileId) -> Placement {
        let placement = place(repository, file);
        let root = &repository.roots[self.root];
        let folder = if placement.folder.is_empty() { root.clone() } else { root.join(&placement.folder) };
        self.strategy.import_root = folder.display().to_string();
        self.strategy.module.clone_from(&placement.module);
        placement
    }

    fn sources(&mut self, repository: &Repository, file: FileId) {
        let closure = repository.closure(file);
        self.strategy.requires = requires(repository, &closure);
        let mut sources: Vec<(&str, &str)> = closure
            .iter()
            .map(|&file| (repository.files[file].path.as_str(), repository.files[file].hash.as_str()))
            .collect();
        sources.sort_unstable();
        let hash = source_hash(sources.iter().copied());
        self.strategy.source_files = sources.into_iter().map(|(path, _)| path.to_owned()).collect();
        self.strategy.source_hash = hash;
    }
}

fn bases(repository: &Repository, lineage: &Lineage<'_>) -> Vec<String> {
    let own = lineage.classes.iter().skip(1).map(|ancestor| {
        let outline = repository.outline(ancestor.id);
        format!("{}:{}", module_name(&ancestor.source.path, ""), outline.qualname)
    });
    own.chain(lineage.external.iter().map(|base| base.written.clone())).collect()
}

/// The methods a run would call: the chosen ones, or all that could have been.
fn entry_methods(chosen: &Result<Chosen, Obstacle>, lineage: &Lineage<'_>) -> Vec<String> {
    match chosen {
        Ok(chosen) => {
            let entry = &chosen.entry;
            let exit = entry.exit.iter().map(|(name, _)| name.clone());
            let prepare = entry.prepare.iter().map(|(name, _)| name.clone());
            std::iter::once(entry.method.clone()).chain(exit).chain(prepare).collect()
        }
        Err(_) => {
            let methods = lineage.methods();
            let known = methods.iter().map(|method| method.function.name.clone()).filter(|name| {
                entry::is_entry_like(name)
                    || matches!(name.as_str(), "run" | "start" | "trade" | "main" | "run_once" | "tick")
            });
            known.collect()
        }
    }
}
