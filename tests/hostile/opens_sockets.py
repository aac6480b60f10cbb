# raised: no socket of any family. The module is imported by a name that reading the source does not show.

import importlib


class OpensSocketsTrader:
    def on_bar(self, bar):
        self.close = bar.close
        net = importlib.import_module("sock" + "et")
        wanted = [(family, kind, protocol) for family, kind, protocol in (
            ("AF_INET", "SOCK_STREAM", 0), ("AF_INET", "SOCK_DGRAM", 0), ("AF_INET6", "SOCK_STREAM", 0),
            ("AF_INET6", "SOCK_DGRAM", 0), ("AF_UNIX", "SOCK_STREAM", 0), ("AF_UNIX", "SOCK_DGRAM", 0),
            ("AF_INET", "SOCK_RAW", 1), ("AF_PACKET", "SOCK_RAW", 3), ("AF_NETLINK", "SOCK_RAW", 0),
            ("AF_VSOCK", "SOCK_STREAM", 0), ("AF_ALG", "SOCK_SEQPACKET", 0),
        ) if hasattr(net, family)]
        refused = 0
        for family, kind, protocol in wanted:
            try:
                one = net.socket(getattr(net, family), getattr(net, kind), protocol)
                # The abstract namespace has no path that file rules could guard.
                one.bind("\0cbt")
            except PermissionError:
                refused += 1
        if bar.close > 0:
            raise RuntimeError("refused %d of %d" % (refused, len(wanted)))
        return "buy"
