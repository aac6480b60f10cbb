# ok: hooks of the interpreter see the host at work, and change nothing but its own answers.

import sys
import threading


class TracesTheHostTrader:
    def __init__(self):
        def hook(frame, event, argument):
            return hook

        sys.settrace(hook)
        sys.setprofile(hook)
        threading.settrace(hook)

    def on_bar(self, bar):
        self.close = bar.close
        return "buy"
