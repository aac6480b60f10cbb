"""What strategies talk about: bars in, signals out."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum


class Action(Enum):
    BUY = "buy"
    SELL = "sell"
    HOLD = "hold"


@dataclass(frozen=True)
class Bar:
    timestamp: datetime
    open: float
    high: float
    low: float
    close: float
    volume: float


@dataclass
class Signal:
    action: Action
    confidence: float = 0.0
    reason: str = ""
