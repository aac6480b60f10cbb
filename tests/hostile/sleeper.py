# timeout: it sleeps for a day.

import time


class SleeperTrader:
    def on_bar(self, bar):
        self.close = bar.close
        time.sleep(86400)
        return "buy"
