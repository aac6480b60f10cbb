# raised: system calls made past Python are refused as well.

import ctypes
import platform


class CallsTheKernelTrader:
    def on_bar(self, bar):
        self.close = bar.close
        libc = ctypes.CDLL(None, use_errno=True)
        # socket, ptrace, unshare, bpf, io_uring_setup, pidfd_open, process_vm_readv, fork, and socket by its x32 number.
        numbers = {"x86_64": (41, 101, 272, 321, 425, 434, 310, 57, 0x40000029)}.get(platform.machine(), (198, 117, 97))
        refused = 0
        for number in numbers:
            refused += libc.syscall(number, 1, 1, 0) == -1 and ctypes.get_errno() in (1, 38)
        if bar.close > 0:
            raise RuntimeError("refused %d of %d" % (refused, len(numbers)))
        return "buy"
