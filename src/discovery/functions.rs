use super::found::FunctionCandidate;
use super::repository::Repository;

/// Functions at module level that look like strategies: counted and named, not run.
pub fn candidates(repository: &Repository) -> Vec<FunctionCandidate> {
    let mut found = Vec::new();
    for source in &repository.files {
        let stem = source.stem();
        let tested =
            source.folder().split('/').any(|part| matches!(part, "tests" | "test")) || stem.starts_with("test_");
        if tested || source.fault.is_some() {
            continue;
        }
        for function in &source.outline.functions {
            if function.answers
                && is_strategic(&function.name)
                && function.arguments.first().is_some_and(|name| is_data(name))
            {
                found.push(FunctionCandidate {
                    name: function.name.clone(),
                    path: source.path.clone(),
                    line: source.line(function.at),
                });
            }
        }
    }
    found
}

fn is_strategic(name: &str) -> bool {
    if name.starts_with('_') {
        return false;
    }
    let words: Vec<&str> = name.split('_').collect();
    let about = words.iter().any(|word| matches!(*word, "signal" | "signals" | "strategy"));
    let no = words.iter().any(|word| {
        matches!(
            *word,
            "plot"
                | "test"
                | "print"
                | "save"
                | "load"
                | "run"
                | "validate"
                | "format"
                | "backtest"
                | "evaluate"
                | "send"
        )
    });
    about && !no
}

fn is_data(name: &str) -> bool {
    let first = name.split('_').next().unwrap_or(name);
    matches!(
        first,
        "df" | "data" | "prices" | "price" | "close" | "closes" | "bars" | "candles" | "ohlcv" | "ohlc" | "klines"
    ) || name.ends_with("_df")
}
