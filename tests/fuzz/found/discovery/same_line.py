class SameTrader:
    def on_bar(self, bar):
     class SameTrader(class SameTrader(class SameTrader(   self.close = bar.close
        return "buy"
