# raised: MemoryError after a while, and what it hoarded is free again.


class HoardsMemoryTrader:
    def __init__(self):
        self.hoard = []

    def on_bar(self, bar):
        while True:
            self.hoard.append(bytearray(1 << 24))
