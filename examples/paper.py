"""Paper trading: python paper.py bars.csv

Prints what every strategy with a config block would hold after the last bar.
"""

import csv
import json
import sys
from datetime import datetime
from pathlib import Path

import yaml

from strategies.reversion.rsi import RsiReversionStrategy
from strategies.signals import Bar
from strategies.trend.ema_cross import EmaCrossSystem
from strategies.trend.keltner import KeltnerTrendStrategy
from strategies.trend.momentum import MomentumTrader

CONFIG = Path(__file__).parent / "config"


def load_bars(path):
    with open(path, newline="") as file:
        return [
            Bar(
                datetime.fromisoformat(row["timestamp"].replace("Z", "+00:00")),
                *(float(row[column]) for column in ("open", "high", "low", "close", "volume")),
            )
            for row in csv.DictReader(file)
        ]


def build():
    config = yaml.safe_load((CONFIG / "strategies.yaml").read_text())
    portfolio = json.loads((CONFIG / "portfolio.json").read_text())
    parameters = {entry["name"]: entry["parameters"] for entry in portfolio["strategies"]}
    return {
        "momentum": MomentumTrader(**config["momentum_trader"]),
        "ema": EmaCrossSystem(**config["ema_cross_system"]),
        "keltner": KeltnerTrendStrategy(**config["keltner_trend_strategy"]),
        "rsi": RsiReversionStrategy(parameters["rsi_reversion_strategy"]),
    }


def main(path):
    strategies = build()
    held = dict.fromkeys(strategies, "HOLD")
    closes = []
    for bar in load_bars(path):
        closes.append(bar.close)
        answers = {
            "momentum": strategies["momentum"].on_bar(bar),
            "ema": "BUY" if strategies["ema"].update(bar.close) else "SELL",
            "keltner": strategies["keltner"].on_bar(bar),
            "rsi": strategies["rsi"].generate_signal(closes),
        }
        held.update({name: answer for name, answer in answers.items() if answer != "HOLD"})
    for name, last in held.items():
        print(f"{name:10} {last}")


if __name__ == "__main__":
    main(sys.argv[1])
