# raised: it replaces its own module by a number while it is imported.

import sys


class BreaksItsModuleTrader:
    def on_bar(self, bar):
        self.close = bar.close
        return "buy"


sys.modules[__name__] = 7
