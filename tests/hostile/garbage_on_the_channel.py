# crash: it writes to every file it inherited.

import os


class GarbageOnTheChannelTrader:
    def on_bar(self, bar):
        self.close = bar.close
        for fd in range(3, 64):
            try:
                os.write(fd, b"CBT1 garbage " * 100)
            except OSError:
                pass
        return "buy"
