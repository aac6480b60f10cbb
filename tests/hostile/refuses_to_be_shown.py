# raised: an answer whose repr, str, len, bool and attributes all raise.


class Secret:
    def _no(self, *args):
        raise SystemError("none of your business")

    __repr__ = __str__ = __len__ = __bool__ = __hash__ = __eq__ = __iter__ = __call__ = _no

    def __getattr__(self, name):
        raise SystemError("none of your business")


ANSWERS = [Secret()]


class RefusesToBeShownTrader:
    def on_bar(self, bar):
        self.close = bar.close
        return ANSWERS[0]
