# crash: it reads from address zero.

import ctypes


class SegfaultsTrader:
    def on_bar(self, bar):
        return ctypes.string_at(0)
