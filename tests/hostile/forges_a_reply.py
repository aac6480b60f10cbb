# crash: it finds the channel in the frames that called it and answers for a set nobody asked about.

import sys


class ForgesAReplyTrader:
    def on_bar(self, bar):
        self.close = bar.close
        frame = sys._getframe()
        while "nonce" not in frame.f_locals:
            frame = frame.f_back
        header = {"index": 7, "tainted": False, "cpu": 0.0, "clipped": 0, "confidence": None}
        frame.f_locals["self"].channel.send(frame.f_locals["nonce"], header, b"")
        return "buy"
