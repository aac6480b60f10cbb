//! The proof that a text changed in the asked values and nowhere else.

use super::read::{Mark, Reading, read};
use super::spell::stands_for;
use super::{Change, Edit, Format, Reason, Scalar};
use crate::strategy::Value;

/// `edits` and `changes` are the same, in order of position.
pub(super) fn verify(
    format: Format,
    before: &Reading,
    after: &str,
    edits: &[&Edit],
    changes: &[Change],
) -> Result<(), Reason> {
    let spans = Spans::of(edits, changes);
    let asked = |_: &str, start, end| spans.after.contains(&(start, end));
    let reading =
        read(format, after, &asked).map_err(|fault| Reason::WouldNotReparse { message: fault.to_string() })?;
    if before.scalars.len() != reading.scalars.len() {
        return Err(Reason::DiffersElsewhere { what: "the number of values".to_owned() });
    }
    for (old, new) in before.scalars.iter().zip(&reading.scalars) {
        let edited = edits.iter().find(|edit| (edit.start, edit.end) == (old.start, old.end));
        let expected_value = edited.map_or(&old.value, |edit| &edit.new);
        let is_same_value = match edited {
            Some(_) => stands_for(&new.value, expected_value),
            None => is_identical(&new.value, expected_value),
        };
        let is_same_place = spans.moved(old.start) == Some(new.start)
            && spans.moved(old.end) == Some(new.end)
            && has_same_name(old, new);
        if !is_same_value || !is_same_place {
            return Err(Reason::DiffersElsewhere { what: old.key() });
        }
    }
    let outside = |marks: &[Mark], edited: &[(u32, u32)]| -> Vec<Mark> {
        let is_inside = |mark: &Mark| edited.iter().any(|&(start, end)| start <= mark.start && mark.end <= end);
        marks.iter().filter(|mark| !is_inside(mark)).copied().collect()
    };
    let old_shape = outside(&before.shape, &spans.before);
    let new_shape = outside(&reading.shape, &spans.after);
    let is_same_mark = |(old, new): (&Mark, &Mark)| {
        old.kind == new.kind && spans.moved(old.start) == Some(new.start) && spans.moved(old.end) == Some(new.end)
    };
    if old_shape.len() != new_shape.len() || !old_shape.iter().zip(&new_shape).all(is_same_mark) {
        return Err(Reason::DiffersElsewhere { what: "the text around the value".to_owned() });
    }
    Ok(())
}

/// Where the edited spans lie before and after.
struct Spans {
    before: Vec<(u32, u32)>,
    after: Vec<(u32, u32)>,
}

impl Spans {
    fn of(edits: &[&Edit], changes: &[Change]) -> Self {
        let before: Vec<(u32, u32)> = edits.iter().map(|edit| (edit.start, edit.end)).collect();
        let mut shift = 0_i64;
        let mut after = Vec::with_capacity(before.len());
        for (&(start, end), change) in before.iter().zip(changes) {
            let new_start = i64::from(start) + shift;
            let new_end = new_start + change.new_text.len() as i64;
            after.push((u32::try_from(new_start).unwrap_or(u32::MAX), u32::try_from(new_end).unwrap_or(u32::MAX)));
            shift = new_end - i64::from(end);
        }
        Self { before, after }
    }

    /// Where a position outside the edited bytes, or on their border, has gone.
    fn moved(&self, position: u32) -> Option<u32> {
        let passed = self.before.partition_point(|&(start, _)| start < position);
        let Some(last) = passed.checked_sub(1) else { return Some(position) };
        let beyond = position.checked_sub(self.before[last].1)?;
        self.after[last].1.checked_add(beyond)
    }
}

fn has_same_name(old: &Scalar, new: &Scalar) -> bool {
    old.path == new.path
        && (old.document, old.line, old.quoting) == (new.document, new.line, new.quoting)
        && (old.shared, old.duplicate_key) == (new.shared, new.duplicate_key)
}

/// Equal to the bit; a NaN is itself.
fn is_identical(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Float(a), Value::Float(b)) => a.to_bits() == b.to_bits(),
        _ => a == b,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `a: 20` becomes the given text, and the rest of the file too.
    fn verdict(new_text: &str, after: &str) -> Result<(), Reason> {
        const BEFORE: &str = "a: 20\nb: {c: 1, d: []} # x\n";
        let reading = read(Format::Yaml, BEFORE, &|_, _, _| true)
            .map_err(|fault| Reason::WouldNotReparse { message: fault.message })?;
        let edit = Edit {
            file: "f".into(),
            format: Format::Yaml,
            start: 3,
            end: 5,
            old: Value::Int(20),
            new: Value::Int(230),
            expected_hash: String::new(),
        };
        let change =
            Change { key: "a".to_owned(), line: 1, start: 3, old_text: "20".to_owned(), new_text: new_text.to_owned() };
        verify(Format::Yaml, &reading, after, &[&edit], &[change])
    }

    #[test]
    fn only_the_asked_value_may_differ() {
        assert_eq!(verdict("230", "a: 230\nb: {c: 1, d: []} # x\n"), Ok(()));
        let wrong = [
            ("the value is another", "231", "a: 231\nb: {c: 1, d: []} # x\n"),
            ("the value is text", "'230'", "a: '230'\nb: {c: 1, d: []} # x\n"),
            ("another value changed", "230", "a: 230\nb: {c: 2, d: []} # x\n"),
            ("a key changed", "230", "a: 230\nb: {e: 1, d: []} # x\n"),
            ("a value came in", "230", "a: 230\nb: {c: 1, d: [2]} # x\n"),
            ("an empty list became a mapping", "230", "a: 230\nb: {c: 1, d: {}} # x\n"),
            ("a value moved", "230", "a: 230\nb: {c:  1, d: []} # x\n"),
            ("the new text brought a key with it", "230\nz: 1", "a: 230\nz: 1\nb: {c: 1, d: []} # x\n"),
            ("a document began", "230\n---", "a: 230\n---\nb: {c: 1, d: []} # x\n"),
            ("it is given twice", "230", "a: 230\na: {c: 1, d: []} # x\n"),
        ];
        for (what, new_text, after) in wrong {
            let reason = verdict(new_text, after).err().map(|reason| reason.name());
            assert_eq!(reason, Some("differs_elsewhere"), "{what}");
        }
        let broken = verdict("230", "a: 230\nb: {c: 1, d: [ # x\n").err().map(|reason| reason.name());
        assert_eq!(broken, Some("would_not_reparse"));
    }
}
