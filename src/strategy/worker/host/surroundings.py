"""Puts back what one run may have changed in the process, so that the next set cannot see it."""

import _locale
import _signal
import atexit
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
import warnings
from operator import is_

WATCHED = (
    builtins, math, statistics, time, datetime, json, collections, itertools, functools, operator, os, random, decimal,
    sys, re, shutil, threading, logging, gc, signal, warnings, atexit,
)
# Where they are loaded before the first set.
LIBRARIES = {"__main__": (), "copy": (), "enum": (), "string": (), "numpy": (), "pandas": ("DataFrame", "Series", "Index")}
HEAP_TYPE, IMMUTABLE_TYPE = 1 << 9, 1 << 8


class Surroundings:
    def __init__(self, scratch):
        self.scratch, self.modules = scratch, sys.modules
        libraries = [sys.modules[name] for name in LIBRARIES if name in sys.modules]
        self.names = [(module.__name__, vars(module), dict(vars(module))) for module in (*WATCHED, *libraries)]
        self.classes = [(cls, tuple(vars(cls)), tuple(vars(cls).values())) for cls in self._classes(libraries)]
        self.streams = sys.stdin, sys.stdout, sys.stderr
        self.path, self.argv, self.meta_path = list(sys.path), list(sys.argv), list(sys.meta_path)
        self.environment = dict(os.environ)
        self.folder = os.getcwd()
        self.recursion = sys.getrecursionlimit()
        self.handlers = len(logging._handlerList) if hasattr(logging, "_handlerList") else 0
        self.signals = [(number, _signal.getsignal(number)) for number in sorted(signal.valid_signals())]
        self.umask = os.umask(0)
        os.umask(self.umask)
        self.filters, self.path_hooks = list(warnings.filters), list(sys.path_hooks)
        self.locale = _locale.setlocale(_locale.LC_ALL, None)

    @staticmethod
    def _classes(libraries):
        """Those whose attributes Python code can set."""
        found = [value for module in WATCHED for value in vars(module).values()
                 if isinstance(value, type) and str(value.__module__).split(".")[0] == module.__name__]
        found += [vars(module)[name] for module in libraries for name in LIBRARIES[module.__name__]]
        return [cls for cls in dict.fromkeys(found) if cls.__flags__ & HEAP_TYPE and not cls.__flags__ & IMMUTABLE_TYPE]

    def begin(self):
        """The same random numbers for every run, on any machine."""
        random.seed(0)
        numpy = sys.modules.get("numpy")
        if numpy is not None:
            numpy.random.seed(0)

    def restore(self):
        """True where something was left that cannot be put back: the process has to be replaced."""
        self.put_names_back()
        sys.stdin, sys.stdout, sys.stderr = self.streams
        sys.path[:], sys.argv[:], sys.meta_path[:] = self.path, self.argv, self.meta_path
        if os.environ != self.environment:
            os.environ.clear()
            os.environ.update(self.environment)
            time.tzset()
        if os.getcwd() != self.folder:
            os.chdir(self.folder)
        sys.setrecursionlimit(self.recursion)
        decimal.setcontext(decimal.Context())
        for timer in (_signal.ITIMER_REAL, _signal.ITIMER_VIRTUAL, _signal.ITIMER_PROF):
            _signal.setitimer(timer, 0)
        for number, handler in self.signals:
            if _signal.getsignal(number) is not handler:
                _signal.signal(number, handler)
        os.umask(self.umask)
        atexit._clear()
        if warnings.filters != self.filters:
            warnings.filters[:] = self.filters
            getattr(warnings, "_filters_mutated", bool)()
        sys.path_hooks[:] = self.path_hooks
        if _locale.setlocale(_locale.LC_ALL, None) != self.locale:
            _locale.setlocale(_locale.LC_ALL, self.locale)
        self._quieten()
        self._sweep()
        gc.enable()
        # The watched builtins are back, but a thread would run on into the next set.
        return threading.active_count() > 1 or _thread_count() > self.threads

    threads = 0

    def put_names_back(self):
        """What the host's own modules are made of, too: it needs them to tell what went wrong."""
        sys.settrace(None)
        sys.setprofile(None)
        modules = self.modules
        for own, fields, names in self.names:
            if len(fields) != len(names):
                for name in [name for name in fields if name not in names]:
                    # Importing a part of a module binds it there, and does so only once.
                    if modules.get("%s.%s" % (own, name)) is not fields[name]:
                        del fields[name]
            fields.update(names)
        for cls, names, values in self.classes:
            fields = vars(cls)
            if len(fields) != len(names) or not all(map(is_, fields.values(), values)):
                self._mend(cls, dict(zip(names, values)))

    @staticmethod
    def _mend(cls, names):
        fields = vars(cls)
        for name in [name for name in fields if name not in names]:
            type.__delattr__(cls, name)
        for name, value in names.items():
            if fields.get(name, names) is not value:
                type.__setattr__(cls, name, value)
        if tuple(vars(cls)) != tuple(names):
            # The same attributes in another order look different the next time.
            raise RuntimeError("a class cannot be put back as it was")

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
