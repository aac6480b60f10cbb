use super::stop::Stop;
use super::{Context, Failure, FailureKind, Pipeline, iterate};
use serde_json::{Value, json};
use std::time::Duration;

/// Iterates until a signal comes or `limit` iterations are done. An iteration that fails is reported and the
/// next one gets its turn; a configuration that cannot be read ends the loop.
///
/// # Errors
/// What `prepare` says before the first iteration, or a lock held by another process.
pub fn repeat(
    prepare: impl Fn(u64) -> Result<(Context, Pipeline), Failure>,
    limit: Option<u64>,
) -> Result<Value, Failure> {
    let stop = Stop::on_signals()?;
    let (mut done, mut failed) = (0, 0);
    while !stop.requested() && limit.is_none_or(|limit| done < limit) {
        let (context, pipeline) = prepare(done)?;
        let console = &context.console;
        let hours = context.config.system.scan_interval_hours;
        match iterate(&context, &pipeline) {
            Ok(_) => {}
            Err(failure) if matches!(failure.kind, FailureKind::Locked | FailureKind::Configuration) => {
                return Err(failure);
            }
            Err(failure) if failure.kind == FailureKind::Interrupted => break,
            Err(failure) => {
                failed += 1;
                console.warn(format!("the iteration failed: {failure}"));
            }
        }
        done += 1;
        if limit.is_some_and(|limit| done >= limit) {
            break;
        }
        console.say(format!("Next iteration in {hours} h"));
        stop.sleep(Duration::from_secs_f64(hours * 3600.0));
    }
    Ok(json!({ "iterations": done, "failed": failed }))
}
