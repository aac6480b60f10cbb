import os, struct, sys
reads, writes, quiet = os.dup(0), os.dup(1), os.open(os.devnull, os.O_RDWR)
os.dup2(quiet, 0)
os.dup2(2, 1)
os.close(quiet)


def exactly(count):
    parts = bytearray()
    while len(parts) < count:
        part = os.read(reads, count - len(parts))
        if not part:
            os._exit(0)
        parts += part
    return bytes(parts)


sources = exactly(struct.unpack("<Q", exactly(8))[0]).decode("utf-8").split("\0")
host = {"__name__": "<host>", "__builtins__": dict(vars(__import__("builtins"))), "READS": reads, "WRITES": writes}
for name, text in zip(sources[::2], sources[1::2]):
    exec(compile(text, "<host>/" + name, "exec"), host)
host["serve"]()
