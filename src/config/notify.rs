//! Who is told of what, and how.

use super::fault::Reason;
use super::range::above;
use super::raw::{Content, Node};
use super::section::Section;
use serde::Serialize;
use std::collections::BTreeMap;

/// One entry of `notify`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Notification {
    pub on: Vec<Event>,
    pub channel: Channel,
    /// How long it may take, answer included.
    pub timeout_seconds: f64,
}

/// What somebody may want to hear of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Event {
    /// A challenger passed the gate.
    Promotion,
    /// A change was taken back.
    Rollback,
    FailedIteration,
    /// A strategy ran in the last recorded iteration and does not run now.
    NotRunnable,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// A program and its arguments; it reads the payload from its standard input.
    Command(Vec<String>),
    /// The payload is the body of a POST.
    Webhook {
        address: Address,
        /// Header → name of the environment variable with its value.
        headers_env: BTreeMap<String, String>,
    },
}

#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Address {
    Url(String),
    /// Name of the environment variable that holds it.
    Env(String),
}

impl Event {
    pub const ALL: [Self; 4] = [Self::Promotion, Self::Rollback, Self::FailedIteration, Self::NotRunnable];

    pub const fn name(self) -> &'static str {
        match self {
            Self::Promotion => "promotion",
            Self::Rollback => "rollback",
            Self::FailedIteration => "failed_iteration",
            Self::NotRunnable => "not_runnable",
        }
    }
}

impl Notification {
    pub(super) fn read(section: &mut Section<'_>) -> Self {
        let words = Event::ALL.map(|event| (event.name(), event));
        let on = section.choices("on", Event::ALL.to_vec(), &words);
        if on.is_empty() {
            section.empty("on", "is empty; leave it out to be told of everything");
        }
        let command = section.texts("command", Vec::new());
        let webhook = section.optional_text("webhook");
        let url_env = section.optional_text("url_env");
        let headers_env = section.named_nodes("headers_env", variable);
        let timeout_seconds = section.number("timeout_seconds", 10.0, above(0.0).to(600.0));
        if !headers_env.is_empty() && !command.is_empty() {
            section.contradiction("headers_env", "belong to a webhook; a command has the environment as it is");
        }
        let channel = match (command.is_empty(), webhook, url_env) {
            (false, None, None) => Channel::Command(command),
            (true, Some(url), None) => {
                if let Err(why) = address(&url) {
                    section.contradiction("webhook", why);
                }
                Channel::Webhook { address: Address::Url(url), headers_env }
            }
            (true, None, Some(name)) => {
                if !is_variable(&name) {
                    section.contradiction("url_env", format!("{name:?} is no name of an environment variable"));
                }
                Channel::Webhook { address: Address::Env(name), headers_env }
            }
            _ => {
                section.contradiction("", "takes one of `command`, `webhook` and `url_env`");
                Channel::Command(command)
            }
        };
        Self { on, channel, timeout_seconds }
    }
}

/// # Errors
/// Why a webhook cannot have this address.
fn address(url: &str) -> Result<(), &'static str> {
    let Some(rest) = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://")) else {
        return Err("begins with neither https:// nor http://");
    };
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    if host.contains('@') {
        return Err("has a password in it; put the address into an environment variable and name that in `url_env`");
    }
    if host.is_empty() || url.contains(char::is_whitespace) {
        return Err("is no address");
    }
    Ok(())
}

fn variable(node: &Node) -> Result<String, Reason> {
    match &node.value {
        Content::Text(name) if is_variable(name) => Ok(name.clone()),
        other => Err(Reason::WrongType {
            expected: "the name of an environment variable".to_owned(),
            found: other.describe(),
        }),
    }
}

fn is_variable(name: &str) -> bool {
    !name.starts_with(|c: char| c.is_ascii_digit())
        && !name.is_empty()
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}
