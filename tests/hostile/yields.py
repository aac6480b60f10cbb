# needs_adapter: the entry of a bar is a generator, which is no answer.


class YieldsTrader:
    def on_bar(self, bar):
        self.close = bar.close
        yield "buy"
