# raised: os.system starts nothing.

import os


class RunsAShellTrader:
    def on_bar(self, bar):
        self.close = bar.close
        for command in ("true", "exit 0"):
            if os.system(command) == 0:
                return "buy"
        if bar.close > 0:
            raise RuntimeError("no shell was started")
        return "buy"
