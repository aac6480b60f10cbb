//! What is learnt about attributes, lists and objects while the program is lowered again and again, until a pass
//! learns nothing new.

use super::ty::{FrameId, Kinds, Known, ListId, Pandas, RecordId, StaticId, Ty};
use crate::discovery::code::ClassId;
use std::collections::{BTreeMap, BTreeSet};

/// Where something is made: the spans of the calls that led there, innermost last.
pub type Origin = Vec<(usize, u32)>;

#[derive(Debug, Clone, PartialEq, Default)]
pub struct Facts {
    pub attributes: BTreeMap<(StaticId, String), Ty>,
    /// The same in the order in which they were first set: a dict's keys.
    pub order: Vec<(StaticId, String)>,
    /// Attributes that may be read before they are set: a flag tells.
    pub flagged: BTreeSet<(StaticId, String)>,
    statics: Vec<(Origin, Option<ClassId>)>,
    lists: Vec<ListFact>,
    records: Vec<RecordFact>,
    frames: Vec<Origin>,
    /// Made in the constructor, and yet not always the same object: they live in memory.
    pub in_memory: BTreeSet<Origin>,
    symbols: Vec<Symbol>,
}

#[derive(Debug, Clone, PartialEq)]
struct ListFact {
    origin: Origin,
    /// Lists that meet are one; None for itself.
    same_as: Option<ListId>,
    element: Ty,
    deque: bool,
    list: bool,
}

#[derive(Debug, Clone, PartialEq)]
struct RecordFact {
    class: ClassId,
    fields: Vec<(String, Ty)>,
}

/// A string, or a member of an enum.
#[derive(Debug, Clone, PartialEq)]
pub enum Symbol {
    Text(String),
    Member {
        class: ClassId,
        name: String,
        value: Option<String>,
        number: Option<f64>,
    },
    /// The market's symbol, whatever it is called.
    Market,
}

impl Facts {
    pub fn symbol(&mut self, symbol: Symbol) -> usize {
        self.symbols.iter().position(|known| *known == symbol).unwrap_or_else(|| {
            self.symbols.push(symbol);
            self.symbols.len() - 1
        })
    }

    pub fn symbols(&self) -> &[Symbol] {
        &self.symbols
    }

    pub fn static_at(&mut self, origin: &Origin, class: Option<ClassId>) -> StaticId {
        let known = self.statics.iter().position(|(known, _)| known == origin);
        StaticId(known.unwrap_or_else(|| {
            self.statics.push((origin.clone(), class));
            self.statics.len() - 1
        }))
    }

    pub fn frame_at(&mut self, origin: &Origin) -> FrameId {
        let known = self.frames.iter().position(|known| known == origin);
        let at = known.unwrap_or_else(|| {
            self.frames.push(origin.clone());
            self.frames.len() - 1
        });
        // The first number is that of frames nobody changes.
        FrameId(at + 1)
    }

    pub fn class_of(&self, id: StaticId) -> Option<ClassId> {
        self.statics.get(id.0).and_then(|(_, class)| *class)
    }

    pub fn origin_of(&self, id: StaticId) -> Option<&Origin> {
        self.statics.get(id.0).map(|(origin, _)| origin)
    }

    pub fn list_at(&mut self, origin: &Origin, deque: bool) -> ListId {
        if let Some(known) = self.lists.iter().position(|list| list.origin == *origin) {
            return self.find(ListId(known));
        }
        self.lists.push(ListFact { origin: origin.clone(), same_as: None, element: Ty::Never, deque, list: !deque });
        ListId(self.lists.len() - 1)
    }

    pub fn find(&self, mut id: ListId) -> ListId {
        while let Some(next) = self.lists.get(id.0).and_then(|list| list.same_as) {
            id = next;
        }
        id
    }

    pub fn element(&self, id: ListId) -> Ty {
        self.lists.get(self.find(id).0).map_or(Ty::Never, |list| list.element.clone())
    }

    /// Whether it may be a deque, and whether it may be a list.
    pub fn nature(&self, id: ListId) -> (bool, bool) {
        self.lists.get(self.find(id).0).map_or((false, false), |list| (list.deque, list.list))
    }

    pub fn grow(&mut self, id: ListId, element: &Ty) {
        let id = self.find(id);
        let joined = kept(self.join(&self.element(id), element));
        // Joining may have merged the list itself.
        let id = self.find(id);
        if let Some(list) = self.lists.get_mut(id.0) {
            list.element = joined;
        }
    }

    pub fn unify(&mut self, a: ListId, b: ListId) -> ListId {
        let (a, b) = (self.find(a), self.find(b));
        if a == b {
            return a;
        }
        let (keep, drop) = (a.min(b), a.max(b));
        let (deque, list) = self.nature(drop);
        let element = self.element(drop);
        self.lists[drop.0].same_as = Some(keep);
        self.lists[keep.0].deque |= deque;
        self.lists[keep.0].list |= list;
        self.grow(keep, &element);
        self.find(keep)
    }

    pub fn record_of(&mut self, class: ClassId) -> RecordId {
        let known = self.records.iter().position(|record| record.class == class);
        RecordId(known.unwrap_or_else(|| {
            self.records.push(RecordFact { class, fields: Vec::new() });
            self.records.len() - 1
        }))
    }

    pub fn record_class(&self, id: RecordId) -> ClassId {
        self.records[id.0].class
    }

    pub fn fields(&self, id: RecordId) -> &[(String, Ty)] {
        self.records.get(id.0).map_or(&[], |record| &record.fields)
    }

    pub fn grow_field(&mut self, id: RecordId, name: &str, ty: &Ty) {
        let known = self.fields(id).iter().position(|(field, _)| field == name);
        match known {
            Some(at) => {
                let joined = kept(self.join(&self.records[id.0].fields[at].1.clone(), ty));
                self.records[id.0].fields[at].1 = joined;
            }
            None => self.records[id.0].fields.push((name.to_owned(), kept(ty.clone()))),
        }
    }

    pub fn grow_attribute(&mut self, object: StaticId, name: &str, ty: &Ty) {
        let key = (object, name.to_owned());
        if !self.attributes.contains_key(&key) {
            self.order.push(key.clone());
        }
        let known = self.attributes.get(&key).cloned().unwrap_or(Ty::Never);
        let joined = kept(self.join(&known, ty));
        // An object that is not always the same cannot live in slots.
        if matches!(joined, Ty::Conflict(_)) {
            for side in [&known, ty] {
                if let Ty::Known(Known::Static(id)) = side
                    && let Some(origin) = self.origin_of(*id).cloned()
                {
                    self.in_memory.insert(origin);
                }
            }
        }
        self.attributes.insert(key, joined);
    }

    /// The least type that holds both.
    pub fn join(&mut self, a: &Ty, b: &Ty) -> Ty {
        match (a, b) {
            (a, b) if a == b => a.clone(),
            (Ty::Conflict(_), _) | (_, Ty::Never) => a.clone(),
            (_, Ty::Conflict(_)) | (Ty::Never, _) => b.clone(),
            (Ty::Scalar(a), Ty::Scalar(b)) => Ty::Scalar(a.union(*b)),
            (Ty::Scalar(kinds), Ty::Pandas(numpy)) | (Ty::Pandas(numpy), Ty::Scalar(kinds))
                if beside_numpy(*kinds, *numpy).is_some() =>
            {
                beside_numpy(*kinds, *numpy).unwrap_or(Ty::Never)
            }
            (Ty::Pandas(Pandas::Float | Pandas::Number), Ty::Pandas(Pandas::Float | Pandas::Number)) => {
                Ty::Pandas(Pandas::Number)
            }
            (Ty::List(a), Ty::List(b)) => Ty::List(self.unify(*a, *b)),
            (Ty::Known(Known::Text), Ty::Scalar(kinds)) | (Ty::Scalar(kinds), Ty::Known(Known::Text))
                if kinds.within(Kinds::STR.union(Kinds::NONE)) =>
            {
                Ty::Known(Known::Text)
            }
            (Ty::Opt(inner), Ty::Scalar(none)) | (Ty::Scalar(none), Ty::Opt(inner)) if *none == Kinds::NONE => {
                Ty::Opt(inner.clone())
            }
            (Ty::Opt(a), Ty::Opt(b)) => self.optional(a, b),
            (Ty::Opt(a), b) | (b, Ty::Opt(a)) => self.optional(a, b),
            (inner, Ty::Scalar(none)) | (Ty::Scalar(none), inner)
                if *none == Kinds::NONE
                    && matches!(
                        inner,
                        Ty::List(_)
                            | Ty::Object(_)
                            | Ty::Tuple(_)
                            | Ty::Map(_)
                            | Ty::Bar(_)
                            | Ty::View(_)
                            | Ty::Pandas(_)
                    ) =>
            {
                Ty::Opt(Box::new(inner.clone()))
            }
            (Ty::Tuple(a), Ty::Tuple(b)) if a.len() == b.len() => {
                let items: Vec<Ty> = a.iter().zip(b).map(|(a, b)| self.join(a, b)).collect();
                match items.iter().find(|item| matches!(item, Ty::Conflict(_))) {
                    Some(conflict) => conflict.clone(),
                    None => Ty::Tuple(items),
                }
            }
            (Ty::Map(a), Ty::Map(b)) if a.iter().map(|(key, _)| key).eq(b.iter().map(|(key, _)| key)) => {
                let items: Vec<(String, Ty)> =
                    a.iter().zip(b).map(|((key, a), (_, b))| (key.clone(), self.join(a, b))).collect();
                match items.iter().find(|(_, item)| matches!(item, Ty::Conflict(_))) {
                    Some((_, conflict)) => conflict.clone(),
                    None => Ty::Map(items),
                }
            }
            (a, b) => Ty::Conflict(format!("{} on one path, {} on another", a.name(), b.name())),
        }
    }

    fn optional(&mut self, a: &Ty, b: &Ty) -> Ty {
        match self.join(a, b) {
            conflict @ Ty::Conflict(_) => conflict,
            inner => Ty::Opt(Box::new(inner)),
        }
    }
}

/// What holds a scalar of Python's and one of numpy's.
fn beside_numpy(kinds: Kinds, numpy: Pandas) -> Option<Ty> {
    let bare = kinds.without(Kinds::NONE);
    let met = match numpy {
        Pandas::Float | Pandas::Number if !bare.is_empty() && bare.within(Kinds::NUMBERS) => Pandas::Number,
        Pandas::Bool if bare == Kinds::BOOL => Pandas::Bool,
        _ => return None,
    };
    Some(if bare == kinds { Ty::Pandas(met) } else { Ty::Opt(Box::new(Ty::Pandas(met))) })
}

/// Columns that a frame was given are noted while one bar passes only.
fn kept(ty: Ty) -> Ty {
    fn holds_frame(ty: &Ty) -> bool {
        match ty {
            Ty::Pandas(Pandas::Frame(id) | Pandas::FrameIloc(id) | Pandas::Row(id) | Pandas::Names(id)) => {
                *id != FrameId::UNCHANGED
            }
            Ty::Opt(inner) => holds_frame(inner),
            Ty::Tuple(items) => items.iter().any(holds_frame),
            Ty::Map(items) => items.iter().any(|(_, item)| holds_frame(item)),
            _ => false,
        }
    }
    if holds_frame(&ty) { Ty::Conflict("a frame, or a row of one, that is kept".to_owned()) } else { ty }
}
