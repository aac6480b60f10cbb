//! Comprehensions and generators: loops whose elements go somewhere.

use super::iterate::Each;
use super::ty::Ty;
use super::val::Val;
use super::{Lower, Pass};
use crate::discovery::code::Comprehension;

impl<'a> Pass<'a> {
    /// Runs a comprehension's loops and gives each element to `each`.
    pub fn generate(&mut self, comprehension: &Comprehension, changed: &[String], each: Each<'_, 'a>) -> Lower<()> {
        let outer = self.env.vars.clone();
        self.generator(comprehension, 0, changed, each)?;
        // Its names are its own.
        let mut targets = Vec::new();
        for (target, _, _) in &comprehension.generators {
            super::loops::names_of(target, &mut targets);
        }
        for name in targets {
            match outer.get(&name) {
                Some(value) => self.env.vars.insert(name, value.clone()),
                None => self.env.vars.remove(&name),
            };
        }
        Ok(())
    }

    fn generator(
        &mut self,
        comprehension: &Comprehension,
        at: usize,
        changed: &[String],
        each: Each<'_, 'a>,
    ) -> Lower<()> {
        let Some((target, iter, conditions)) = comprehension.generators.get(at) else {
            let [element] = comprehension.elements.as_slice() else {
                return self.obstacle("a dict comprehension", "dicts with computed keys are not compiled");
            };
            let element = self.expr(element)?;
            return each(self, element);
        };
        let source = self.iterable(iter)?;
        let mut names: Vec<String> = changed.to_vec();
        for (target, _, _) in &comprehension.generators {
            super::loops::names_of(target, &mut names);
        }
        self.iterate(
            &source,
            &names,
            &mut |this, item| {
                this.assign(target, item)?;
                let mut skipped = Vec::new();
                for condition in conditions {
                    if this.b.current.is_none() {
                        break;
                    }
                    skipped.push(this.branch_on(condition)?);
                }
                if this.b.current.is_some() {
                    this.generator(comprehension, at + 1, changed, each)?;
                }
                skipped.push(this.part());
                this.meet(skipped)
            },
            &mut |_| Ok(()),
        )
    }

    pub fn comprehension(&mut self, comprehension: &Comprehension) -> Lower<Val> {
        if !comprehension.list {
            return self.obstacle("a generator", "outside sum, min, max, any, all or list");
        }
        self.list_comprehension(comprehension)
    }

    pub fn list_comprehension(&mut self, comprehension: &Comprehension) -> Lower<Val> {
        let origin = self.origin();
        let list = self.list_of(&origin, &[])?;
        let held = list.clone();
        self.generate(comprehension, &[], &mut |this, element| this.push(&held, &element))?;
        Ok(list)
    }

    /// The type of a generator's elements, found without keeping what was emitted.
    pub fn element_type(&mut self, comprehension: &Comprehension) -> Lower<Ty> {
        let mut found = Ty::Never;
        self.probe(|this| {
            let mut seen = Ty::Never;
            this.generate(comprehension, &[], &mut |this, element| {
                seen = this.facts.join(&seen, &element.ty);
                Ok(())
            })?;
            found = seen;
            Ok(())
        })?;
        Ok(found)
    }
}
