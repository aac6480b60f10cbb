# timeout: it catches whatever is raised, and does not listen to SIGTERM.

import signal


class EndlessAndDeafTrader:
    def on_bar(self, bar):
        self.close = bar.close
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGALRM):
            signal.signal(number, signal.SIG_IGN)
        while True:
            try:
                while True:
                    self.last = bar.close
            except BaseException:
                pass
        return "buy"
