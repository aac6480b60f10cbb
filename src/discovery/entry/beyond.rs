//! Arguments that hold more than the bars of one market.

use super::path::{Step, Use};
use super::reads::Reads;

/// Data that bars do not hold.
pub fn beyond_bars(name: &str, annotation: Option<&str>, uses: &[Use]) -> Option<String> {
    let flat = annotation.unwrap_or("").replace(' ', "");
    if flat.contains("DataFrame")
        && (flat.starts_with("Dict[") || flat.starts_with("dict[") || flat.contains("Mapping["))
    {
        return Some("frames of several symbols".to_owned());
    }
    if (flat.starts_with("List[") || flat.starts_with("list[")) && flat.contains("DataFrame") {
        return Some("several frames".to_owned());
    }
    let mapped = uses.iter().any(|one| {
        let walks = |step: Option<&Step>| matches!(step, Some(Step::Call(call)) if matches!(call.as_str(), "items" | "keys" | "values"));
        match one.path.first() {
            Some(Step::Key(_) | Step::Maybe(_)) => walks(one.path.get(1)),
            first => walks(first) && !flat.contains("DataFrame"),
        }
    });
    if mapped {
        return Some("data of several symbols".to_owned());
    }
    let words: Vec<&str> = name.split('_').collect();
    let has = |word: &str| words.contains(&word);
    let named = if has("options") || has("chain") || has("greeks") {
        Some("an options chain")
    } else if has("orderbook")
        || name.contains("order_book")
        || has("depth")
        || has("bids")
        || has("asks")
        || has("lob")
    {
        Some("an order book")
    } else if has("fundamentals") || has("fundamental") || has("earnings") || has("financials") {
        Some("fundamentals")
    } else if has("news") || has("sentiment") || has("headlines") || has("tweets") {
        Some("news or sentiment")
    } else if matches!(
        name,
        "df1" | "df2" | "data1" | "data2" | "prices1" | "prices2" | "price1" | "price2" | "series1"
    ) || matches!(
        name,
        "asset1" | "asset2" | "asset_a" | "asset_b" | "price_a" | "price_b" | "prices_a" | "prices_b"
    ) || matches!(
        name,
        "df_a" | "df_b" | "benchmark" | "benchmark_data" | "spy_data" | "market_index" | "pair_data" | "btc_df"
    ) {
        Some("a second asset")
    } else if matches!(
        name,
        "symbols_data" | "all_data" | "universe" | "symbols" | "price_dict" | "data_dict" | "watchlist"
    ) {
        Some("several symbols")
    } else if matches!(name, "vix" | "funding_rate" | "open_interest" | "macro_data" | "onchain" | "on_chain_data") {
        Some("a further data series")
    } else {
        None
    };
    if let Some(named) = named {
        return Some(named.to_owned());
    }
    let fields = Reads::of(uses).fields;
    for (field, _) in fields {
        let what = match field.as_str() {
            "implied_volatility" | "iv" | "strike" | "expiry" | "delta" | "gamma" | "theta" | "vega" => {
                "an options chain"
            }
            "bids" | "asks" | "bid" | "ask" | "order_book" | "orderbook" | "bid_size" | "ask_size" => {
                "quotes or an order book"
            }
            "pe_ratio" | "eps" | "market_cap" | "dividend_yield" | "book_value" | "roe" => "fundamentals",
            "sentiment" | "news" | "sentiment_score" | "headlines" => "news or sentiment",
            "funding_rate" | "open_interest" | "vix" => "a further data series",
            _ => continue,
        };
        return Some(format!("{what} (`{field}`)"));
    }
    None
}
