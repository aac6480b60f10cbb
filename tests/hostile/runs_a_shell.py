# raised: os.system starts nothing.

import os


class RunsAShellTrader:
    def on_bar(self, bar):
        for command in ("true", "exit 0"):
            if os.system(command) == 0:
                return "buy"
        raise RuntimeError("no shell was started")
