# ok: a pair of connected streams inside the process serves event loops; what could be addressed to others is refused.

import asyncio
import importlib


class PairsOfSocketsTrader:
    def on_bar(self, bar):
        self.close = bar.close
        net = importlib.import_module("sock" + "et")
        for kind in ("SOCK_DGRAM", "SOCK_SEQPACKET"):
            try:
                net.socketpair(net.AF_UNIX, getattr(net, kind))
                return "sell"
            except PermissionError:
                pass

        async def decide():
            await asyncio.sleep(0)
            return "buy"

        return asyncio.run(decide())
