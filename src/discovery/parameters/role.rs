use crate::discovery::found::Role;

const INFRASTRUCTURE: &[&str] = &[
    "access",
    "address",
    "api",
    "balance",
    "batch",
    "broker",
    "buffer",
    "cache",
    "capital",
    "cash",
    "chat",
    "commission",
    "config",
    "currency",
    "dashboard",
    "database",
    "debug",
    "decimals",
    "delay",
    "description",
    "dir",
    "directory",
    "dry",
    "email",
    "endpoint",
    "equity",
    "exchange",
    "fee",
    "fees",
    "file",
    "folder",
    "heartbeat",
    "history",
    "host",
    "id",
    "initial",
    "interval",
    "jobs",
    "key",
    "log",
    "logging",
    "maxlen",
    "name",
    "names",
    "notify",
    "path",
    "poll",
    "port",
    "precision",
    "quote",
    "random",
    "refresh",
    "retries",
    "retry",
    "secret",
    "seed",
    "session",
    "sleep",
    "slippage",
    "startup",
    "symbol",
    "symbols",
    "testnet",
    "ticker",
    "tickers",
    "timeframe",
    "timeframes",
    "timeout",
    "timezone",
    "token",
    "url",
    "user",
    "verbose",
    "version",
    "warmup",
    "webhook",
    "workers",
    "year",
    "annualization",
];

const RISK: &[&str] = &[
    "allocation",
    "atr_mult",
    "contracts",
    "cooldown",
    "drawdown",
    "exposure",
    "hold",
    "holding",
    "kelly",
    "leverage",
    "loss",
    "lot",
    "lots",
    "position",
    "positions",
    "profit",
    "qty",
    "quantity",
    "reward",
    "risk",
    "shares",
    "size",
    "sizing",
    "sl",
    "stake",
    "stop",
    "stoploss",
    "tp",
    "trail",
    "trailing",
    "trades",
    "target",
    "weight",
    "roi",
];

/// What a parameter is for, by the words of its name.
pub fn role(name: &str) -> Role {
    let name = name.to_ascii_lowercase();
    let words: Vec<&str> = name.split(['_', '.']).filter(|word| !word.is_empty()).collect();
    let signal = ["threshold", "period", "window", "lookback", "rsi", "ema", "sma", "macd", "fast", "slow"];
    let is_signal = words.iter().any(|word| signal.contains(word));
    let is_risk =
        words.iter().any(|word| RISK.contains(word)) || name.contains("stop_loss") || name.contains("take_profit");
    let infrastructure = words.iter().any(|word| INFRASTRUCTURE.contains(word));
    // `log_level` and `warmup_period` are infrastructure, `level_threshold` is not.
    let certain = words.iter().any(|word| {
        matches!(
            *word,
            "warmup"
                | "startup"
                | "capital"
                | "cash"
                | "balance"
                | "commission"
                | "slippage"
                | "fee"
                | "fees"
                | "seed"
                | "poll"
                | "port"
                | "host"
                | "timeframe"
                | "timeframes"
                | "log"
                | "verbose"
                | "api"
                | "path"
                | "symbol"
                | "symbols"
                | "timeout"
                | "maxlen"
                | "buffer"
                | "cache"
                | "retries"
                | "debug"
                | "refresh"
                | "sleep"
        )
    });
    if certain || (infrastructure && !is_signal && !is_risk) {
        Role::Infrastructure
    } else if is_risk {
        Role::Risk
    } else {
        Role::Signal
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell() {
        for (name, expected) in [
            ("lookback_period", Role::Signal),
            ("rsi_period", Role::Signal),
            ("fast", Role::Signal),
            ("bb_std", Role::Signal),
            ("stop_loss_pct", Role::Risk),
            ("max_hold_days", Role::Risk),
            ("position_size", Role::Risk),
            ("leverage", Role::Risk),
            ("initial_capital", Role::Infrastructure),
            ("log_level", Role::Infrastructure),
            ("warmup_period", Role::Infrastructure),
            ("port", Role::Infrastructure),
            ("poll_interval", Role::Infrastructure),
            ("timeframe", Role::Infrastructure),
            ("seed", Role::Infrastructure),
        ] {
            assert_eq!(role(name), expected, "{name}");
        }
    }
}
