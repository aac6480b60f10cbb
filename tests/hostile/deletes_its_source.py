# raised: its own file stays where it is.

import os


class DeletesItsSourceTrader:
    def on_bar(self, bar):
        self.close = bar.close
        refused = 0
        for attempt in (
            lambda: os.remove(__file__), lambda: os.truncate(__file__, 0), lambda: os.rename(__file__, __file__ + ".gone"),
            lambda: os.chmod(__file__, 0), lambda: os.replace(__file__, __file__ + ".gone"),
        ):
            try:
                attempt()
            except PermissionError:
                refused += 1
        if bar.close > 0:
            raise RuntimeError("refused %d of 5" % refused)
        return "buy"
