use super::original::Original;
use super::read::{self, MarkKind, Reading, read};
use super::{Change, Edit, Format, Reason, Refusal, Scalar, Undo, hash, spell, verify};
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

/// What a file would become, proven to differ in the asked values alone.
#[derive(Clone, PartialEq, Eq)]
pub struct Planned {
    /// As the edits named it.
    pub file: PathBuf,
    /// The file itself where `file` is, or lies behind, a symbolic link; this is what would be replaced.
    pub target: PathBuf,
    pub format: Format,
    pub before: Vec<u8>,
    pub after: Vec<u8>,
    /// Unified diff; without context lines for `.env`, whose other values are nobody's business.
    pub diff: String,
    pub undo: Undo,
}

/// Leaves the bytes out: they may hold what must not be printed.
impl fmt::Debug for Planned {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Planned").field("file", &self.file).field("changes", &self.undo.changes).finish_non_exhaustive()
    }
}

impl Planned {
    /// The file lies elsewhere than where it was named.
    pub fn is_through_symlink(&self) -> bool {
        fs::symlink_metadata(&self.file).is_ok_and(|metadata| metadata.is_symlink())
    }
}

/// Works out all `edits`, which are of one file, or none of them. Reads the file and writes nothing.
///
/// # Errors
/// See [`Reason`]: whatever is doubtful about the file, the place or the new text.
pub fn plan(edits: &[Edit]) -> Result<Planned, Refusal> {
    let Some(first) = edits.first() else {
        return Err(Refusal::new(Path::new(""), Reason::NoChange));
    };
    let original = Original::find(&first.file)?;
    let before = fs::read(&original.target).map_err(|error| Refusal::io(&first.file, "reading the file", &error))?;
    plan_bytes(edits, before, original.target)
}

/// [`plan`] on bytes alone.
pub(super) fn plan_bytes(edits: &[Edit], before: Vec<u8>, target: PathBuf) -> Result<Planned, Refusal> {
    let Some(first) = edits.first() else {
        return Err(Refusal::new(&target, Reason::NoChange));
    };
    let file = &first.file;
    let refuse = |reason| Refusal::new(file, reason);
    if edits.iter().any(|edit| edit.file != *file) {
        return Err(refuse(Reason::Ambiguous { why: "one plan is for one file, and edits name several".to_owned() }));
    }
    if edits.iter().any(|edit| edit.format != first.format) {
        return Err(refuse(Reason::UnknownFormat));
    }
    let old_hash = hash(&before);
    if edits.iter().any(|edit| edit.expected_hash != old_hash) {
        return Err(refuse(Reason::Changed));
    }
    let text = str::from_utf8(&before).map_err(|error| {
        let ends = before[..error.valid_up_to()].iter().filter(|&&byte| byte == b'\n').count();
        let line = u32::try_from(ends).map_or(u32::MAX, |ends| ends.saturating_add(1));
        Refusal::at(file, line, Reason::Unreadable { message: "it is not UTF-8".to_owned() })
    })?;
    let asked = |_: &str, start, end| edits.iter().any(|edit| edit.start == start && edit.end == end);
    let reading = read(first.format, text, &asked)
        .map_err(|fault| Refusal::at(file, fault.line, Reason::Unreadable { message: fault.message }))?;

    let mut ordered: Vec<&Edit> = edits.iter().collect();
    ordered.sort_by_key(|edit| (edit.start, edit.end));
    if ordered.windows(2).any(|pair| pair[1].start < pair[0].end || pair[1].start == pair[0].start) {
        return Err(refuse(Reason::Ambiguous { why: "two edits ask for the same bytes".to_owned() }));
    }
    let mut changes = Vec::with_capacity(ordered.len());
    let mut after = String::with_capacity(text.len() + 16);
    let mut copied = 0;
    for edit in &ordered {
        let change = change(edit, text, &reading)?;
        after.push_str(&text[copied..edit.start as usize]);
        after.push_str(&change.new_text);
        copied = edit.end as usize;
        changes.push(change);
    }
    after.push_str(&text[copied..]);
    if after == text {
        return Err(refuse(Reason::NoChange));
    }
    verify::verify(first.format, &reading, &after, &ordered, &changes).map_err(refuse)?;

    let diff = diff(file, first.format, text, &after);
    let after = after.into_bytes();
    let undo = Undo { file: target.clone(), old_hash, new_hash: hash(&after), changes };
    if undo.revert(&after).as_ref() != Some(&before) {
        return Err(refuse(Reason::DiffersElsewhere { what: "the way back".to_owned() }));
    }
    Ok(Planned { file: file.clone(), target, format: first.format, before, after, diff, undo })
}

fn change(edit: &Edit, text: &str, reading: &Reading) -> Result<Change, Refusal> {
    let scalar = the_scalar(edit, text, reading)?;
    let refuse = |reason| Refusal::at(&edit.file, scalar.line, reason);
    if scalar.duplicate_key {
        return Err(refuse(Reason::DuplicateKey { key: scalar.key() }));
    }
    if scalar.shared {
        let same = |other: &&Scalar| other.start == scalar.start && other.end == scalar.end;
        let keys: Vec<String> = reading.scalars.iter().filter(same).map(Scalar::key).collect();
        return Err(refuse(match edit.format {
            Format::Python => Reason::Ambiguous { why: format!("one value is given to {}", keys.join(" and ")) },
            _ => Reason::AliasOrAnchor { keys },
        }));
    }
    let old_text = &text[edit.start as usize..edit.end as usize];
    let new_text = spell::spell(edit.format, scalar, old_text, &edit.old, &edit.new).map_err(refuse)?;
    Ok(Change { key: scalar.key(), line: scalar.line, start: edit.start, old_text: old_text.to_owned(), new_text })
}

fn the_scalar<'a>(edit: &Edit, text: &str, reading: &'a Reading) -> Result<&'a Scalar, Refusal> {
    let refuse = |reason| Refusal::new(&edit.file, reason);
    if edit.start >= edit.end || text.get(edit.start as usize..edit.end as usize).is_none() {
        return Err(refuse(Reason::NotFound));
    }
    if let Some(scalar) = reading.scalars.iter().find(|scalar| scalar.start == edit.start && scalar.end == edit.end) {
        return Ok(scalar);
    }
    let holds_text = |kind| match kind {
        MarkKind::Node(name) => !read::CONTAINERS.contains(&name),
        MarkKind::Token(token) => !token.is_trivia() && !token.is_any_newline(),
    };
    let touches =
        reading.shape.iter().any(|mark| holds_text(mark.kind) && mark.start < edit.end && edit.start < mark.end);
    Err(refuse(if touches { Reason::NotAValue } else { Reason::NotFound }))
}

fn diff(file: &Path, format: Format, before: &str, after: &str) -> String {
    let name = file.display().to_string();
    let context = if format == Format::Env { 0 } else { 3 };
    similar::TextDiff::from_lines(before, after).unified_diff().context_radius(context).header(&name, &name).to_string()
}
