# timeout: it reads every open pipe, so that the next request would not arrive; there is none to steal, and it waits.

import os


class StealsTheChannelTrader:
    def on_bar(self, bar):
        self.close = bar.close
        for fd in range(3, 32):
            try:
                os.read(fd, 1 << 20)
            except OSError:
                pass
        return "buy"
