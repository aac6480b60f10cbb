from second import Base, WINDOW as window
import second as other


class FirstStrategy(Base):
    PERIODS = {"fast": 5, "slow": [20, 50]}

    def __init__(self, fast: int = 5, slow=20, *, kind="sma", weight=-1.5e-3, **rest):
        super().__init__(fast)
        self.fast, self.slow = fast, max(slow, window)
        self.config = {"threshold": 0.02, "nested": {"depth": 3}}

    @property
    def ready(self):
        return len(self.closes) > self.slow

    def generate_signal(self, bar, *, position=0):
        if (n := len(self.closes)) < other.WINDOW:
            return None
        return "buy" if bar.close > self.closes[-n // 2] else f"{'sell'!r:>10}"
---
import abc
from first import FirstStrategy

WINDOW = 20


class Base(abc.ABC):
    def __init__(self, fast):
        self.closes = []

    @abc.abstractmethod
    def generate_signal(self, bar): ...
