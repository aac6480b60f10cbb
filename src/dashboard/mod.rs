//! `cbt dashboard`: a local web page over the published store and the running iteration's journal. It reads and never
//! writes, and shows the numbers of the store's views as they are.
//!
//! ```text
//! request → connection (how many, how idle) → guard (method, host, token, headers)
//!         → page (store → charts → template), file, or feed (journal and store watched → server-sent events)
//! ```

mod assets;
mod charts;
mod connection;
mod equity;
mod feed;
mod guard;
mod pages;
mod published;
mod render;
mod serve;
mod site;
mod token;
mod watch;

pub use serve::serve;
pub use token::Token;

use std::net::IpAddr;

#[cfg(test)]
mod tests;

/// What the command line decided.
#[derive(Debug)]
pub struct DashboardOptions {
    pub address: IpAddr,
    /// 0: the system picks a free one.
    pub port: u16,
    /// Asked of everybody where there is one. Required beyond loopback.
    pub token: Option<Token>,
}
