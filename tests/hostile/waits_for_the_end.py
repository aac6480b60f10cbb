# ok: what it registers for the end of the process is never run.

import atexit
import os


def revenge():
    os.kill(os.getppid(), 9)
    open("/tmp/cbt-should-not-exist", "w").close()
    while True:
        pass


class WaitsForTheEndTrader:
    def __init__(self):
        atexit.register(revenge)

    def on_bar(self, bar):
        self.close = bar.close
        return "buy"
