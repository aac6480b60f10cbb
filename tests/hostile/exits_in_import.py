# raised: sys.exit while its file is imported.

import sys

sys.exit("nothing to see")


class ExitsInImportTrader:
    def on_bar(self, bar):
        self.close = bar.close
        return "buy"
