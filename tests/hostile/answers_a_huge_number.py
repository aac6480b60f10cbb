# raised: an integer of five thousand digits is no exposure.


class AnswersAHugeNumberTrader:
    def __init__(self, size=10**400):
        self.size = size

    def on_bar(self, bar):
        self.close = bar.close
        return 10**5000
