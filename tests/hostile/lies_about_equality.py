# raised: a string that is equal to everything and hashes like "buy".


class Liar(str):
    def __eq__(self, other):
        raise RuntimeError("not with me")

    def __hash__(self):
        return hash("buy")


ANSWERS = [Liar("buy")]


class LiesAboutEqualityTrader:
    def on_bar(self, bar):
        self.close = bar.close
        return ANSWERS[0]
