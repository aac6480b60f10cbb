# needs_service: reading the source shows the socket, and it is not even run.

import socket


class OpensSocketsOpenlyTrader:
    def on_bar(self, bar):
        self.close = bar.close
        socket.socket(socket.AF_INET, socket.SOCK_STREAM).connect(("127.0.0.1", 9))
        return "buy"
