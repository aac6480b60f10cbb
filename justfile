# One recipe per command. `just iterate` is what cron runs.
set positional-arguments

cbt := "cargo run --release --quiet --"

# the whole loop once: discover to report
iterate *args:
    {{cbt}} iterate "$@"

# iterate every scan_interval_hours until SIGTERM
loop *args:
    {{cbt}} loop "$@"

discover *args:
    {{cbt}} discover "$@"

generate-scenarios *args:
    {{cbt}} generate-scenarios "$@"

backtest *args:
    {{cbt}} backtest "$@"

optimize *args:
    {{cbt}} optimize "$@"

apply *args:
    {{cbt}} apply "$@"

report *args:
    {{cbt}} report "$@"

# the report in reports/example/, byte for byte on one machine
example-report:
    rm -rf target/example-report
    {{cbt}} iterate --quiet --pipeline pipelines/example.yaml --seed 42 --at 2026-01-02T03:04:05Z \
        --data-dir target/example-report/data --reports-dir target/example-report/reports
    mkdir -p reports/example
    cp target/example-report/reports/*.html reports/example/report.html
    cp target/example-report/reports/*.json reports/example/report.json

status *args:
    {{cbt}} status "$@"

query *args:
    {{cbt}} query "$@"

# results and the running iteration on a local web page
dashboard *args:
    {{cbt}} dashboard "$@"

explain *args:
    {{cbt}} explain "$@"

rollback *args:
    {{cbt}} rollback "$@"

# a stored run made again, and every byte compared: just replay last
replay *args:
    {{cbt}} replay "$@"

# the backtests as shards for other machines, their computation, and what they give
plan *args:
    {{cbt}} plan "$@"

run-shard *args:
    {{cbt}} run-shard "$@"

collect *args:
    {{cbt}} collect "$@"

# five hundred kills of an iteration: CBT_TORTURE_KILLS and CBT_TORTURE_SEED say otherwise
torture:
    cargo test --release --test main cli::torture::long -- --ignored --nocapture

# what a file of returns can show: just stats returns.csv
stats *args:
    {{cbt}} stats "$@"

# what is known about markets whose truth is known: just prove null --loops 400
prove *args:
    {{cbt}} prove "$@"

init *args:
    {{cbt}} init "$@"

test *args:
    cargo test --release "$@"

# half a year of hourly runs, a million rows, fifty publishes beside Python's readers: their figures
volume:
    CBT_TEST_PUBLISHES=50 cargo test --release --lib -- --include-ignored --nocapture results::tests::readers results::tests::volume

# `cbt loop` for so many tiny iterations: open files, threads and memory stay as they are
endurance iterations="300":
    CBT_TEST_ITERATIONS={{iterations}} cargo test --release --test main -- --nocapture memory_and_files_stay_flat

# mutations of the corpora in tests/fuzz, so many seconds for each target
fuzz seconds="1200":
    CBT_FUZZ_SECONDS={{seconds}} cargo test --release --test main fuzz::long -- --ignored --nocapture

# libFuzzer on the same targets, guided by what code they reach: just fuzz-guided 1200 native patching
fuzz-guided seconds="1200" *targets:
    fuzz/run {{seconds}} {{targets}}

# licences, advisories and sources of all dependencies (cargo install cargo-deny)
deny:
    cargo deny check

lint:
    cargo fmt --check
    cargo clippy --release --all-targets -- -D warnings

# ratios against peers in one run, JSON lines on stdout
bench *args:
    cargo bench "$@"

ci:
    .ci/run
