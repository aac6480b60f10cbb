# raised: the engine's environment, memory and open files.

import os


class ReadsItsParentTrader:
    def on_bar(self, bar):
        self.close = bar.close
        refused = 0
        wanted = ("environ", "mem", "maps", "fd", "cwd/continuous_backtest_config.yaml", "root/etc/shadow")
        for name in wanted:
            path = "/proc/%d/%s" % (os.getppid(), name)
            try:
                os.listdir(path) if name == "fd" else open(path, "rb").read(1)
            except PermissionError:
                refused += 1
        if bar.close > 0:
            raise RuntimeError("refused %d of %d" % (refused, len(wanted)))
        return "buy"
