use super::*;
use crate::market::Series;
use market_bars::{MarketBars, content_hash};
use std::fs;

pub(crate) fn series(name: &str, bars: usize, level: f64) -> Series {
    let close: Vec<_> = (0..bars).map(|bar| level * (1.0 + (bar % 7) as f64 / 100.0)).collect();
    Series {
        name: name.into(),
        timestamp: (0..bars as i64).map(|bar| bar * 86_400_000_000).collect(),
        open: close.clone(),
        high: close.iter().map(|close| close * 1.01).collect(),
        low: close.iter().map(|close| close * 0.99).collect(),
        volume: close.iter().map(|close| close * 1e6).collect(),
        close,
        periods_per_year: 252.0,
    }
}

#[test]
fn all_markets_or_one_come_back_bit_by_bit() {
    let dir = tempfile::tempdir().unwrap();
    let mut extreme = series("historical:X", 2, 1.0);
    extreme.low = vec![5e-324, f64::MIN_POSITIVE];
    extreme.high = vec![f64::MAX; 2];
    extreme.timestamp = vec![i64::MIN, i64::MAX];
    extreme.periods_per_year = 1e-300;
    let markets = [series("bull/train/1", 504, 3.0), series("bull/train/0", 300, 2.0), extreme];
    let file = market_bars::write(dir.path(), &markets, &json!({"seed": 1})).unwrap();
    let bytes = fs::read(&file).unwrap();

    let bars = MarketBars::open(dir.path()).unwrap();
    assert_eq!(bars.names().collect::<Vec<_>>(), ["bull/train/0", "bull/train/1", "historical:X"]);
    assert_eq!(bars.provenance(), &json!({"seed": 1}));
    for market in &markets {
        assert_eq!(&bars.read(&market.name).unwrap(), market);
    }
    let all = bars.read_all().unwrap();
    assert_eq!(all, [markets[1].clone(), markets[0].clone(), markets[2].clone()]);
    let error = bars.read("bear").unwrap_err().to_string();
    assert!(error.contains("holds 3 markets, none of them called \"bear\""), "{error}");

    let turned = [markets[2].clone(), markets[1].clone(), markets[0].clone()];
    market_bars::write(dir.path(), &turned, &json!({"seed": 1})).unwrap();
    assert_eq!(fs::read(&file).unwrap(), bytes, "order of the argument does not matter");
}

#[test]
fn bad_bars_are_refused_both_ways() {
    let dir = tempfile::tempdir().unwrap();
    let error = MarketBars::open(dir.path()).unwrap_err().to_string();
    assert!(error.contains("run `cbt generate-scenarios` first"), "{error}");
    let refused = |markets: &[Series]| {
        let error = market_bars::write(dir.path(), markets, &json!(null)).unwrap_err().to_string();
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 0);
        error
    };
    let good = series("a", 10, 1.0);
    assert!(refused(&[good.clone(), good.clone()]).contains("the key market=a is there twice"));
    let mut bad = series("b", 10, 1.0);
    bad.close[3] = f64::NAN;
    let error = refused(&[good.clone(), bad]);
    assert!(error.contains("row 14: market b: bar 3: close is NaN"), "{error}");
    assert!(refused(&[Series { periods_per_year: 0.0, ..good.clone() }]).contains("periods_per_year is 0"));
    assert!(refused(&[Series { name: String::new(), ..good.clone() }]).contains("the name is empty"));

    let file = market_bars::write(dir.path(), &[good], &json!(null)).unwrap();
    let mut bytes = fs::read(&file).unwrap();
    bytes[200] ^= 1;
    fs::write(&file, bytes).unwrap();
    assert!(MarketBars::open(dir.path()).unwrap_err().to_string().contains("damaged"));
}

#[test]
fn content_hash_is_of_the_bars_alone() {
    let market = series("a", 10, 1.0);
    let renamed = Series { name: "b".into(), periods_per_year: 365.0, ..market.clone() };
    assert_eq!(content_hash(&market), content_hash(&renamed));
    let mut moved = market.clone();
    moved.timestamp[9] += 1;
    assert_ne!(content_hash(&market), content_hash(&moved));
}
