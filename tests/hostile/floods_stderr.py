# crash: gigabytes on the file behind standard error.

import os


class FloodsStderrTrader:
    def on_bar(self, bar):
        self.close = bar.close
        while True:
            os.write(2, b"x" * 1_000_000)
        return "buy"
