-- The tables of data/continuous_training.duckdb, published from the Parquet files of the same names.
-- Column comments and grain sentences come from those tables' own declarations, and a test holds the two lists
-- of columns against each other. There are no indexes: rows are only ever loaded whole, and keys were checked
-- when the Parquet files were written.

CREATE TABLE strategies (
    strategy_name VARCHAR NOT NULL,
    class_name    VARCHAR NOT NULL,
    qualname      VARCHAR NOT NULL,
    module        VARCHAR NOT NULL,
    import_root   VARCHAR NOT NULL,
    root          VARCHAR NOT NULL,
    path          VARCHAR NOT NULL,
    line          BIGINT NOT NULL,
    status        VARCHAR NOT NULL,
    reason        VARCHAR NOT NULL,
    evidence_line BIGINT NOT NULL,
    matched_by    VARCHAR NOT NULL,
    protocol      VARCHAR,
    entry_method  VARCHAR,
    entry         JSON,
    constructor   JSON NOT NULL,
    bases         JSON NOT NULL,
    requires      JSON NOT NULL,
    source_files  JSON NOT NULL,
    source_hash   VARCHAR NOT NULL
);

CREATE TABLE parameters (
    strategy_name    VARCHAR NOT NULL,
    name             VARCHAR NOT NULL,
    type             VARCHAR NOT NULL,
    default_value    JSON NOT NULL,
    low              DOUBLE,
    high             DOUBLE,
    step             DOUBLE,
    choices          JSON,
    role             VARCHAR NOT NULL,
    source           VARCHAR NOT NULL,
    path             VARCHAR NOT NULL,
    line             BIGINT NOT NULL,
    start_byte       BIGINT NOT NULL,
    end_byte         BIGINT NOT NULL,
    place_key        VARCHAR NOT NULL,
    file_hash        VARCHAR NOT NULL,
    range            JSON,
    range_source     VARCHAR,
    why_not_searched VARCHAR,
    below            VARCHAR,
    passed_as        JSON NOT NULL,
    shadowed         JSON NOT NULL
);

CREATE TABLE scenarios (
    market                   VARCHAR NOT NULL,
    scenario                 VARCHAR NOT NULL,
    set                      VARCHAR NOT NULL,
    path_index               BIGINT NOT NULL,
    seed                     UBIGINT,
    bars                     BIGINT NOT NULL,
    periods_per_year         DOUBLE NOT NULL,
    log_return               DOUBLE NOT NULL,
    annual_volatility        DOUBLE,
    annual_volatility_reason VARCHAR,
    max_drawdown             DOUBLE NOT NULL,
    content_hash             VARCHAR NOT NULL,
    source_file              VARCHAR
);

CREATE TABLE backtest_results (
    run_id               VARCHAR NOT NULL,
    timestamp            TIMESTAMP NOT NULL,
    strategy_name        VARCHAR NOT NULL,
    parameters           JSON NOT NULL,
    parameters_hash      VARCHAR NOT NULL,
    is_current           BOOLEAN NOT NULL,
    variation            BIGINT NOT NULL,
    market_scenario      VARCHAR NOT NULL,
    backtest_type        VARCHAR NOT NULL,
    span                 VARCHAR NOT NULL,
    badge                VARCHAR NOT NULL,
    outcome              VARCHAR NOT NULL,
    failure_kind         VARCHAR,
    failure_message      VARCHAR,
    paths                BIGINT NOT NULL,
    undefined_paths      BIGINT NOT NULL,
    bars                 BIGINT NOT NULL,
    periods_per_year     DOUBLE NOT NULL,
    sharpe_ratio         DOUBLE,
    sharpe_ratio_reason  VARCHAR,
    sharpe_std           DOUBLE,
    sharpe_min           DOUBLE,
    sharpe_max           DOUBLE,
    sortino_ratio        DOUBLE,
    sortino_ratio_reason VARCHAR,
    calmar_ratio         DOUBLE,
    calmar_ratio_reason  VARCHAR,
    total_return         DOUBLE,
    total_return_reason  VARCHAR,
    total_return_std     DOUBLE,
    total_return_min     DOUBLE,
    total_return_max     DOUBLE,
    cagr                 DOUBLE,
    cagr_reason          VARCHAR,
    volatility           DOUBLE,
    volatility_reason    VARCHAR,
    max_drawdown         DOUBLE,
    max_drawdown_reason  VARCHAR,
    max_drawdown_worst   DOUBLE,
    win_rate             DOUBLE,
    win_rate_reason      VARCHAR,
    profit_factor        DOUBLE,
    profit_factor_reason VARCHAR,
    total_trades         BIGINT NOT NULL,
    final_equity         DOUBLE,
    final_equity_reason  VARCHAR,
    costs                DOUBLE,
    assumptions          JSON NOT NULL
);

CREATE TABLE walk_forward (
    run_id                        VARCHAR NOT NULL,
    timestamp                     TIMESTAMP NOT NULL,
    strategy_name                 VARCHAR NOT NULL,
    market_scenario               VARCHAR NOT NULL,
    badge                         VARCHAR NOT NULL,
    scheme                        VARCHAR NOT NULL,
    windows                       BIGINT NOT NULL,
    train_bars                    BIGINT NOT NULL,
    gap_bars                      BIGINT NOT NULL,
    look_back                     BIGINT NOT NULL,
    look_back_source              VARCHAR NOT NULL,
    test_bars                     BIGINT NOT NULL,
    sharpe_ratio                  DOUBLE,
    sharpe_ratio_reason           VARCHAR,
    cagr                          DOUBLE,
    cagr_reason                   VARCHAR,
    max_drawdown                  DOUBLE,
    max_drawdown_reason           VARCHAR,
    unchanged_sharpe_ratio        DOUBLE,
    unchanged_sharpe_ratio_reason VARCHAR,
    worst_sharpe_ratio            DOUBLE,
    sharpe_efficiency             DOUBLE,
    sharpe_efficiency_reason      VARCHAR,
    return_efficiency             DOUBLE,
    return_efficiency_reason      VARCHAR,
    drift                         JSON NOT NULL
);

CREATE TABLE walk_forward_windows (
    run_id                        VARCHAR NOT NULL,
    timestamp                     TIMESTAMP NOT NULL,
    strategy_name                 VARCHAR NOT NULL,
    market_scenario               VARCHAR NOT NULL,
    badge                         VARCHAR NOT NULL,
    scheme                        VARCHAR NOT NULL,
    number                        BIGINT NOT NULL,
    train_start                   TIMESTAMP NOT NULL,
    train_end                     TIMESTAMP NOT NULL,
    test_start                    TIMESTAMP NOT NULL,
    test_end                      TIMESTAMP NOT NULL,
    train_bars                    BIGINT NOT NULL,
    test_bars                     BIGINT NOT NULL,
    trials                        BIGINT NOT NULL,
    chosen                        JSON NOT NULL,
    changed                       BOOLEAN NOT NULL,
    train_sharpe_ratio            DOUBLE,
    train_sharpe_ratio_reason     VARCHAR,
    test_sharpe_ratio             DOUBLE,
    test_sharpe_ratio_reason      VARCHAR,
    unchanged_sharpe_ratio        DOUBLE,
    unchanged_sharpe_ratio_reason VARCHAR,
    test_return                   DOUBLE NOT NULL,
    test_trades                   BIGINT NOT NULL,
    growth                        DOUBLE NOT NULL
);

CREATE TABLE distributions (
    run_id          VARCHAR NOT NULL,
    timestamp       TIMESTAMP NOT NULL,
    strategy_name   VARCHAR NOT NULL,
    market_scenario VARCHAR NOT NULL,
    backtest_type   VARCHAR NOT NULL,
    source          VARCHAR NOT NULL,
    figure          VARCHAR NOT NULL,
    badge           VARCHAR NOT NULL,
    runs            BIGINT NOT NULL,
    undefined_runs  BIGINT NOT NULL,
    q05             DOUBLE,
    q05_reason      VARCHAR,
    q25             DOUBLE,
    q50             DOUBLE,
    q75             DOUBLE,
    q95             DOUBLE,
    mean            DOUBLE
);

CREATE TABLE intervals (
    run_id          VARCHAR NOT NULL,
    timestamp       TIMESTAMP NOT NULL,
    strategy_name   VARCHAR NOT NULL,
    market_scenario VARCHAR NOT NULL,
    backtest_type   VARCHAR NOT NULL,
    source          VARCHAR NOT NULL,
    figure          VARCHAR NOT NULL,
    badge           VARCHAR NOT NULL,
    estimate        DOUBLE,
    estimate_reason VARCHAR,
    low             DOUBLE,
    low_reason      VARCHAR,
    high            DOUBLE,
    level           DOUBLE NOT NULL,
    method          VARCHAR,
    observations    BIGINT NOT NULL,
    block_length    DOUBLE,
    resamples       BIGINT NOT NULL
);

CREATE TABLE equity_curves (
    strategy_name   VARCHAR NOT NULL,
    market_scenario VARCHAR NOT NULL,
    badge           VARCHAR NOT NULL,
    place           BIGINT NOT NULL,
    bar             BIGINT NOT NULL,
    time            TIMESTAMP,
    paths           BIGINT NOT NULL,
    growth_q05      DOUBLE NOT NULL,
    growth_q25      DOUBLE NOT NULL,
    growth_q50      DOUBLE NOT NULL,
    growth_q75      DOUBLE NOT NULL,
    growth_q95      DOUBLE NOT NULL,
    drawdown_q05    DOUBLE NOT NULL,
    drawdown_q25    DOUBLE NOT NULL,
    drawdown_q50    DOUBLE NOT NULL,
    drawdown_q75    DOUBLE NOT NULL,
    drawdown_q95    DOUBLE NOT NULL
);

CREATE TABLE trials (
    run_id              VARCHAR NOT NULL,
    timestamp           TIMESTAMP NOT NULL,
    strategy_name       VARCHAR NOT NULL,
    source_hash         VARCHAR NOT NULL,
    trial               BIGINT NOT NULL,
    batch               BIGINT NOT NULL,
    seed                UBIGINT NOT NULL,
    parameters          JSON NOT NULL,
    outcome             VARCHAR NOT NULL,
    failure_message     VARCHAR,
    sharpe              DOUBLE,
    sharpe_reason       VARCHAR,
    total_return        DOUBLE,
    total_return_reason VARCHAR,
    max_drawdown        DOUBLE,
    max_drawdown_reason VARCHAR,
    custom              DOUBLE,
    rank                BIGINT,
    on_front            BOOLEAN NOT NULL
);

CREATE TABLE optimization_history (
    run_id                         VARCHAR NOT NULL,
    timestamp                      TIMESTAMP NOT NULL,
    strategy_name                  VARCHAR NOT NULL,
    source_hash                    VARCHAR NOT NULL,
    trial                          BIGINT NOT NULL,
    old_parameters                 JSON NOT NULL,
    new_parameters                 JSON NOT NULL,
    objective                      VARCHAR NOT NULL,
    incumbent_score                DOUBLE,
    incumbent_score_reason         VARCHAR,
    challenger_score               DOUBLE,
    challenger_score_reason        VARCHAR,
    difference                     DOUBLE,
    difference_reason              VARCHAR,
    performance_improvement        DOUBLE,
    performance_improvement_reason VARCHAR,
    margin                         DOUBLE,
    p_value                        DOUBLE,
    p_value_reason                 VARCHAR,
    alpha                          DOUBLE NOT NULL,
    tests_so_far                   BIGINT NOT NULL,
    trials_ever                    UBIGINT NOT NULL,
    difference_low                 DOUBLE,
    difference_high                DOUBLE,
    worst_regime                   VARCHAR,
    worst_regime_difference        DOUBLE,
    detectable_difference          DOUBLE,
    marks                          JSON NOT NULL,
    paths                          BIGINT NOT NULL,
    conditions                     JSON NOT NULL,
    decision                       VARCHAR NOT NULL,
    reason                         VARCHAR NOT NULL
);

CREATE TABLE changes (
    run_id        VARCHAR NOT NULL,
    timestamp     TIMESTAMP NOT NULL,
    change_id     VARCHAR NOT NULL,
    strategy_name VARCHAR NOT NULL,
    parameter     VARCHAR NOT NULL,
    old_value     JSON NOT NULL,
    new_value     JSON NOT NULL,
    path          VARCHAR NOT NULL,
    line          BIGINT NOT NULL,
    decision      VARCHAR NOT NULL,
    manual        BOOLEAN NOT NULL,
    reason        VARCHAR NOT NULL,
    old_hash      VARCHAR,
    new_hash      VARCHAR,
    backup        VARCHAR,
    improvement   DOUBLE,
    diff          VARCHAR NOT NULL,
    undo          JSON,
    known_until   JSON NOT NULL,
    takes_back    VARCHAR
);

CREATE TABLE realism (
    generator      VARCHAR NOT NULL,
    regime         VARCHAR NOT NULL,
    fact           VARCHAR NOT NULL,
    value          DOUBLE,
    value_reason   VARCHAR,
    low            DOUBLE,
    high           DOUBLE,
    standing       VARCHAR NOT NULL,
    real_low       DOUBLE,
    real_high      DOUBLE,
    kind           VARCHAR NOT NULL,
    paths          BIGINT NOT NULL,
    bars           BIGINT NOT NULL,
    generator_hash VARCHAR NOT NULL
);

CREATE TABLE ledger (
    strategy_name VARCHAR NOT NULL,
    iteration     BIGINT NOT NULL,
    source_hash   VARCHAR NOT NULL,
    trials        BIGINT NOT NULL,
    tests         BIGINT NOT NULL
);

CREATE TABLE shadow_history (
    run_id        VARCHAR NOT NULL,
    timestamp     TIMESTAMP NOT NULL,
    change_run    VARCHAR NOT NULL,
    strategy_name VARCHAR NOT NULL,
    bars          BIGINT NOT NULL,
    log_e_old     DOUBLE NOT NULL,
    log_e_new     DOUBLE NOT NULL,
    log_threshold DOUBLE NOT NULL,
    state         VARCHAR NOT NULL,
    note          VARCHAR NOT NULL
);

CREATE TABLE placebo_history (
    run_id         VARCHAR NOT NULL,
    timestamp      TIMESTAMP NOT NULL,
    strategy_name  VARCHAR NOT NULL,
    source_hash    VARCHAR NOT NULL,
    iteration      BIGINT NOT NULL,
    names          BIGINT NOT NULL,
    test_number    BIGINT NOT NULL,
    paths          BIGINT NOT NULL,
    redrawn        BIGINT NOT NULL,
    difference     DOUBLE NOT NULL,
    margin         DOUBLE NOT NULL,
    p_value        DOUBLE,
    p_value_reason VARCHAR,
    alpha          DOUBLE NOT NULL,
    promoted       BOOLEAN NOT NULL,
    reason         VARCHAR NOT NULL
);

CREATE TABLE runs (
    run_id              VARCHAR NOT NULL,
    timestamp           TIMESTAMP NOT NULL,
    iteration           BIGINT NOT NULL,
    started             TIMESTAMP NOT NULL,
    finished            TIMESTAMP NOT NULL,
    seed                UBIGINT NOT NULL,
    version             VARCHAR NOT NULL,
    config_hash         VARCHAR NOT NULL,
    strategies_found    BIGINT NOT NULL,
    strategies_runnable BIGINT NOT NULL,
    backtests           BIGINT NOT NULL,
    trials              BIGINT NOT NULL,
    promoted            BIGINT NOT NULL,
    applied             BIGINT NOT NULL,
    refused             BIGINT NOT NULL,
    failed              BIGINT NOT NULL,
    shard_hits          BIGINT,
    shard_misses        BIGINT,
    report_path         VARCHAR,
    status              VARCHAR NOT NULL,
    failure_message     VARCHAR
);

-- Filled from backtest_results when the store is built, so that the views find the latest rows without looking
-- at all of history.
CREATE TABLE latest_runs (
    strategy_name VARCHAR NOT NULL,
    backtest_type VARCHAR NOT NULL,
    run_id        VARCHAR NOT NULL,
    timestamp     TIMESTAMP NOT NULL
);

COMMENT ON TABLE latest_runs IS 'One strategy under one backtest type: the latest run that has results of it.';
COMMENT ON COLUMN latest_runs.strategy_name IS 'The strategy.';
COMMENT ON COLUMN latest_runs.backtest_type IS 'standard, walk_forward, monte_carlo or bootstrap.';
COMMENT ON COLUMN latest_runs.run_id IS 'The iteration that wrote the rows.';
COMMENT ON COLUMN latest_runs.timestamp IS 'When that iteration started, UTC.';

-- Filled when the store is built, too: sorting what is to be averaged takes longer than all else the leaderboard asks for.
CREATE TABLE standings (
    strategy_name    VARCHAR NOT NULL,
    backtest_type    VARCHAR NOT NULL,
    run_id           VARCHAR NOT NULL,
    timestamp        TIMESTAMP NOT NULL,
    parameters       JSON NOT NULL,
    sharpe_ratio     DOUBLE,
    sharpe_simulated DOUBLE,
    sharpe_real      DOUBLE,
    total_return     DOUBLE,
    max_drawdown     DOUBLE,
    win_rate         DOUBLE,
    total_trades     BIGINT NOT NULL,
    markets          BIGINT NOT NULL,
    markets_ok       BIGINT NOT NULL,
    markets_defined  BIGINT NOT NULL
);

COMMENT ON TABLE standings IS 'The rows of leaderboard without their rank.';
COMMENT ON COLUMN standings.strategy_name IS 'The strategy.';
COMMENT ON COLUMN standings.backtest_type IS 'standard, walk_forward, monte_carlo or bootstrap.';
COMMENT ON COLUMN standings.run_id IS 'Its latest run under that type.';
COMMENT ON COLUMN standings.timestamp IS 'When that iteration started, UTC.';
COMMENT ON COLUMN standings.parameters IS 'Its current values as a JSON object.';
COMMENT ON COLUMN standings.sharpe_ratio IS 'Annualised, mean over scenarios and historical markets.';
COMMENT ON COLUMN standings.sharpe_simulated IS 'The same over scenarios.';
COMMENT ON COLUMN standings.sharpe_real IS 'The same over historical markets.';
COMMENT ON COLUMN standings.total_return IS 'Fraction, mean over markets.';
COMMENT ON COLUMN standings.max_drawdown IS 'Fraction in [-1, 0], worst of all paths.';
COMMENT ON COLUMN standings.win_rate IS 'Fraction in [0, 1], mean over markets.';
COMMENT ON COLUMN standings.total_trades IS 'Sum over markets.';
COMMENT ON COLUMN standings.markets IS 'Markets it was run on.';
COMMENT ON COLUMN standings.markets_ok IS 'Markets on which it ended ok.';
COMMENT ON COLUMN standings.markets_defined IS 'Markets on which it has a Sharpe ratio.';

CREATE TABLE loaded_files (
    table_name VARCHAR NOT NULL,
    path       VARCHAR NOT NULL,
    bytes      UBIGINT NOT NULL,
    modified   BIGINT NOT NULL,
    rows       UBIGINT NOT NULL,
    layout     VARCHAR NOT NULL
);

COMMENT ON TABLE loaded_files IS 'One Parquet file that this store was loaded from.';
COMMENT ON COLUMN loaded_files.table_name IS 'The table its rows are in.';
COMMENT ON COLUMN loaded_files.path IS 'Where it stood.';
COMMENT ON COLUMN loaded_files.bytes IS 'Its size.';
COMMENT ON COLUMN loaded_files.modified IS 'When it was last written, nanoseconds since 1970, UTC.';
COMMENT ON COLUMN loaded_files.rows IS 'Rows it gave.';
COMMENT ON COLUMN loaded_files.layout IS 'Hash of the schema and views; a store of another layout is built from nothing.';
