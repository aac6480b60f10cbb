# crash: os._exit, which nothing in Python can catch.

import os


class ExitsAtOnceTrader:
    def on_bar(self, bar):
        self.close = bar.close
        os._exit(0)
        return "buy"
