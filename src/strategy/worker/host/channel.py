"""Frames: magic, nonce, header length, payload length, JSON header, raw payload. Little-endian."""

import gc
import json
import os
import struct
import sys

PREFIX = struct.Struct("<4s16sIQ")
MAGIC = b"CBT1"

_read, _write, _exit = os.read, os.write, os._exit
_encode, _decode = json.JSONEncoder(allow_nan=False).encode, json.JSONDecoder().decode


class Channel:
    def __init__(self, reads, writes):
        self.reads, self.writes = reads, writes

    def _exactly(self, count):
        parts = bytearray()
        while len(parts) < count:
            part = _read(self.reads, min(count - len(parts), 1 << 20))
            if not part:
                _exit(0)
            parts += part
        return bytes(parts)

    def receive(self):
        magic, nonce, header, payload = PREFIX.unpack(self._exactly(PREFIX.size))
        if magic != MAGIC:
            _exit(70)
        return nonce, _decode(self._exactly(header).decode("utf-8")), self._exactly(payload)

    def send(self, nonce, header, payload=b""):
        # Lone surrogates are escaped by the encoder, so the header is always ASCII.
        text = _encode(header).encode("ascii")
        view = memoryview(PREFIX.pack(MAGIC, nonce, len(text), len(payload)) + text + payload)
        while view:
            view = view[_write(self.writes, view) :]
