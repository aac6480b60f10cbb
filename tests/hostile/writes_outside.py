# raised: nothing can be written but scratch: not beside its source, not among the results, not in /tmp or /dev/shm.

import os

HERE = os.path.dirname(os.path.abspath(__file__))


class WritesOutsideTrader:
    def on_bar(self, bar):
        self.close = bar.close
        refused = 0
        wanted = (
            os.path.join(HERE, "written.txt"), os.path.join(HERE, "..", "data", "backtests.parquet"),
            os.path.join(HERE, "..", "continuous_backtest_config.yaml"), "/tmp/cbt-should-not-exist",
            "/dev/shm/cbt-should-not-exist", "/proc/self/oom_score_adj",
        )
        for path in wanted:
            try:
                open(path, "a").write("x")
            except PermissionError:
                refused += 1
        if bar.close > 0:
            raise RuntimeError("refused %d of %d" % (refused, len(wanted)))
        return "buy"
