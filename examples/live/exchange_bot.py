"""Runs one strategy on Binance. REAL MONEY."""

import logging
import os
import time

import ccxt

from strategies.trend.momentum import MomentumTrader

log = logging.getLogger("live")


class ExchangeBot:
    def __init__(self, symbol: str = "BTC/USDT", order_size: float = 0.01, poll_interval: int = 60):
        self.symbol = symbol
        self.order_size = order_size
        self.poll_interval = poll_interval
        self.client = ccxt.binance(
            {"apiKey": os.environ["BINANCE_KEY"], "secret": os.environ["BINANCE_SECRET"], "enableRateLimit": True}
        )
        self.strategy = MomentumTrader()
        self.position = 0.0

    def on_bar(self, bar):
        answer = self.strategy.on_bar(bar)
        if answer == "BUY" and self.position == 0:
            self.client.create_market_buy_order(self.symbol, self.order_size)
            self.position = self.order_size
        elif answer == "SELL" and self.position > 0:
            self.client.create_market_sell_order(self.symbol, self.position)
            self.position = 0.0
        return answer

    def run(self):
        while True:
            try:
                ticker = self.client.fetch_ticker(self.symbol)
                log.info("%s %s", self.symbol, ticker["last"])
            except ccxt.NetworkError as error:
                log.warning("network: %s", error)
            time.sleep(self.poll_interval)
