# raised: no name is resolved.

import importlib


class AsksDnsTrader:
    def on_bar(self, bar):
        self.close = bar.close
        return importlib.import_module("sock" + "et").getaddrinfo("prices.example", 443)
