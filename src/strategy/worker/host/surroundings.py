"""Puts back what one run may have changed in the process, so that the next set cannot see it."""

import builtins
import collections
import datetime
import decimal
import functools
import itertools
import logging
import math
import operator
import random
import shutil
import signal
import statistics
import threading
import time

WATCHED = (builtins, math, statistics, time, datetime, json, collections, itertools, functools, operator, os, random, decimal)


class Surroundings:
    def __init__(self, scratch):
        self.scratch = scratch
        self.names = [(vars(module), dict(vars(module))) for module in WATCHED]
        self.streams = sys.stdin, sys.stdout, sys.stderr
        self.path, self.argv, self.meta_path = list(sys.path), list(sys.argv), list(sys.meta_path)
        self.environment = dict(os.environ)
        self.folder = os.getcwd()
        self.recursion = sys.getrecursionlimit()
        self.handlers = len(logging._handlerList) if hasattr(logging, "_handlerList") else 0
        self.alarm = signal.getsignal(signal.SIGALRM)

    def begin(self):
        """The same random numbers for every run, on any machine."""
        random.seed(0)
        numpy = sys.modules.get("numpy")
        if numpy is not None:
            numpy.random.seed(0)

    def restore(self):
        """True where something was left that cannot be put back: the process has to be replaced."""
        for fields, names in self.names:
            if len(fields) != len(names):
                for name in [name for name in fields if name not in names]:
                    del fields[name]
            fields.update(names)
        sys.settrace(None)
        sys.setprofile(None)
        sys.stdin, sys.stdout, sys.stderr = self.streams
        sys.path[:], sys.argv[:], sys.meta_path[:] = self.path, self.argv, self.meta_path
        if os.environ != self.environment:
            os.environ.clear()
            os.environ.update(self.environment)
        if os.getcwd() != self.folder:
            os.chdir(self.folder)
        sys.setrecursionlimit(self.recursion)
        decimal.setcontext(decimal.Context())
        signal.setitimer(signal.ITIMER_REAL, 0)
        if signal.getsignal(signal.SIGALRM) is not self.alarm:
            signal.signal(signal.SIGALRM, self.alarm)
        self._quieten()
        self._sweep()
        gc.enable()
        # The watched builtins are back, but a thread would run on into the next set.
        return threading.active_count() > 1 or _thread_count() > self.threads

    threads = 0

    def _quieten(self):
        kept = getattr(logging, "_handlerList", None)
        if kept is not None and len(kept) > self.handlers:
            for logger in [logging.root, *logging.root.manager.loggerDict.values()]:
                for handler in list(getattr(logger, "handlers", ())):
                    logger.removeHandler(handler)
                    handler.close()
            del kept[self.handlers :]
        logging.disable(logging.CRITICAL)

    def _sweep(self):
        with os.scandir(self.scratch) as entries:
            for entry in list(entries):
                if entry.is_dir(follow_symlinks=False):
                    shutil.rmtree(entry.path, ignore_errors=True)
                else:
                    os.unlink(entry.path)


from _thread import _count as _thread_count
