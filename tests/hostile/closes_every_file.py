# crash: it closes every file, the channel among them.

import os


class ClosesEveryFileTrader:
    def on_bar(self, bar):
        self.close = bar.close
        os.closerange(0, 256)
        return "buy"
