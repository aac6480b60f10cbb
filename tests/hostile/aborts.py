# crash: SIGABRT.

import os


class AbortsTrader:
    def on_bar(self, bar):
        os.abort()
