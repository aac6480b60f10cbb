//! From target exposures to trades, equity and metrics.
//!
//! A decision uses bars up to and including t. It is filled at the open of t + 1, or at the close of t where
//! [`Fill::Close`] says so. `ledger` is the only place that moves money; [`MarketView`] cannot show a later bar.
//!
//! Not modelled: margin calls before ruin, borrow and funding fees, partial fills, the strategy's own impact.

mod curve;
mod decide;
mod extremes;
mod ledger;
mod market;
mod metrics;
mod order;
mod params;
mod portfolio;
mod simulate;
mod summarise;
mod totals;
mod trade;

pub use decide::{Decide, MarketView};
pub use market::Market;
pub use metrics::{Metrics, metrics};
pub use params::{Fill, ParamFault, Params};
pub use simulate::{Run, run, simulate};
pub use summarise::summarise;
pub use trade::{OpenPosition, Side, Trade};
