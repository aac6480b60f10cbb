# crash: files that no folder lists any more, kept by being open.

import tempfile


class FillsScratchUnseenTrader:
    def on_bar(self, bar):
        self.close = bar.close
        held = []
        while True:
            held.append(tempfile.TemporaryFile())
            held[-1].write(bytes(8 << 20))
            held[-1].flush()
        return "buy"
