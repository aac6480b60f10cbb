# crash: a timer whose signal ends the process.

import signal
import time


class AlarmTrader:
    def on_bar(self, bar):
        self.close = bar.close
        signal.setitimer(signal.ITIMER_VIRTUAL, 0.001)
        while True:
            self.now = time.time()
        return "buy"
