# raised: it replaces its own module by a number while it is imported.

import sys


class BreaksItsModuleTrader:
    def on_bar(self, bar):
        return "buy"


sys.modules[__name__] = 7
