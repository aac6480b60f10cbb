use super::super::EntryOverride;
use super::super::lineage::{Lineage, Method};
use super::super::python::{ExprKind, each_expr};
use super::super::reach;
use super::super::repository::Repository;
use super::answer::{self, Answer, annotation_text};
use super::beyond::beyond_bars;
use super::body::{is_stub, prepared, stored};
use super::names::{ENTRIES, PAIRS, PREPARE, is_per_bar, is_weak};
use super::obstacle::{Obstacle, ObstacleKind};
use super::path::{How, Use};
use super::shape::{Setting, Shape, Told, tell};
use super::trace::trace;
use crate::strategy::{Argument, Entry, Protocol, WindowShape};
use std::collections::BTreeSet;

/// An entry, and the constructor argument that has to hold the data for it.
#[derive(Debug, Clone)]
pub struct Chosen {
    pub entry: Entry,
    pub data: Option<(String, WindowShape)>,
}

/// Chooses the entry of a class.
///
/// # Errors
/// The obstacle of the likeliest entry, or that no method has a known name.
pub fn choose(
    repository: &Repository,
    lineage: &Lineage<'_>,
    wish: Option<&EntryOverride>,
) -> Result<Chosen, Obstacle> {
    let mut chooser = Chooser { repository, lineage, prepare: prepare(lineage), trusted: false };
    let Some(wish) = wish else { return chooser.search() };
    if let Some(name) = &wish.prepare {
        chooser.prepare = Some(chooser.named(name, "feature step")?);
        chooser.trusted = true;
    }
    chooser.wished(wish)
}

/// One class, while its entry is looked for.
pub struct Chooser<'a, 'b> {
    repository: &'b Repository,
    pub lineage: &'b Lineage<'a>,
    prepare: Option<Method<'a>>,
    /// The user named the feature step: it is called whatever its entry seems to read.
    trusted: bool,
}

impl<'a> Chooser<'a, '_> {
    pub fn search(&self) -> Result<Chosen, Obstacle> {
        let mut first: Option<Obstacle> = None;
        let named = ENTRIES.iter().filter_map(|name| self.lineage.method(name));
        for method in named.filter(|method| is_callable(method)) {
            match self.single(method, None) {
                Ok(chosen) => return Ok(chosen),
                Err(obstacle) => {
                    let better = first.as_ref().is_none_or(|known| {
                        known.kind == ObstacleKind::Abstract && obstacle.kind != ObstacleKind::Abstract
                    });
                    if better {
                        first = Some(obstacle);
                    }
                }
            }
        }
        for (enter, exit) in PAIRS {
            if let Some(method) = self.lineage.method(enter).filter(is_callable) {
                match self.pair(method, self.lineage.method(exit)) {
                    Ok(chosen) => return Ok(chosen),
                    Err(obstacle) => first = first.or(Some(obstacle)),
                }
            }
        }
        Err(first.unwrap_or_else(|| self.no_entry()))
    }

    pub fn no_entry(&self) -> Obstacle {
        let public = self.lineage.methods().into_iter().filter(|method| !method.function.name.starts_with('_'));
        for method in public {
            for formal in method.function.given() {
                let annotation =
                    formal.annotation.as_ref().map(|expr| annotation_text(&method.ancestor.source.text, expr));
                if let Some(what) = beyond_bars(&formal.name, annotation.as_deref(), &[]) {
                    let line = method.ancestor.source.line(formal.span.start);
                    let reason = format!("argument `{}` of `{}` needs {what}", formal.name, method.function.name);
                    return self.at(method, ObstacleKind::Data, reason, line);
                }
            }
        }
        self.unnamed()
    }

    /// No method has a known name.
    pub fn unnamed(&self) -> Obstacle {
        let public: Vec<String> = self
            .lineage
            .methods()
            .into_iter()
            .filter(|method| !method.function.name.starts_with('_') && !method.function.has_decorator("property"))
            .map(|method| method.function.name.clone())
            .take(12)
            .collect();
        let own = self.lineage.own();
        let reason = if public.is_empty() {
            "it has no public method to call".to_owned()
        } else {
            format!("no method has a name that is known as an entry; name one of {} as its entry", public.join(", "))
        };
        Obstacle {
            kind: ObstacleKind::Adapter,
            reason,
            line: own.source.line(own.class.name_span.start),
            path: own.source.path.clone(),
        }
    }

    pub fn protocol_of(&self, method: Method<'a>, arguments: &[Argument]) -> Result<Protocol, Obstacle> {
        let has = |wanted: fn(&Argument) -> bool| arguments.iter().any(wanted);
        let features = has(|argument| *argument == Argument::FeatureFrame);
        if has(|argument| matches!(argument, Argument::FeatureRow | Argument::PreviousFeatureRow)) {
            Ok(Protocol::Features)
        } else if has(|argument| matches!(argument, Argument::Bar(_) | Argument::Field(_))) {
            Ok(Protocol::Bar)
        } else if features || has(|argument| matches!(argument, Argument::Window(_) | Argument::ColumnWindow(_))) {
            if has(|argument| *argument == Argument::Index) {
                return Ok(Protocol::FrameIndex);
            }
            let protocol = self.window_protocol(method)?;
            // The bars so far with what the feature step made of them.
            Ok(if features && protocol == Protocol::Window { Protocol::Features } else { protocol })
        } else {
            Ok(Protocol::Bar)
        }
    }

    /// An entry of one method.
    pub fn single(&self, method: Method<'a>, protocol: Option<Protocol>) -> Result<Chosen, Obstacle> {
        self.refuse_body(method)?;
        let given = method.function.given();
        let required = given.iter().filter(|argument| argument.default.is_none()).count();
        if required == 0
            && let Some(held) = self.data_in_constructor(method)?
        {
            let answer = self.answer(method, &BTreeSet::new());
            self.refuse_answer(method, &answer)?;
            let mut entry = self.entry(Protocol::DataInConstructor, method, Vec::new(), Vec::new());
            entry.prepare = held.prepare.map(|prepare| (prepare.function.name.clone(), Vec::new()));
            return Ok(Chosen { entry, data: Some((held.argument, held.shape)) });
        }
        let (mut arguments, mut assumed) = self.arguments(method, None)?;
        self.whole_features(method, &mut arguments);
        if arguments.is_empty() {
            return Err(self.obstacle(
                method,
                ObstacleKind::Adapter,
                "takes no bar or window, and the constructor no data",
            ));
        }
        let protocol = match protocol {
            Some(protocol) => protocol,
            None => self.protocol_of(method, &arguments)?,
        };
        let windows = self.window_names(method, &arguments);
        let answer = self.answer(method, &windows);
        self.refuse_answer(method, &answer)?;
        if protocol != Protocol::Vectorised && answer.per_row && !answer.signal && !answer.boolean {
            assumed.push(format!("the last entry of what `{}` answers is the one for its bar", method.function.name));
        }
        self.assume(method, &answer, protocol, &mut assumed);
        let mut entry = self.entry(protocol, method, arguments, assumed);
        if !matches!(protocol, Protocol::Vectorised) {
            self.add_exit(method, &mut entry);
        } else if let Some((_, exit)) = self.exit_of(method) {
            entry.assumed.push(format!(
                "`{}` is not asked: all signals come from one call over the whole frame",
                exit.function.name
            ));
        }
        self.add_prepare(&mut entry)?;
        Ok(Chosen { entry, data: None })
    }

    /// A predicate to enter and, where there is one, a predicate to leave.
    pub fn pair(&self, enter: Method<'a>, exit: Option<Method<'a>>) -> Result<Chosen, Obstacle> {
        self.refuse_body(enter)?;
        let (arguments, mut assumed) = self.arguments(enter, None)?;
        if arguments.is_empty() {
            return Err(self.obstacle(enter, ObstacleKind::Adapter, "takes no bar or window"));
        }
        let answer = self.answer(enter, &BTreeSet::new());
        self.refuse_answer(enter, &answer)?;
        if answer.per_row {
            return Err(self.obstacle(
                enter,
                ObstacleKind::Adapter,
                "answers a whole column, not whether to enter now",
            ));
        }
        let exit = match exit {
            Some(exit) => {
                self.refuse_body(exit)?;
                Some((exit.function.name.clone(), self.arguments(exit, None)?.0))
            }
            None => {
                assumed.push("there is no exit beside it: it is long while the answer is true".to_owned());
                None
            }
        };
        let mut entry = self.entry(Protocol::EnterExit, enter, arguments, assumed);
        entry.exit = exit;
        self.add_prepare(&mut entry)?;
        Ok(Chosen { entry, data: None })
    }

    pub fn entry(
        &self,
        protocol: Protocol,
        method: Method<'a>,
        arguments: Vec<Argument>,
        assumed: Vec<String>,
    ) -> Entry {
        Entry {
            protocol,
            method: method.function.name.clone(),
            arguments,
            exit: None,
            prepare: None,
            column: None,
            assumed,
        }
    }

    fn assume(&self, method: Method<'a>, answer: &Answer, protocol: Protocol, assumed: &mut Vec<String>) {
        if !answer.signal && !answer.boolean && !answer.per_row && answer.scalar {
            assumed.push(format!(
                "what `{}` answers is a signal or a target exposure, by its name alone",
                method.function.name
            ));
        }
        if protocol == Protocol::Vectorised && answer.boolean && !answer.per_row {
            assumed.push(format!("`{}` answers one value per row", method.function.name));
        }
    }

    /// `generate_signals(df, indicators)` that answers for every row takes all the indicators, not those of a row.
    fn whole_features(&self, method: Method<'a>, arguments: &mut [Argument]) {
        let row = |argument: &Argument| *argument == Argument::FeatureRow;
        let beside = arguments.iter().any(|argument| matches!(argument, Argument::Window(_) | Argument::FeatureFrame));
        if !beside || !arguments.iter().any(row) || arguments.contains(&Argument::PreviousFeatureRow) {
            return;
        }
        let names = method.function.given().iter().map(|argument| argument.name.clone()).collect();
        let answer = self.answer(method, &names);
        if answer.per_row && !answer.signal {
            arguments
                .iter_mut()
                .filter(|argument| row(argument))
                .for_each(|argument| *argument = Argument::FeatureFrame);
        }
    }

    /// The feature step, where one of the entry's arguments comes from it or the user asks for it.
    pub fn add_prepare(&self, entry: &mut Entry) -> Result<(), Obstacle> {
        let Some(prepare) = self.prepare else { return Ok(()) };
        let exit = entry.exit.iter().flat_map(|(_, arguments)| arguments);
        if entry.prepare.is_some() || !(self.trusted || entry.arguments.iter().chain(exit).any(is_feature)) {
            return Ok(());
        }
        let required = prepare.function.given().iter().filter(|argument| argument.default.is_none()).count();
        let told = self.arguments(prepare, None).map(|(arguments, _)| arguments);
        let arguments = match told {
            Ok(arguments) if arguments.iter().all(is_whole) && !arguments.is_empty() => arguments,
            Ok(_) | Err(_) if self.trusted && required == 0 => Vec::new(),
            // The user's word that it is a feature step; what else could it take?
            Ok(_) | Err(_) if self.trusted && required == 1 => vec![Argument::Window(WindowShape::Frame)],
            Err(obstacle) => return Err(obstacle),
            Ok(_) => {
                let reason = "is the feature step, but does not take all bars at once";
                return Err(self.obstacle(prepare, ObstacleKind::Adapter, reason));
            }
        };
        entry.prepare = Some((prepare.function.name.clone(), arguments));
        Ok(())
    }

    /// A method that the configuration names.
    pub fn named(&self, name: &str, what: &str) -> Result<Method<'a>, Obstacle> {
        self.lineage.method(name).ok_or_else(|| Obstacle {
            reason: format!("the configuration names `{name}` as its {what}, but the class has no such method"),
            ..self.unnamed()
        })
    }

    fn exit_of(&self, method: Method<'a>) -> Option<(Vec<Argument>, Method<'a>)> {
        let exits = PAIRS.iter().map(|(_, exit)| *exit).filter(|exit| *exit != method.function.name);
        exits
            .filter(|exit| exit.contains("exit") || exit.contains("close"))
            .filter_map(|exit| self.lineage.method(exit))
            .find(|exit| is_callable(exit) && self.refuse_body(*exit).is_ok())
            .map(|exit| (self.arguments(exit, None).map(|(arguments, _)| arguments).unwrap_or_default(), exit))
    }

    fn add_exit(&self, method: Method<'a>, entry: &mut Entry) {
        // An entry that asks its own exit must not be asked twice.
        let reached = reach::methods(self.lineage, &[&method.function.name]);
        let Some((arguments, exit)) = self.exit_of(method) else { return };
        if reached.iter().any(|one| one.function.name == exit.function.name) {
            return;
        }
        if arguments.is_empty() {
            entry.assumed.push(format!(
                "`{}` (line {}) is not asked, as its arguments cannot be supplied: exits come from the signals alone",
                exit.function.name,
                exit.line()
            ));
        } else {
            entry.exit = Some((exit.function.name.clone(), arguments));
        }
    }

    /// Every argument that has to be passed, in order.
    pub fn arguments(
        &self,
        method: Method<'a>,
        seeds: Option<&[(String, String)]>,
    ) -> Result<(Vec<Argument>, Vec<String>), Obstacle> {
        let uses = trace(self.lineage, method, seeds.unwrap_or_default());
        let written = stored(self.lineage, &[&method.function.name]);
        let prepared = self.prepare.map(|prepare| prepared(self.lineage, &prepare.function.name)).unwrap_or_default();
        let source = method.ancestor.source;
        let (mut arguments, mut assumed, mut skipped) = (Vec::new(), Vec::new(), false);
        for formal in method.function.given() {
            let own: Vec<Use> = uses.iter().filter(|one| one.argument == formal.name).cloned().collect();
            let annotation = formal.annotation.as_ref().map(|expr| annotation_text(&source.text, expr));
            let line = source.line(formal.span.start);
            let setting = Setting {
                annotation: annotation.as_deref(),
                stored: &written,
                prepared: &prepared,
                per_bar: is_per_bar(&method.function.name),
                features: self.prepares(method),
                trusted: self.trusted && self.prepares(method),
                line,
            };
            let Told { shape, assumed: note } = tell(formal, &own, &setting);
            if shape == Shape::Left || (formal.default.is_some() && (skipped || matches!(shape, Shape::Unknown { .. })))
            {
                skipped = true;
                continue;
            }
            let needed = |what: &str| format!("argument `{}` of `{}` {what}", formal.name, method.function.name);
            if formal.keyword_only {
                return Err(self.at(method, ObstacleKind::Adapter, needed("can only be given by keyword"), line));
            }
            assumed.extend(note);
            if matches!(shape, Shape::Window(_) | Shape::Bar(_)) {
                assumed.extend(handed_on(&formal.name, &own));
            }
            arguments.push(match shape {
                Shape::Bar(bar) => Argument::Bar(bar),
                Shape::Field(field) => Argument::Field(field),
                Shape::Window(window) => Argument::Window(window),
                Shape::Column(column) => Argument::ColumnWindow(column),
                Shape::Index => Argument::Index,
                Shape::Row { previous: false } => Argument::FeatureRow,
                Shape::Row { previous: true } => Argument::PreviousFeatureRow,
                Shape::Features => Argument::FeatureFrame,
                Shape::Position => Argument::Position,
                Shape::EntryPrice => Argument::EntryPrice,
                Shape::Symbol => Argument::Symbol,
                Shape::Left => continue,
                Shape::Data(what) => {
                    return Err(self.at(method, ObstacleKind::Data, needed(&format!("needs {what}")), line));
                }
                Shape::Unknown { why, line } => {
                    let reason =
                        format!("`{}`: {why}; say in the configuration how it is called", method.function.name);
                    return Err(self.at(method, ObstacleKind::Adapter, reason, line));
                }
            });
        }
        if !arguments.is_empty() && !arguments.iter().any(is_market) {
            let reason = "takes neither a bar nor a window of them";
            return Err(self.obstacle(method, ObstacleKind::Adapter, reason));
        }
        Ok((arguments, assumed))
    }

    /// The feature step, where the user named it.
    pub fn trusted_step(&self) -> Option<Method<'a>> {
        self.prepare.filter(|_| self.trusted)
    }

    /// There is a feature step that `method` may read the result of.
    fn prepares(&self, method: Method<'a>) -> bool {
        self.prepare.is_some_and(|prepare| prepare.function.name != method.function.name)
    }

    fn window_names(&self, method: Method<'a>, arguments: &[Argument]) -> BTreeSet<String> {
        let given = method.function.given().iter().zip(arguments);
        given
            .filter(|(_, argument)| {
                matches!(argument, Argument::Window(_) | Argument::ColumnWindow(_) | Argument::FeatureFrame)
            })
            .map(|(formal, _)| formal.name.clone())
            .collect()
    }

    fn answer(&self, method: Method<'a>, windows: &BTreeSet<String>) -> Answer {
        answer::of(self.repository, self.lineage, method, windows)
    }

    /// One answer per row, or one for the last.
    fn window_protocol(&self, method: Method<'a>) -> Result<Protocol, Obstacle> {
        let windows = method.function.given().iter().take(1).map(|argument| argument.name.clone()).collect();
        let answer = self.answer(method, &windows);
        let annotation = answer.annotation.as_deref().unwrap_or("");
        let rows = annotation.contains("Series") || annotation.contains("DataFrame") || annotation.contains("ndarray");
        let one =
            !annotation.is_empty() && !rows && !annotation.starts_with("List[") && !annotation.starts_with("list[");
        if let Some(line) = answer.events {
            let reason = format!("`{}` answers a list of events, not one answer per row or bar", method.function.name);
            return Err(self.at(method, ObstacleKind::Adapter, reason, line));
        }
        match (answer.per_row, answer.signal) {
            (true, false) => Ok(Protocol::Vectorised),
            (false, true) => Ok(Protocol::Window),
            (true, true) if rows => Ok(Protocol::Vectorised),
            (true, true) if one => Ok(Protocol::Window),
            (true, true) => {
                let reason = "answers a whole column in one place and a single signal in another";
                Err(self.obstacle(method, ObstacleKind::Adapter, reason))
            }
            (false, false) if rows => Ok(Protocol::Vectorised),
            (false, false) if one || answer.boolean => Ok(Protocol::Window),
            (false, false) if self.reads_last_row(method) => Ok(Protocol::Window),
            (false, false) => {
                let reason = "does not show whether it answers for every row or for the last; name its protocol";
                Err(self.obstacle(method, ObstacleKind::Adapter, reason))
            }
        }
    }

    /// `df.iloc[-1]`, `closes[-1]`
    fn reads_last_row(&self, method: Method<'a>) -> bool {
        let mut last = false;
        each_expr(&method.function.body, &mut |expr| {
            if let ExprKind::Subscript(_, index) = &expr.kind {
                last |= index.number() == Some(-1.0);
            }
        });
        last
    }

    fn refuse_body(&self, method: Method<'a>) -> Result<(), Obstacle> {
        if method.function.is_async {
            return Err(self.obstacle(method, ObstacleKind::Adapter, "is async; only plain methods are called"));
        }
        if is_stub(method) {
            return Err(self.obstacle(method, ObstacleKind::Abstract, "has no body of its own"));
        }
        Ok(())
    }

    fn refuse_answer(&self, method: Method<'a>, answer: &Answer) -> Result<(), Obstacle> {
        if !answer.any && answer.strange.is_none() {
            return Err(self.obstacle(method, ObstacleKind::Adapter, "answers nothing: it acts through other objects"));
        }
        if let Some(line) = answer.events {
            let reason = format!("`{}` answers a list of events, not one answer per row or bar", method.function.name);
            return Err(self.at(method, ObstacleKind::Adapter, reason, line));
        }
        let plain = answer.signal || answer.per_row || answer.boolean;
        if let Some((why, line)) = &answer.strange
            && !(answer.signal || answer.per_row)
        {
            let reason = format!("`{}` {why}", method.function.name);
            return Err(self.at(method, ObstacleKind::Adapter, reason, *line));
        }
        if !plain && is_weak(&method.function.name) {
            let reason = "does not show that it answers a signal";
            return Err(self.obstacle(method, ObstacleKind::Adapter, reason));
        }
        Ok(())
    }

    fn obstacle(&self, method: Method<'a>, kind: ObstacleKind, what: &str) -> Obstacle {
        self.at(method, kind, format!("`{}` {what}", method.function.name), method.line())
    }

    pub fn at(&self, method: Method<'a>, kind: ObstacleKind, reason: String, line: u32) -> Obstacle {
        Obstacle { kind, reason, line, path: method.ancestor.source.path.clone() }
    }
}

/// Other objects may read what bars do not have.
fn handed_on(name: &str, uses: &[Use]) -> Option<String> {
    let callees: BTreeSet<&str> = uses
        .iter()
        .filter_map(|one| match &one.how {
            How::Passed(callee) if one.path.len() < 3 && is_other_object(callee) => Some(callee.as_str()),
            _ => None,
        })
        .collect();
    let first = callees.first()?;
    Some(format!("`{name}` suits {first}() too, which is not followed"))
}

/// `self.detector.classify`, but no list that is appended to and no logger.
fn is_other_object(callee: &str) -> bool {
    let parts: Vec<&str> = callee.split('.').collect();
    let [head, object, .., last] = parts.as_slice() else { return false };
    let plain = matches!(*last, "append" | "appendleft" | "extend" | "get" | "add" | "update" | "pop" | "index");
    *head == "self" && !plain && !object.contains("log")
}

/// It comes from the feature step.
fn is_feature(argument: &Argument) -> bool {
    matches!(argument, Argument::FeatureRow | Argument::PreviousFeatureRow | Argument::FeatureFrame)
}

/// It can be given once, before the first bar.
fn is_whole(argument: &Argument) -> bool {
    matches!(argument, Argument::Window(_) | Argument::ColumnWindow(_) | Argument::Symbol)
}

fn is_market(argument: &Argument) -> bool {
    !matches!(argument, Argument::Index | Argument::Position | Argument::EntryPrice | Argument::Symbol)
}

fn is_callable(method: &Method<'_>) -> bool {
    let function = method.function;
    !function.has_decorator("property") && !function.has_decorator("setter")
}

fn prepare<'a>(lineage: &Lineage<'a>) -> Option<Method<'a>> {
    PREPARE.iter().filter_map(|name| lineage.method(name)).find(|method| {
        let required = method.function.given().iter().filter(|argument| argument.default.is_none()).count();
        required == 1 && !is_stub(*method) && !method.function.is_async
    })
}
