//! Method names by which strategies are called, commonest first.

pub const ENTRIES: &[&str] = &[
    "generate_signals",
    "generate_signal",
    "get_signal",
    "get_signals",
    "calculate_signals",
    "calculate_signal",
    "compute_signals",
    "compute_signal",
    "generate_trading_signals",
    "generate_trading_signal",
    "get_trading_signal",
    "create_signals",
    "build_signals",
    "produce_signals",
    "signals",
    "signal",
    "check_signal",
    "check_signals",
    "check_for_signal",
    "detect_signal",
    "on_bar",
    "on_candle",
    "on_kline",
    "on_new_bar",
    "on_new_candle",
    "on_tick",
    "on_price",
    "on_price_update",
    "on_data",
    "on_market_data",
    "handle_bar",
    "handle_data",
    "process_bar",
    "process_candle",
    "process_tick",
    "analyze",
    "analyse",
    "analyze_market",
    "evaluate",
    "decide",
    "make_decision",
    "get_decision",
    "get_action",
    "vote",
    "execute",
    "should_trade",
    "predict",
    "next",
    "step",
    "update",
    "process",
    "generate",
    "generate_positions",
    "compute_positions",
];

/// Names that are as common for things that are no strategy: their answer has to look like a signal.
pub fn is_weak(name: &str) -> bool {
    matches!(
        name,
        "analyze"
            | "analyse"
            | "generate"
            | "evaluate"
            | "execute"
            | "predict"
            | "next"
            | "step"
            | "update"
            | "process"
            | "on_data"
            | "analyze_market"
            | "on_price_update"
            | "handle_data"
            | "on_market_data"
    )
}

/// Predicate to enter, predicate to leave.
pub const PAIRS: &[(&str, &str)] = &[
    ("should_buy", "should_sell"),
    ("should_enter", "should_exit"),
    ("check_entry", "check_exit"),
    ("check_buy", "check_sell"),
    ("should_enter_long", "should_exit_long"),
    ("should_open", "should_close"),
    ("should_open_position", "should_close_position"),
    ("entry_signal", "exit_signal"),
    ("buy_signal", "sell_signal"),
    ("is_buy_signal", "is_sell_signal"),
    ("check_buy_signal", "check_sell_signal"),
    ("check_entry_signal", "check_exit_signal"),
    ("check_entry_conditions", "check_exit_conditions"),
    ("check_entry_condition", "check_exit_condition"),
    ("entry_condition", "exit_condition"),
    ("buy_condition", "sell_condition"),
    ("check_long_entry", "check_long_exit"),
    ("is_entry", "is_exit"),
];

pub const PREPARE: &[&str] = &[
    "calculate_indicators",
    "compute_indicators",
    "add_indicators",
    "calc_indicators",
    "populate_indicators",
    "generate_indicators",
    "initialize_indicators",
    "apply_indicators",
    "calculate_all_indicators",
    "add_all_indicators",
    "add_technical_indicators",
    "calculate_features",
    "compute_features",
    "add_features",
    "build_features",
    "generate_features",
    "extract_features",
    "create_features",
    "engineer_features",
    "prepare_features",
    "prepare_data",
    "prepare",
    "preprocess",
    "preprocess_data",
    "transform",
];

pub fn is_per_bar(name: &str) -> bool {
    name.starts_with("on_")
        || name.starts_with("process")
        || name.starts_with("handle_")
        || matches!(name, "next" | "step" | "update")
}

/// A method that makes a class look like a strategy at all.
pub fn is_entry_like(name: &str) -> bool {
    ENTRIES.contains(&name) || PAIRS.iter().any(|(enter, exit)| *enter == name || *exit == name)
}
