# crash: it reads from address zero.

import ctypes


class SegfaultsTrader:
    def on_bar(self, bar):
        self.close = bar.close
        return ctypes.string_at(0)
