//! One statistic per file. A statistic that is not defined says why; it is never infinite, never a sentinel.
//!
//! Returns are simple, per bar, and include the first bar against the initial capital. `periods_per_year` is
//! always given by the caller, never guessed. A value that is not finite is an error, never dropped.

mod defined;
mod neumaier;
mod normal;
mod quantile;
mod sample;
mod spread;

mod bca;
mod block_length;
mod cagr;
mod calmar;
mod conditional_value_at_risk;
mod deflated_sharpe;
mod drawdown;
mod e_process;
mod ledoit_wolf;
mod min_track_record_length;
mod moments;
mod omega;
mod paired_t;
mod probabilistic_sharpe;
mod profit_factor;
mod returns;
mod sharpe;
mod sortino;
mod stationary_bootstrap;
mod student_fit;
mod tail_ratio;
mod total_return;
mod ulcer;
mod value_at_risk;
mod volatility;
mod win_rate;

pub use bca::{BcaInterval, bca};
pub use block_length::{BlockLength, MIN_BARS, block_length};
pub use cagr::{cagr, cagr_of_growth};
pub use calmar::calmar;
pub use conditional_value_at_risk::conditional_value_at_risk;
pub use defined::{Statistic, Undefined};
pub use deflated_sharpe::{deflated_sharpe, expected_max_sharpe};
pub use drawdown::{Drawdown, Underwater, drawdown, max_drawdown};
pub use e_process::EProcess;
pub use ledoit_wolf::{SharpeDifference, sharpe_difference};
pub use min_track_record_length::min_track_record_length;
pub use moments::{Moments, moments};
pub use neumaier::{Neumaier, sum};
pub use normal::{normal_cdf, normal_quantile, normal_tail};
pub use omega::omega;
pub use paired_t::{PairedT, paired_t};
pub use probabilistic_sharpe::{SharpeEstimate, probabilistic_sharpe};
pub use profit_factor::profit_factor;
pub use quantile::quantile;
pub use returns::returns_of_equity;
pub use sharpe::{risk_free_per_bar, sharpe, sharpe_of_spread};
pub use sortino::{sortino, sortino_of_mean};
pub use spread::Spread;
pub use stationary_bootstrap::StationaryBootstrap;
pub use student_fit::student_degrees_of_freedom;
pub use tail_ratio::tail_ratio;
pub use total_return::total_return;
pub use ulcer::ulcer;
pub use value_at_risk::value_at_risk;
pub use volatility::{volatility, volatility_of_spread};
pub use win_rate::win_rate;
