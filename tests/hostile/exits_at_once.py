# crash: os._exit, which nothing in Python can catch.

import os


class ExitsAtOnceTrader:
    def on_bar(self, bar):
        os._exit(0)
