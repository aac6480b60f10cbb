//! `realism.parquet`: how the generators and the user's own bars stand to the stylised facts of real markets.

use super::cell::words;
use super::table::table;
pub use crate::scenario::realism::Standing;

words!(Standing);

table! {
    /// One stylised fact of one generator in one regime, or of one real market.
    pub struct RealismRow {
        /// gjr, bates, `resampled:` and the market it draws from, or `real:` and the market.
        generator: String,
        /// The regime; `mixed` for a real market.
        regime: String,
        /// Name of the fact, such as excess_kurtosis.
        fact: String,
        /// Median over the paths.
        value: Option<f64>,
        /// Why value is null.
        value_reason: Option<String>,
        /// Lower end of the band for markets of this kind; null where no band applies.
        low: Option<f64>,
        /// Upper end of the band.
        high: Option<f64>,
        /// inside, outside or not_judged.
        standing: Standing,
        /// Least value of the fact among the user's real markets that have enough bars.
        real_low: Option<f64>,
        /// Largest value of the fact among them.
        real_high: Option<f64>,
        /// stock, index or around_the_clock: which bands are asked.
        kind: String,
        /// Paths that were measured.
        paths: u32,
        /// Bars of each.
        bars: u32,
        /// blake3 of everything the paths depend on; a certificate is made once for each.
        generator_hash: String,
    }
    name: "realism",
    stage: "generate-scenarios",
    version: 1,
    key: ["generator", "regime", "fact"],
    check: check,
}

fn check(row: &RealismRow) -> Result<(), String> {
    if row.generator.is_empty() || row.regime.is_empty() || row.fact.is_empty() || row.generator_hash.is_empty() {
        return Err("generator, regime, fact or generator_hash is empty".to_owned());
    }
    let inside = match (row.value, row.low, row.high) {
        (Some(value), Some(low), Some(high)) => Some((low..=high).contains(&value)),
        _ => None,
    };
    match (inside, row.standing) {
        (Some(true), Standing::Inside) | (Some(false), Standing::Outside) | (_, Standing::NotJudged) => Ok(()),
        _ => Err(format!("value {:?} is not {:?} of {:?}..{:?}", row.value, row.standing, row.low, row.high)),
    }
}
