use crate::harness::Project;
use crate::oracle::Grid;
use serde_json::Value;

const SPX: &str = include_str!("../oracle/returns/SPX_1d_2000_2020.csv");

fn oracle(name: &str) -> Value {
    let text = match name {
        "metrics" => include_str!("../oracle/metrics.json"),
        _ => include_str!("../oracle/overfit.json"),
    };
    serde_json::from_str(text).unwrap()
}

#[track_caller]
fn agrees(found: &Value, expected: &Value) {
    let (found, expected) = (found.as_f64().unwrap(), expected.as_f64().unwrap());
    assert!((found / expected - 1.0).abs() < 1e-9, "{found} is not {expected}");
}

fn returns(values: &[f64]) -> String {
    std::iter::once("return".to_owned()).chain(values.iter().map(f64::to_string)).collect::<Vec<_>>().join("\n")
}

/// The moving-average crossings as a file, with dates beside them.
fn grid(project: &Project) -> Grid {
    let grid = Grid::read();
    let mut text = format!("Date,{}\n", grid.names.join(","));
    for bar in 0..grid.buy_hold.len() {
        let row: Vec<String> = grid.columns.iter().map(|column| column[bar].to_string()).collect();
        text += &format!("day {bar},{}\n", row.join(","));
    }
    project.write("grid.csv", text);
    project.write("best.csv", returns(grid.named("sma_5_200")));
    project.write("hold.csv", returns(&grid.buy_hold));
    grid
}

#[test]
fn one_series_agrees_with_the_oracles() {
    let project = Project::empty();
    project.write("spx.csv", SPX.replacen("return", "Return", 1));
    let found = project.json(&["stats", "spx.csv", "--periods-per-year", "252"]);
    let expected = &oracle("metrics")["series"]["SPX_1d_2000_2020"]["reference"];
    for (ours, theirs) in [
        ("sharpe_ratio", "sharpe_ann"),
        ("sortino_ratio", "sortino_ann"),
        ("cagr", "cagr"),
        ("max_drawdown", "max_drawdown"),
        ("calmar_ratio", "calmar"),
        ("volatility", "volatility_ann"),
    ] {
        agrees(&found[ours], &expected[theirs]);
    }
    let oracle = oracle("overfit");
    let expected = &oracle["psr"]["SPX_1d_2000_2020"];
    agrees(&found["psr"], &expected["psr_0"]);
    agrees(&found["min_track_record_length"], &expected["min_trl_bars_sr0_0_alpha05"]);
    let expected = &oracle["block_length"]["SPX_1d_2000_2020"];
    agrees(&found["block_length_returns"], &expected["r"]["stationary"]);
    agrees(&found["block_length_abs_returns"], &expected["abs_r"]["stationary"]);

    // The iid standard error of the annual ratio is 0.22: blocks may widen the interval, not turn it into another.
    let interval = &found["sharpe_interval"];
    let limits = ["low", "high"].map(|name| interval[name].as_f64().unwrap());
    let ratio = found["sharpe_ratio"].as_f64().unwrap();
    assert!(limits[0] < ratio && ratio < limits[1], "{interval}");
    assert!((0.6..1.1).contains(&(limits[1] - limits[0])), "{interval}");
    assert_eq!((interval["level"].as_f64(), interval["resamples"].as_u64()), (Some(0.95), Some(10_000)));
    assert_eq!(found["undefined"], serde_json::json!({}));
    assert!(project.files(".") == ["spx.csv"], "nothing is written: {:?}", project.files("."));
}

#[test]
fn a_grid_and_a_benchmark_agree_with_the_oracles() {
    let project = Project::empty();
    grid(&project);
    let oracle = oracle("overfit");
    let expected = &oracle["grid"];
    let alone = project.json(&["stats", "best.csv", "--grid", "grid.csv"]);
    assert_eq!((alone["best"].as_str(), alone["n_trials"].as_u64()), (Some("sma_5_200"), Some(19)));
    agrees(&alone["dsr"], &expected["dsr"]["dsr"]);
    agrees(&alone["n_effective"], &expected["dsr"]["neff_avg_corr"]);
    for blocks in ["8", "10", "16"] {
        agrees(&alone["pbo"][blocks], &expected["pbo"][format!("S{blocks}")]["pbo"]);
    }
    // Other blocks than the oracle's 10 bars, so only about the same.
    let against_zero = alone["spa_p_value"].as_f64().unwrap();
    assert!((0.015..0.08).contains(&against_zero), "{against_zero}");
    assert_eq!(alone["spa"]["against"], "zero");

    let both = project.json(&["stats", "best.csv", "--grid", "grid.csv", "--benchmark", "hold.csv"]);
    let against_holding = both["spa_p_value"].as_f64().unwrap();
    assert!((0.6..0.85).contains(&against_holding), "{against_holding}");
    assert_eq!(both["spa"]["against"], "benchmark");
    let difference = &both["sharpe_difference"];
    let (one, two) = (difference["p_one_sided"].as_f64().unwrap(), difference["p_two_sided"].as_f64().unwrap());
    assert!((two - 2.0 * one).abs() < 1e-12 && (0.05..0.3).contains(&one), "{difference}");
    let gap = both["sharpe_ratio"].as_f64().unwrap() - both["benchmark_sharpe_ratio"].as_f64().unwrap();
    // n and n - 1 in the denominator.
    assert!((difference["difference"].as_f64().unwrap() / gap - 1.0).abs() < 1e-3, "{difference}");
    assert_eq!(alone["dsr"], both["dsr"]);

    let text = project.ok(&["stats", "best.csv", "--grid", "grid.csv", "--benchmark", "hold.csv"]).stdout;
    for part in
        ["sma_5_200", "94.7% with 19 trials", "81.1% at 16 blocks", "10000 stationary bootstrap resamples", "seed 42"]
    {
        assert!(text.contains(part), "{part}: {text}");
    }
}

#[test]
fn the_seed_decides_and_threads_do_not() {
    let project = Project::empty();
    grid(&project);
    let run =
        |more: &[&str]| project.ok(&[&["stats", "best.csv", "--grid", "grid.csv", "--json"], more].concat()).stdout;
    let one = run(&["--threads", "1"]);
    assert_eq!(one, run(&["--threads", "2"]));
    let other: Value = serde_json::from_str(&run(&["--seed", "43"])).unwrap();
    let one: Value = serde_json::from_str(&one).unwrap();
    assert_ne!(one["sharpe_interval"]["low"], other["sharpe_interval"]["low"]);
    assert_eq!(one["sharpe_ratio"], other["sharpe_ratio"]);
}

#[test]
fn what_has_no_value_is_null_with_a_reason() {
    let project = Project::empty();
    // A slow wave: few independent blocks.
    let wave: Vec<f64> = (0..120).map(|bar| 0.01 * (f64::from(bar) / 20.0).sin() + 0.001).collect();
    project.write("wave.csv", returns(&wave));
    let found = project.json(&["stats", "wave.csv"]);
    assert!(found["sharpe_interval"].is_null());
    let reason = found["undefined"]["sharpe_interval"].as_str().unwrap();
    assert!(reason.starts_with("not enough data: 120 returns are "), "{reason}");

    project.write("gains.csv", returns(&[0.01; 30]));
    project.write("one.csv", format!("only\n{}", "0.01\n".repeat(30)));
    let found = project.json(&["stats", "gains.csv", "--grid", "one.csv"]);
    for (name, reason) in [
        ("sharpe_ratio", "zero_variance"),
        ("sortino_ratio", "no_losses"),
        ("calmar_ratio", "no_drawdown"),
        ("best", "zero_variance"),
        ("dsr", "zero_variance"),
        ("spa_p_value", "zero_variance"),
    ] {
        assert!(found[name].is_null(), "{name}");
        assert_eq!(found["undefined"][name], reason, "{name}");
    }
    assert!(found["pbo"]["16"].is_null());
    assert_eq!(found["pbo_details"]["16"]["undefined"], "too_few_bars");

    let falling: Vec<f64> = (0..50).map(|bar| if bar % 3 == 0 { 0.01 } else { -0.01 }).collect();
    project.write("falling.csv", returns(&falling));
    let found = project.json(&["stats", "falling.csv"]);
    assert!(found["undefined"]["min_track_record_length"].as_str().unwrap().contains("no track record is long enough"));
}

#[test]
fn bad_files_are_refused_by_row_with_what_to_do() {
    let project = Project::empty();
    project.write("good.csv", "return\n0.01\n-0.02\n0.03\n");
    for (name, text, message) in [
        ("text.csv", "return\n0.01\nabc\n", "text.csv, row 2: return \"abc\" is not a number"),
        ("nan.csv", "date,return\n1,0.01\n2,0.02\n3,NaN\n", "nan.csv, row 3: return is NaN"),
        ("hole.csv", "date,return\n1,0.01\n2,\n", "hole.csv, row 2: return is empty"),
        ("column.csv", "date,profit\n1,0.01\n", "column.csv: no column for return; the columns found are date, profit"),
        ("empty.csv", "", "empty.csv: cannot be read: the file is empty"),
        ("header.csv", "return\n", "header.csv: has a header and no rows below it"),
        ("ragged.csv", "date,return\n1,0.01\n2\n", "ragged.csv, row 2: has 1 cells, the header has 2"),
    ] {
        project.write(name, text);
        for args in [vec![name], vec!["good.csv", "--benchmark", name]] {
            let ran = project.run(&[&["stats"], &args[..]].concat());
            assert_eq!(ran.code, 4, "{args:?}: {}", ran.stderr);
            assert!(ran.stderr.contains(message), "{args:?}: {}", ran.stderr);
            assert!(ran.stderr.contains("hint: "), "{args:?}: {}", ran.stderr);
        }
    }
    let missing = project.run(&["stats", "nowhere.csv"]);
    assert_eq!(missing.code, 4, "{}", missing.stderr);

    project.write("short.csv", "return\n0.01\n-0.02\n");
    project.write("grid.csv", "a,b\n0.01,0.02\n0.03,-0.01\n0.02,x\n");
    for (args, message) in [
        (["--benchmark", "short.csv"], "short.csv has 2 rows and good.csv has 3"),
        (["--grid", "grid.csv"], "grid.csv, row 3: b \"x\" is not a number"),
    ] {
        let ran = project.run(&[&["stats", "good.csv"], &args[..]].concat());
        assert_eq!(ran.code, 4, "{}", ran.stderr);
        assert!(ran.stderr.contains(message), "{}", ran.stderr);
    }
    let ran = project.run(&["stats", "good.csv", "--periods-per-year", "0"]);
    assert_eq!(ran.code, 2, "{}", ran.stderr);
}
