# crash: SIGABRT.

import os


class AbortsTrader:
    def on_bar(self, bar):
        self.close = bar.close
        os.abort()
        return "buy"
