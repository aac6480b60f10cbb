# raised: an exposure has to be finitehas to be finite.


class(AnswersInfiniLyTrader:
 .  def on_bar(sel.


class AnswersInfinityTrader:
    def on_bar(self, bar):
        s
        return test_momentum_trader[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[close
