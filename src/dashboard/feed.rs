//! `GET /events`: server-sent events. `progress` is one moment as JSON, sent on connecting and on every change; `line`
//! something the run said, with `run:number` as its id, so that a browser that comes back gets what it missed;
//! `published` the edition of the store.

use super::site::Site;
use super::watch::Live;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use serde_json::json;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc::{Sender, channel};
use tokio::sync::watch;
use tokio_stream::wrappers::ReceiverStream;

/// After which a browser connects again.
const RETRY: Duration = Duration::from_secs(2);

/// Something is sent at least so often, so that both sides notice when the other is gone.
const ALIVE: Duration = Duration::from_secs(15);

/// Events that wait for a slow reader; then it is he who waits.
const WAITING: usize = 16;

pub async fn events(State(site): State<Arc<Site>>, headers: HeaderMap) -> Response {
    let Ok(place) = Arc::clone(&site.feeds).try_acquire_owned() else {
        let again = [(header::RETRY_AFTER, "5")];
        return (StatusCode::SERVICE_UNAVAILABLE, again, "too many pages are open\n").into_response();
    };
    let seen = headers.get("last-event-id").and_then(|id| id.to_str().ok()).and_then(Seen::parse);
    let (sender, receiver) = channel(WAITING);
    tokio::spawn(async move {
        let _place = place;
        // An end here is the reader's: he is gone.
        let _ = feed(&site, &sender, seen).await;
    });
    let stream = ReceiverStream::new(receiver);
    Sse::new(stream).keep_alive(KeepAlive::new().interval(ALIVE)).into_response()
}

/// The last line that somebody has.
struct Seen {
    run: String,
    number: u64,
}

impl Seen {
    fn parse(id: &str) -> Option<Self> {
        let (run, number) = id.rsplit_once(':')?;
        Some(Self { run: run.to_owned(), number: number.parse().ok()? })
    }
}

/// The reader is gone.
struct Gone;

async fn feed(site: &Site, to: &Sender<Result<Event, Infallible>>, mut seen: Option<Seen>) -> Result<(), Gone> {
    let (mut live, mut ending) = (site.live.clone(), site.ending.clone());
    let mut edition = None;
    send(to, Event::default().retry(RETRY)).await?;
    loop {
        let now = Arc::clone(&live.borrow_and_update());
        send(to, Event::default().event("progress").json_data(&*now).map_err(|_| Gone)?).await?;
        lines(to, &now, &mut seen).await?;
        if now.edition != edition {
            edition.clone_from(&now.edition);
            let name = json!({ "edition": edition });
            send(to, Event::default().event("published").json_data(name).map_err(|_| Gone)?).await?;
        }
        tokio::select! {
            changed = live.changed() => changed.map_err(|_| Gone)?,
            () = to.closed() => return Err(Gone),
            () = ended(&mut ending) => return Ok(()),
        }
    }
}

/// Returns when the server is to end, or is gone.
async fn ended(ending: &mut watch::Receiver<bool>) {
    let _ = ending.wait_for(|ending| *ending).await;
}

async fn lines(to: &Sender<Result<Event, Infallible>>, now: &Live, seen: &mut Option<Seen>) -> Result<(), Gone> {
    let Some(progress) = &now.progress else { return Ok(()) };
    let known = seen.as_ref().filter(|seen| seen.run == progress.run).map_or(0, |seen| seen.number);
    for line in now.lines.iter().filter(|line| line.number > known) {
        let id = format!("{}:{}", progress.run, line.number);
        let data = json!({ "run": progress.run, "number": line.number, "at": line.at, "warning": line.warning, "text": line.text });
        send(to, Event::default().event("line").id(id).json_data(data).map_err(|_| Gone)?).await?;
        *seen = Some(Seen { run: progress.run.clone(), number: line.number });
    }
    Ok(())
}

async fn send(to: &Sender<Result<Event, Infallible>>, event: Event) -> Result<(), Gone> {
    to.send(Ok(event)).await.map_err(|_| Gone)
}
