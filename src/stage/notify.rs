//! Telling people what happened in an iteration. Whoever cannot be told is a warning, on the console and in the
//! journal; the iteration is what it is.

mod command;
mod payload;
mod runnable;
mod webhook;

use super::{Context, Failure, FailureKind};
use crate::artifact::Lake;
use crate::config::{Address, Channel, Event, Notification};
use payload::Payload;
use runnable::Ran;
use serde_json::{Map, Value};
use std::time::Duration;

/// What has to be remembered from before the iteration. None where nobody asks, or where it cannot be read.
#[derive(Debug)]
pub struct Before(Option<Ran>);

/// Looks who ran in the last recorded iteration, and whether the environment has what the configuration names.
pub fn look_back(context: &Context, lake: &Lake) -> Before {
    let notifications = &context.config.notify;
    for (notification, variable) in notifications.iter().flat_map(|one| missing(one).map(move |name| (one, name))) {
        let events: Vec<_> = notification.on.iter().map(|event| event.name()).collect();
        context.console.warn(format!(
            "notify: the environment variable {variable} is not set; nobody is told of {} through it",
            events.join(", ")
        ));
    }
    if !notifications.iter().any(|notification| notification.on.contains(&Event::NotRunnable)) {
        return Before(None);
    }
    match runnable::last(lake) {
        Ok(ran) => Before(Some(ran)),
        Err(failure) => {
            context.console.warn(format!("notify: nobody can be told what stopped running: {failure}"));
            Before(None)
        }
    }
}

/// Tells of the iteration that just ended, by what its stages said and what ended it early.
pub fn after(context: &Context, before: Before, summaries: &Map<String, Value>, failure: Option<&Failure>) {
    if context.config.notify.is_empty() || failure.is_some_and(|failure| failure.kind == FailureKind::Interrupted) {
        return;
    }
    let stopped = match before.0.map(|ran| runnable::stopped(context, &ran, summaries)) {
        Some(Ok(stopped)) => stopped,
        Some(Err(failure)) => {
            context.console.warn(format!("notify: nobody can be told what stopped running: {failure}"));
            Vec::new()
        }
        None => Vec::new(),
    };
    for payload in payload::of(context, summaries, failure, stopped) {
        for notification in context.config.notify.iter().filter(|one| one.on.contains(&payload.event)) {
            deliver(context, notification, &payload);
        }
    }
}

fn deliver(context: &Context, notification: &Notification, payload: &Payload) {
    // A variable that is not set was told of at the start.
    if context.stop.requested() || missing(notification).next().is_some() {
        return;
    }
    let limit = Duration::from_secs_f64(notification.timeout_seconds);
    let (through, outcome) = match &notification.channel {
        Channel::Command(command) => {
            let program = command.first().cloned().unwrap_or_default();
            (program, command::run(command, &context.config.base_dir, payload, limit, &context.stop))
        }
        Channel::Webhook { address, headers_env } => {
            (webhook::shown(address), webhook::post(address, headers_env, payload, limit))
        }
    };
    let event = payload.event.name();
    match outcome {
        Ok(()) => context.console.say(format!("Told {through} of {event}")),
        Err(why) => context.console.warn(format!("notify: {through} was not told of {event}: {why}")),
    }
}

/// Variables that a webhook needs and the environment does not have.
fn missing(notification: &Notification) -> impl Iterator<Item = &str> {
    let needed: Vec<&str> = match &notification.channel {
        Channel::Command(_) => Vec::new(),
        Channel::Webhook { address, headers_env } => {
            let address = match address {
                Address::Env(name) => Some(name.as_str()),
                Address::Url(_) => None,
            };
            address.into_iter().chain(headers_env.values().map(String::as_str)).collect()
        }
    };
    needed.into_iter().filter(|name| std::env::var(name).is_err())
}
