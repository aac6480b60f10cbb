use super::connection::Counted;
use super::site::Site;
use super::watch::Watcher;
use super::{DashboardOptions, assets, feed, guard, pages, render};
use crate::stage::{Context, Failure, FailureKind, Stop, store_file};
use axum::routing::get;
use axum::{Router, middleware};
use std::net::SocketAddr;
use std::sync::{Arc, mpsc};
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::watch;

/// What requests in flight get to end in, once the server is to end.
const GRACE: Duration = Duration::from_secs(2);

/// Listens, tells `listening` where, and serves until a signal comes.
///
/// # Errors
/// An address beyond loopback without a token; an address or port that cannot be had.
pub fn serve(context: &Context, options: &DashboardOptions, listening: impl FnOnce(SocketAddr)) -> Result<(), Failure> {
    if !options.address.is_loopback() && options.token.is_none() {
        return Err(Failure::usage(format!(
            "{} can be reached from other machines, and there is no token",
            options.address
        ))
        .hint("`--token-env NAME` names the environment variable that holds one")
        .hint("`ssh -L 8787:127.0.0.1:8787 HOST` brings a dashboard on loopback to another machine without any"));
    }
    let internal =
        |error: &dyn std::fmt::Display| Failure::new(FailureKind::Internal, format!("the dashboard: {error}"));
    let templates = render::environment().map_err(|error| internal(&error))?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .max_blocking_threads(8)
        .enable_all()
        .build()
        .map_err(|error| internal(&error))?;
    let mut watcher = Watcher::new(&context.data, store_file(context));
    let (tell, live) = watch::channel(Arc::new(watcher.look()));
    let (end, ending) = watch::channel(false);
    let site = Arc::new(Site::new(store_file(context), options.token.clone(), templates, live, ending));
    let (hang_up, end_watching) = mpsc::channel();
    let watching = std::thread::spawn(move || watcher.watch(&tell, &end_watching));
    let served = runtime.block_on(async {
        let address = SocketAddr::new(options.address, options.port);
        let failed = |error: std::io::Error| {
            Failure::new(FailureKind::Io, format!("cannot listen at {address}: {error}"))
                .hint("`--port 0` takes a port that is free")
        };
        let listener = TcpListener::bind(address).await.map_err(failed)?;
        listening(listener.local_addr().map_err(failed)?);
        let server = axum::serve(Counted::new(listener), router(site))
            .with_graceful_shutdown(signal(context.stop.clone(), end.clone()));
        let over = async {
            // Once told to end, nobody waits for who does not.
            let _ = end.subscribe().wait_for(|end| *end).await;
            tokio::time::sleep(GRACE).await;
        };
        tokio::select! {
            served = std::future::IntoFuture::into_future(server) => served.map_err(failed),
            () = over => Ok(()),
        }
    });
    drop(hang_up);
    // It has nothing to say, and panics only where this program is at fault.
    let _ = watching.join();
    runtime.shutdown_timeout(GRACE);
    served
}

pub(super) fn router(site: Arc<Site>) -> Router {
    Router::new()
        .route("/", get(pages::overview))
        .route("/strategy", get(pages::strategy))
        .route("/sql", get(pages::sql))
        .route("/events", get(feed::events))
        .route("/assets/{name}", get(assets::asset))
        .fallback(pages::nothing)
        .layer(middleware::from_fn_with_state(Arc::clone(&site), guard::guard))
        .with_state(site)
}

/// Returns once a signal has come, and has told everybody.
async fn signal(stop: Stop, end: watch::Sender<bool>) {
    while !stop.requested() {
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    end.send_replace(true);
}
