use crate::strategy::native::ir::{LayoutId, Program, Word};

/// What the memory has to know of a program: how wide elements and objects are, and where references stand.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Shapes {
    layouts: Vec<Shape>,
    /// State slots that hold an address or 0.
    roots: Vec<usize>,
    widest: usize,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Shape {
    width: usize,
    references: Vec<usize>,
}

impl Shapes {
    pub fn of(program: &Program) -> Self {
        let references = |words: &mut dyn Iterator<Item = Word>| {
            words.enumerate().filter(|(_, word)| *word == Word::Ref).map(|(index, _)| index).collect::<Vec<_>>()
        };
        let layouts: Vec<Shape> = program
            .layouts
            .iter()
            .map(|layout| Shape {
                width: layout.words.len(),
                references: references(&mut layout.words.iter().copied()),
            })
            .collect();
        let widest = layouts.iter().map(|shape| shape.width).max().unwrap_or(0);
        Self { layouts, roots: references(&mut program.state.iter().map(|state| state.word)), widest }
    }

    /// Words of one element or object.
    pub fn width(&self, layout: LayoutId) -> usize {
        self.layouts[layout.0 as usize].width
    }

    pub(super) fn references(&self, layout: LayoutId) -> &[usize] {
        &self.layouts[layout.0 as usize].references
    }

    pub(super) fn roots(&self) -> &[usize] {
        &self.roots
    }

    pub(super) fn widest(&self) -> usize {
        self.widest
    }
}
