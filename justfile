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

status *args:
    {{cbt}} status "$@"

query *args:
    {{cbt}} query "$@"

explain *args:
    {{cbt}} explain "$@"

rollback *args:
    {{cbt}} rollback "$@"

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
