use super::published::Published;
use super::token::Token;
use super::watch::Live;
use minijinja::Environment;
use std::path::PathBuf;
use std::sync::Arc;
use tokio::sync::{Semaphore, watch};

/// Feeds at the same time: each page that is open has one.
const FEEDS: usize = 64;

/// Questions of visitors at the same time; more are told to come back.
const QUESTIONS: usize = 2;

/// Everything that requests share.
pub struct Site {
    pub token: Option<Token>,
    pub store: PathBuf,
    pub published: Published,
    pub templates: Environment<'static>,
    pub live: watch::Receiver<Arc<Live>>,
    /// Becomes true when the server is to end.
    pub ending: watch::Receiver<bool>,
    pub feeds: Arc<Semaphore>,
    pub questions: Arc<Semaphore>,
}

impl Site {
    pub fn new(
        store: PathBuf,
        token: Option<Token>,
        templates: Environment<'static>,
        live: watch::Receiver<Arc<Live>>,
        ending: watch::Receiver<bool>,
    ) -> Self {
        Self {
            token,
            published: Published::new(store.clone()),
            store,
            templates,
            live,
            ending,
            feeds: Arc::new(Semaphore::new(FEEDS)),
            questions: Arc::new(Semaphore::new(QUESTIONS)),
        }
    }
}
