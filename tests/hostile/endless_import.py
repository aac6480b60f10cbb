# timeout: importing its file never ends.

count = 0
while True:
    try:
        count += 1
    except BaseException:
        pass


class EndlessImportTrader:
    def on_bar(self, bar):
        self.close = bar.close
        return "buy"
