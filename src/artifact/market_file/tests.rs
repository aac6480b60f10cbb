use super::*;
use arrow::array::{
    ArrayRef, Date32Array, Decimal128Array, Float32Array, Float64Array, Int16Array, Int64Array, RecordBatch,
    StringArray, TimestampMillisecondArray, TimestampNanosecondArray,
};
use std::sync::Arc;

const HEADER: &str = "timestamp,open,high,low,close,volume\n";
const GOOD: &str = "2024-01-01,10,11,9,10.5,100\n2024-01-02,10.5,12,10,11,0\n2024-01-03,11,11,11,11,1e6\n";

fn load_text(text: &str) -> Result<Series, String> {
    load_bytes(text.as_bytes())
}

fn load_bytes(bytes: &[u8]) -> Result<Series, String> {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("X_1d.csv");
    fs::write(&path, bytes).unwrap();
    load_file(&path, 10, None).map(|market| market.series).map_err(|refusal| {
        let text = refusal.to_string();
        text.split_once("X_1d.csv").unwrap().1.to_owned()
    })
}

#[test]
fn a_plain_file_and_its_disguises() {
    let plain = load_text(&format!("{HEADER}{GOOD}")).unwrap();
    assert_eq!(plain.name, "historical:X");
    assert_eq!(plain.timestamp[0], 1_704_067_200_000_000);
    assert_eq!((plain.open[0], plain.high[1], plain.volume[2]), (10.0, 12.0, 1e6));
    for disguise in [
        format!("\u{feff}{HEADER}{GOOD}\n\n"),
        format!("{HEADER}{GOOD}").replace('\n', "\r\n"),
        format!("\n{HEADER}\n{GOOD}"),
        format!("{HEADER}{GOOD}").replace(',', ";"),
        format!("{HEADER}{GOOD}").replace(',', "\t"),
        format!("{HEADER}{}", GOOD.trim_end()),
        format!("\"Date\",\"Open\",High,Low,Close,\"Volume\"\n{}", GOOD.replace("10.5,100", "\"10.5\",100")),
        format!("date,o,h,l,c,V\n{GOOD}").replace(",10.5", ", 10.5 "),
        HEADER.replace("close", "close,Adj Close")
            + &GOOD.replace("10.5,100", "10.5,x,100").replace("11,0\n", "11,,0\n").replace("11,1e6", "11,1,1e6"),
    ] {
        assert_eq!(load_text(&disguise).unwrap(), plain, "{disguise:?}");
    }
}

#[test]
fn bad_files_are_refused_by_row_and_reason() {
    let with = |row: &str| load_text(&format!("{HEADER}{GOOD}{row}\n")).unwrap_err();
    for (row, refusal) in [
        ("2024-01-03,11,11,11,11,1", ", row 4: timestamp repeats the previous bar's"),
        ("2024-01-02,11,11,11,11,1", ", row 4: timestamp is earlier than the previous bar's"),
        ("2024-01-04,11,10,12,11,1", ", row 4: high 10 is below low 12"),
        ("2024-01-04,11,11,10,12,1", ", row 4: high 11 is below open or close 12"),
        ("2024-01-04,11,12,11.5,12,1", ", row 4: low 11.5 is above open or close 11"),
        ("2024-01-04,nan,11,11,11,1", ", row 4: open is NaN"),
        ("2024-01-04,11,inf,11,11,1", ", row 4: high is inf"),
        ("2024-01-04,11,11,0,11,1", ", row 4: low is 0, a price must be above zero"),
        ("2024-01-04,11,11,11,-1,1", ", row 4: close is -1, a price must be above zero"),
        ("2024-01-04,11,11,11,11,-1", ", row 4: volume is -1"),
        ("2024-01-04,11,,11,11,1", ", row 4: high is empty"),
        (",11,11,11,11,1", ", row 4: timestamp is empty"),
        ("2024-01-04,11,11,11,abc,1", ", row 4: close \"abc\" is not a number"),
        ("2024-01-04,11,11,11,11", ", row 4: has 5 cells, the header has 6"),
        ("2024-01-04,11,11,11,11,1,1", ", row 4: has 7 cells, the header has 6"),
        ("1704326400,11,11,11,11,1", ", row 4: timestamp \"1704326400\" is not an ISO 8601 date"),
        ("04/01/2024,11,11,11,11,1", ", row 4: timestamp \"04/01/2024\" is not an ISO 8601 date"),
        ("2024-01-14,11,11,11,11,1", ", row 4: 11 days are missing between 2024-01-03 and 2024-01-14; at most 10"),
    ] {
        let found = with(row);
        assert!(found.starts_with(refusal), "{row}: {found}");
    }
}

#[test]
fn files_that_are_no_series_are_refused() {
    for (text, refusal) in [
        ("", ": cannot be read: the file is empty"),
        ("\n \n", ": cannot be read: the file is empty"),
        (HEADER, ": there are no bars"),
        ("date,close\n2024-01-01,1\n", ": has closes but no open, high and low (columns: date, close)"),
        ("date,open,high,low\n2024-01-01,1,1,1\n", ": no column for close, volume; the columns found are date, open"),
        ("date,time,o,h,l,c,v\n1,1,1,1,1,1,1\n", ": date and time could each be timestamp"),
        ("2024-01-01,1,1,1,1,1\n", ": no column for timestamp, open, high, low, close, volume"),
    ] {
        let found = load_text(text).unwrap_err();
        assert!(found.starts_with(refusal), "{text:?}: {found}");
    }
    assert!(load_bytes(b"timestamp,open\n\xff\xfe,1\n").unwrap_err().contains("is not UTF-8"));
    let dir = tempfile::tempdir().unwrap();
    assert!(load_file(&dir.path().join("x.csv"), 1, None).unwrap_err().to_string().contains("cannot be read"));
    assert!(load_file(&dir.path().join("x.xlsx"), 1, None).unwrap_err().to_string().contains("neither .csv"));
    fs::write(dir.path().join("x.parquet"), "PAR1 no PAR1").unwrap();
    assert!(load_file(&dir.path().join("x.parquet"), 1, None).unwrap_err().to_string().contains("cannot be read"));
}

fn parquet(dir: &Path, columns: Vec<(&str, ArrayRef)>) -> Result<Series, String> {
    let path = dir.join("P.parquet");
    let batch = RecordBatch::try_from_iter(columns).unwrap();
    let mut writer = parquet::arrow::ArrowWriter::try_new(File::create(&path).unwrap(), batch.schema(), None).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
    load_file(&path, 10, Some(300.0)).map(|market| market.series).map_err(|refusal| refusal.to_string())
}

#[test]
fn parquet_of_any_numeric_and_temporal_type() {
    let dir = tempfile::tempdir().unwrap();
    let prices = |values: [f64; 2]| Arc::new(Float64Array::from(values.to_vec())) as ArrayRef;
    let bars = |time: ArrayRef| -> Vec<(&str, ArrayRef)> {
        let low: ArrayRef = Arc::new(Float32Array::from(vec![0.5, 0.5]));
        let close = Decimal128Array::from(vec![150, 225]).with_precision_and_scale(10, 2).unwrap();
        vec![
            ("Open", prices([1.0, 2.0])),
            ("High", prices([3.0, 4.0])),
            ("Low", low),
            ("Close", Arc::new(close)),
            ("Volume", Arc::new(Int16Array::from(vec![7, 8]))),
            ("Date", time),
        ]
    };
    let nanos = || TimestampNanosecondArray::from(vec![1_704_067_200_000_000_000, 1_704_153_600_000_000_000]);
    let times: Vec<ArrayRef> = vec![
        Arc::new(Date32Array::from(vec![19_723, 19_724])),
        Arc::new(StringArray::from(vec!["2024-01-01", "2024-01-02"])),
        Arc::new(Int64Array::from(vec![1_704_067_200_000, 1_704_153_600_000])),
        Arc::new(Float64Array::from(vec![1_704_067_200.0, 1_704_153_600.0])),
        Arc::new(nanos()),
        Arc::new(nanos().with_timezone("+05:00")),
        Arc::new(nanos().with_timezone("UTC")),
        Arc::new(nanos().with_timezone("America/New_York")),
        Arc::new(TimestampMillisecondArray::from(vec![1_704_067_200_000, 1_704_153_600_000])),
    ];
    for time in times {
        let kind = time.data_type().clone();
        let series = parquet(dir.path(), bars(time)).unwrap();
        assert_eq!(series.timestamp, [1_704_067_200_000_000, 1_704_153_600_000_000], "{kind}");
        assert_eq!((series.close.clone(), series.volume.clone()), (vec![1.5, 2.25], vec![7.0, 8.0]));
        assert_eq!(series.periods_per_year, 300.0);
    }
    let mut holes = bars(Arc::new(Date32Array::from(vec![Some(19_723), None])));
    assert!(parquet(dir.path(), holes.clone()).unwrap_err().ends_with("P.parquet, row 2: timestamp is empty"));
    holes[5].1 = Arc::new(Date32Array::from(vec![19_723, 19_724]));
    holes[0].1 = Arc::new(Date32Array::from(vec![1, 2]));
    assert!(parquet(dir.path(), holes).unwrap_err().contains("column open is of type time"));
}

#[test]
fn a_folder_gives_markets_and_refusals() {
    let dir = tempfile::tempdir().unwrap();
    let put = |name: &str, text: String| fs::write(dir.path().join(name), text).unwrap();
    put("B_1d.csv", format!("{HEADER}{GOOD}"));
    put("A_1d.csv", format!("{HEADER}{GOOD}"));
    put("A_1h.csv", format!("{HEADER}{GOOD}"));
    put("bad.CSV", HEADER.to_owned());
    put("SOURCES.md", String::new());
    put(".hidden.csv", String::new());
    let loaded = load_folder(dir.path(), 10, &|name| (name == "B").then_some(365.0)).unwrap();
    let names: Vec<_> = loaded.markets.iter().map(|market| market.series.name.as_str()).collect();
    assert_eq!(names, ["historical:A_1d", "historical:A_1h", "historical:B"]);
    assert_eq!(loaded.markets[2].periods, Periods { per_year: 365.0, reason: "configured".into() });
    assert_eq!(loaded.markets[0].series.periods_per_year, 252.0);
    assert_eq!(loaded.refused.len(), 1);
    assert!(loaded.refused[0].to_string().ends_with("bad.CSV: there are no bars"));
    assert!(load_folder(&dir.path().join("nowhere"), 10, &|_| None).is_err());
}

#[test]
fn the_shipped_series_load() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/market");
    let loaded = load_folder(&folder, 10, &|_| None).unwrap();
    assert!(loaded.refused.is_empty(), "{:?}", loaded.refused);
    let found: Vec<_> = loaded
        .markets
        .iter()
        .map(|market| (market.series.name.as_str(), market.series.len(), market.periods.per_year))
        .collect();
    assert_eq!(
        found,
        [
            ("historical:AAPL", 3_379, 252.0),
            ("historical:BTCUSDT", 1_246, 365.0),
            ("historical:IBM", 3_270, 252.0),
            ("historical:SPX", 5_105, 252.0),
        ]
    );
}

#[test]
fn a_damaged_parquet_file_is_refused_and_never_ends_the_program() {
    let dir = tempfile::tempdir().unwrap();
    let prices = || Arc::new(Float64Array::from(vec![1.0, 1.0, 1.5])) as ArrayRef;
    let time: ArrayRef = Arc::new(StringArray::from(vec!["2024-01-01", "2024-01-02", "2024-01-03"]));
    let columns =
        vec![("t", time), ("o", prices()), ("h", prices()), ("l", prices()), ("c", prices()), ("v", prices())];
    let columns = columns.into_iter().map(|(name, array)| (if name == "t" { "ts" } else { name }, array)).collect();
    parquet(dir.path(), columns).unwrap();
    let path = dir.path().join("P.parquet");
    let sound = fs::read(&path).unwrap();
    for length in (0..sound.len()).step_by(7) {
        fs::write(&path, &sound[..length]).unwrap();
        assert!(load_file(&path, 10, None).is_err());
    }
    for at in 0..sound.len() {
        let mut bytes = sound.clone();
        bytes[at] ^= 1 << (at % 8);
        fs::write(&path, &bytes).unwrap();
        // A file without a seal can change its meaning unseen; it must not take the program with it.
        let _ = load_file(&path, 10, None);
    }
}
