//! The entry that the user names in the configuration.

use super::super::EntryOverride;
use super::choose::{Chooser, Chosen};
use super::obstacle::Obstacle;
use crate::strategy::{Entry, Protocol};

impl Chooser<'_, '_> {
    pub fn wished(&self, wish: &EntryOverride) -> Result<Chosen, Obstacle> {
        let Some(name) = &wish.method else {
            let mut chosen = self.search()?;
            self.amend(&mut chosen.entry, wish)?;
            return Ok(chosen);
        };
        let method = self.named(name, "entry")?;
        let chosen = match (&wish.arguments, wish.protocol) {
            (Some(arguments), protocol) => {
                let protocol = match protocol {
                    Some(protocol) => protocol,
                    None => self.protocol_of(method, arguments)?,
                };
                Chosen { entry: self.entry(protocol, method, arguments.clone(), Vec::new()), data: None }
            }
            (None, Some(Protocol::EnterExit)) => self.pair(method, None)?,
            (None, protocol) => self.single(method, protocol)?,
        };
        let mut chosen = chosen;
        self.amend(&mut chosen.entry, wish)?;
        Ok(chosen)
    }

    fn amend(&self, entry: &mut Entry, wish: &EntryOverride) -> Result<(), Obstacle> {
        entry.column.clone_from(&wish.column);
        if let Some(name) = &wish.exit_method {
            let method = self.named(name, "exit")?;
            let arguments = match &wish.exit_arguments {
                Some(arguments) => arguments.clone(),
                None => self.arguments(method, None)?.0,
            };
            entry.exit = Some((name.clone(), arguments));
        }
        self.add_prepare(entry)
    }
}
