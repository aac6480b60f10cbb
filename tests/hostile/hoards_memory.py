# raised: MemoryError after a while, and what it hoarded is free again.


class HoardsMemoryTrader:
    def __init__(self):
        self.hoard = []

    def on_bar(self, bar):
        self.close = bar.close
        while True:
            self.hoard.append(bytearray(1 << 24))
        return "buy"
