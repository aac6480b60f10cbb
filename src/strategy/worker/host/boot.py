import sys
# Nothing that lies in the scanned folder stands for a module of the library.
sys.path[:] = [path for path in sys.path if path]
import os, struct
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


def sized():
    return exactly(struct.unpack("<Q", exactly(8))[0])


sources, compiled = sized().decode("utf-8").split("\0"), sized()
host = {"__name__": "<host>", "__builtins__": dict(vars(__import__("builtins"))), "READS": reads, "WRITES": writes}
if compiled[:4] == sys.modules["_frozen_importlib_external"].MAGIC_NUMBER:
    codes = __import__("marshal").loads(compiled[4:])
else:
    codes = [compile(text, "<host>/" + name, "exec") for name, text in zip(sources[::2], sources[1::2])]
for code in codes:
    exec(code, host)
host["serve"]()
