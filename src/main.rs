use std::process::ExitCode;

fn main() -> ExitCode {
    continuous_backtest::cli::run(std::env::args_os())
}
