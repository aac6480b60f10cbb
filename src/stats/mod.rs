//! One statistic per file. A statistic that is not defined says why; it is never infinite, never a sentinel.
//!
//! Returns are simple, per bar, and include the first bar against the initial capital. `periods_per_year` is
//! always given by the caller, never guessed. A value that is not finite is an error, never dropped.

mod defined;
mod mean_bootstrap;
mod neumaier;
mod normal;
mod quantile;
mod return_sums;
mod sample;
mod spread;

mod backtest_overfitting;
mod bca;
mod block_jackknife;
mod block_length;
mod cagr;
mod calmar;
mod clopper_pearson;
mod conditional_value_at_risk;
mod deflated_sharpe;
mod drawdown;
mod e_process;
mod effective_trials;
mod ledoit_wolf;
mod min_backtest_length;
mod min_track_record_length;
mod moments;
mod omega;
mod paired_t;
mod probabilistic_sharpe;
mod profit_factor;
mod purged_combinations;
mod reality_check;
mod returns;
mod sharpe;
mod sharpe_bootstrap;
mod sharpe_interval;
mod sortino;
mod stationary_bootstrap;
mod student_fit;
mod superior_ability;
mod tail_ratio;
mod total_return;
mod ulcer;
mod value_at_risk;
mod volatility;
mod win_rate;

pub use backtest_overfitting::{
    BacktestOverfitting, Degradation, MAX_HALF, backtest_overfitting, backtest_overfitting_of_blocks,
};
pub use bca::{BcaInterval, bca};
pub use block_jackknife::block_jackknife;
pub use block_length::{BlockLength, MIN_BARS, block_length};
pub use cagr::{cagr, cagr_of_growth};
pub use calmar::calmar;
pub use clopper_pearson::clopper_pearson;
pub use conditional_value_at_risk::conditional_value_at_risk;
pub use defined::{Statistic, Undefined};
pub use deflated_sharpe::{deflated_sharpe, deflated_sharpe_effective, expected_max_sharpe};
pub use drawdown::{Drawdown, Underwater, drawdown, max_drawdown};
pub use e_process::EProcess;
pub use effective_trials::{EffectiveTrials, effective_trials};
pub use ledoit_wolf::{SharpeDifference, sharpe_difference};
pub use min_backtest_length::min_backtest_length;
pub use min_track_record_length::min_track_record_length;
pub use moments::{Moments, moments};
pub use neumaier::{Neumaier, sum};
pub use normal::{normal_cdf, normal_quantile, normal_tail};
pub use omega::omega;
pub use paired_t::{PairedT, paired_t};
pub use probabilistic_sharpe::{SharpeEstimate, probabilistic_sharpe};
pub use profit_factor::profit_factor;
pub use purged_combinations::{Gaps, Piece, PurgedCombinations, Split};
pub use quantile::quantile;
pub use reality_check::{RealityCheck, reality_check};
pub use return_sums::ReturnSums;
pub use returns::returns_of_equity;
pub use sharpe::{risk_free_per_bar, sharpe, sharpe_of_spread};
pub use sharpe_bootstrap::sharpe_bootstrap;
pub use sharpe_interval::{MIN_BLOCKS, SharpeInterval, sharpe_block_length, sharpe_interval};
pub use sortino::{sortino, sortino_of_mean};
pub use spread::Spread;
pub use stationary_bootstrap::{Block, Blocks, StationaryBootstrap};
pub use student_fit::student_degrees_of_freedom;
pub use superior_ability::{SuperiorAbility, superior_ability};
pub use tail_ratio::tail_ratio;
pub use total_return::total_return;
pub use ulcer::ulcer;
pub use value_at_risk::value_at_risk;
pub use volatility::{volatility, volatility_of_spread};
pub use win_rate::win_rate;
