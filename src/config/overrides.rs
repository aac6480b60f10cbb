//! What a user knows better about one strategy than discovery can see.

use super::argument;
use super::bounds::{self, Bounds};
use super::raw::Node;
use super::section::Section;
use crate::strategy::{Argument, Protocol, SellMeans, ZeroMeans};
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeMap;

/// One block under `strategies.overrides`. What is None or empty is left to discovery.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct StrategyOverride {
    /// Neither run nor searched, but listed.
    pub exclude: bool,
    pub entry: EntryOverride,
    pub sell_means: Option<SellMeans>,
    pub zero_means: Option<ZeroMeans>,
    /// Values a search may try, by parameter.
    pub bounds: BTreeMap<String, Bounds>,
    /// Parameters that keep their value.
    pub pinned: Vec<String>,
    /// Constructor arguments that have no default, or another value than their default.
    pub arguments: BTreeMap<String, Value>,
    /// File that holds the strategy's values, relative to its root, and the dotted key below which they stand.
    pub config_file: Option<String>,
    pub config_key: Option<String>,
}

/// How the class is called, where it is not how it looks.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct EntryOverride {
    pub protocol: Option<Protocol>,
    pub method: Option<String>,
    /// In order, without `self`.
    pub arguments: Option<Vec<Argument>>,
    /// The predicate that leaves a position.
    pub exit: Option<String>,
    pub exit_arguments: Option<Vec<Argument>>,
    /// The feature step.
    pub prepare: Option<String>,
    /// Column of the answer to read.
    pub column: Option<String>,
}

const PROTOCOLS: [(&str, Protocol); 7] = [
    (Protocol::Vectorised.name(), Protocol::Vectorised),
    (Protocol::Window.name(), Protocol::Window),
    (Protocol::Bar.name(), Protocol::Bar),
    (Protocol::FrameIndex.name(), Protocol::FrameIndex),
    (Protocol::Features.name(), Protocol::Features),
    (Protocol::EnterExit.name(), Protocol::EnterExit),
    (Protocol::DataInConstructor.name(), Protocol::DataInConstructor),
];

impl StrategyOverride {
    pub(super) fn read(section: &mut Section<'_>) -> Self {
        let strategy = Self {
            exclude: section.flag("exclude", false),
            entry: section.nested("entry", EntryOverride::read),
            sell_means: section
                .optional_choice("sell_means", &[("flat", SellMeans::Flat), ("short", SellMeans::Short)]),
            zero_means: section.optional_choice("zero_means", &[("flat", ZeroMeans::Flat), ("hold", ZeroMeans::Hold)]),
            bounds: section.named_nodes("bounds", bounds::read),
            pinned: section.texts("pinned", Vec::new()),
            arguments: section.named_nodes("arguments", Node::to_json),
            config_file: section.optional_text("config_file"),
            config_key: section.optional_text("config_key"),
        };
        for name in strategy.pinned.iter().filter(|name| strategy.bounds.contains_key(*name)) {
            section.contradiction("pinned", format!("{name} is pinned and has bounds; only one can be meant"));
        }
        if strategy.config_key.is_some() && strategy.config_file.is_none() {
            section.contradiction("config_key", "says where in a file, but config_file is missing");
        }
        strategy
    }
}

impl EntryOverride {
    fn read(section: &mut Section<'_>) -> Self {
        let entry = Self {
            protocol: section.optional_choice("protocol", &PROTOCOLS),
            method: section.optional_text("method"),
            arguments: argument::list(section, "arguments"),
            exit: section.optional_text("exit"),
            exit_arguments: argument::list(section, "exit_arguments"),
            prepare: section.optional_text("prepare"),
            column: section.optional_text("column"),
        };
        if entry.exit.is_none() && entry.exit_arguments.is_some() {
            section.contradiction("exit_arguments", "belong to a method that is not named in `exit`");
        }
        entry
    }
}
