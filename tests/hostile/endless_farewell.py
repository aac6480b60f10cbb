# timeout: it answers, and then its finaliser never ends.


class EndlessFarewellTrader:
    def on_bar(self, bar):
        self.close = bar.close
        return "buy"

    def __del__(self):
        while True:
            pass
