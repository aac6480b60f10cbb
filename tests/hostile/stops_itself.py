# timeout: it stops its own process, which then hears no SIGTERM either.

import os
import signal


class StopsItselfTrader:
    def on_bar(self, bar):
        self.close = bar.close
        os.kill(os.getpid(), signal.SIGSTOP)
        return "buy"
