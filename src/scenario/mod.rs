//! Simulated markets: eight regimes and the generator behind them.
//!
//! A [`Scenario`] names a market by its [`Dynamics`] (which [`Model`] rules when) and its [`Instrument`]. A
//! [`Generator`] is a scenario that passed its check; it turns a seed into a path. Paths are never rescaled to
//! what their scenario is called: [`Realised`] says what each turned out to be.
//!
//! | file | idea |
//! |---|---|
//! | `bull.rs` … `mixed.rs` | one regime each |
//! | `model.rs`, `dynamics.rs`, `chain.rs`, `instrument.rs` | the knobs, and what they may be |
//! | `bates.rs` with `heston.rs`, `resampled.rs` with `past_label.rs` | the foreign families, for validation only |
//! | `trend.rs` | a planted edge, in every family |
//! | `mirrored.rs` | a real market without its direction |
//! | `relative.rs` | real bars over the close before them |
//! | `stylised.rs`, `realism.rs` | facts of real markets, and how a generator stands to them |
//! | `half_student.rs`, `skew_t.rs`, `garch.rs`, `jumps.rs`, `bridge.rs`, `volume.rs`, `bars.rs` | one part of a bar each, and how they meet |
//! | `spec.rs`, `mood.rs`, `generator.rs` | a scenario, a model made ready, the parts put together |
//! | `set.rs` | train, validation and test by name |

mod bars;
mod bates;
mod bear;
mod bound;
mod bridge;
mod bull;
mod calendar;
mod chain;
mod crash;
mod dynamics;
mod exponential;
mod family;
mod fault;
mod garch;
mod generator;
mod half_student;
mod heston;
mod high_volatility;
mod instrument;
mod jumps;
mod low_volatility;
mod mirrored;
mod mixed;
mod model;
mod mood;
mod past_label;
mod realised;
pub mod realism;
mod recovery;
mod regime;
mod relative;
mod resampled;
mod set;
mod sideways;
mod skew_t;
mod spec;
mod stylised;
#[cfg(test)]
mod tests;
mod trend;
mod volume;

pub use bates::Bates;
pub use chain::{Chain, Next, State};
pub use dynamics::{Dynamics, Length, Phase};
pub use family::Family;
pub use fault::ModelFault;
pub use generator::Generator;
pub use instrument::Instrument;
pub use mirrored::{Mirrored, NoMirror};
pub use model::{Garch, Jumps, Model};
pub use realised::Realised;
pub use regime::{Regime, UnknownRegime, standard};
pub use resampled::{LEAST_BLOCK, LEAST_BLOCKS, Resampler, TooFewBars};
pub use set::{Set, path_seed};
pub use spec::Scenario;
pub use stylised::{Fact, measure, measure_one};
pub use trend::Trend;
pub use volume::VolumeModel;
