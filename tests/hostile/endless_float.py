# timeout: reading its answer as a number never ends.

import numbers


class Endless(numbers.Real):
    def __float__(self):
        while True:
            pass

    def _no(self, *others):
        return self

    __abs__ = __add__ = __ceil__ = __floor__ = __floordiv__ = __mod__ = __mul__ = __neg__ = __pos__ = __pow__ = _no
    __radd__ = __rfloordiv__ = __rmod__ = __rmul__ = __round__ = __rpow__ = __rtruediv__ = __truediv__ = __trunc__ = _no

    def __eq__(self, other):
        return True

    __le__ = __lt__ = __eq__
    __hash__ = object.__hash__


ANSWERS = [Endless()]


class EndlessFloatTrader:
    def on_bar(self, bar):
        self.close = bar.close
        return ANSWERS[0]
