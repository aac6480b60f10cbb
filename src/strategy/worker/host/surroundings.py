"""Puts back what one run may have changed in the process, so that the next set cannot see it."""

import _locale
import _signal
import atexit
import builtins
import itertools
import time
from _operator import is_
from _thread import _count as _thread_count

# Watched from the moment they are loaded: importing all of them takes longer than many a run.
WATCHED = (
    "builtins", "math", "statistics", "time", "datetime", "json", "collections", "itertools", "functools", "operator", "os",
    "random", "decimal", "sys", "re", "shutil", "threading", "logging", "gc", "signal", "warnings", "atexit", "__main__",
    "copy", "enum", "string",
)
# Where they are loaded before the first set, and the classes of theirs that are watched.
LIBRARIES = {"numpy": (), "pandas": ("DataFrame", "Series", "Index")}
HEAP_TYPE, IMMUTABLE_TYPE = 1 << 9, 1 << 8
# The watched modules by name, as they were loaded, whatever stands in `sys.modules` now.
LOADED = {}


class Awaited:
    """Loads a watched module as its own loader does, and has it watched before anybody else sees it."""

    def __init__(self, loader, loaded):
        self.loader, self.loaded = loader, loaded

    def create_module(self, spec):
        return self.loader.create_module(spec)

    def exec_module(self, module):
        module.__loader__ = module.__spec__.loader = self.loader
        self.loader.exec_module(module)
        self.loaded(module)


class Surroundings:
    threads, settled, disturbed = 0, False, False

    def __init__(self, scratch):
        self.scratch, self.modules = scratch, sys.modules
        self.names, self.classes = [], []

    def settle(self):
        """Nothing of the user's has run yet: this is what every set finds."""
        self.settled = True
        for name in (*WATCHED, *LIBRARIES):
            if name in sys.modules:
                self.watch(sys.modules[name])
        self.streams = sys.stdin, sys.stdout, sys.stderr
        self.path, self.argv, self.meta_path = list(sys.path), list(sys.argv), list(sys.meta_path)
        self.environment = dict(os.environ)
        self.folder = os.getcwd()
        self.recursion = sys.getrecursionlimit()
        self.signals = [(number, _signal.getsignal(number)) for number in sorted(_signal.valid_signals())]
        self.umask = os.umask(0)
        os.umask(self.umask)
        self.path_hooks = list(sys.path_hooks)
        self.locale = _locale.setlocale(_locale.LC_ALL, None)
        self.threads = _thread_count()

    def awaited(self, name, spec, kept):
        """The module's spec, so that it is watched, and among the modules that are `kept`, once it is loaded."""
        if spec is not None and self.settled and name in WATCHED and name not in LOADED:

            def loaded(module):
                kept[name] = module
                self.watch(module)

            spec.loader = Awaited(spec.loader, loaded)
        return spec

    def watch(self, module):
        name = module.__name__
        if name in LOADED:
            return
        # What is made while something is not as it was may hold on to that.
        self.disturbed = self.disturbed or not self.untouched()
        LOADED[name] = module
        if name == "logging":
            _quiet_log_files(module)
            self.handlers = len(getattr(module, "_handlerList", ()))
        elif name == "warnings":
            self.filters = list(module.filters)
        elif name == "random":
            module.seed(0)
        self.names.append((name, vars(module), dict(vars(module))))
        self.classes += [(cls, tuple(vars(cls)), tuple(vars(cls).values())) for cls in self._classes(module)]

    @staticmethod
    def _classes(module):
        """Those whose attributes Python code can set."""
        name, fields = module.__name__, vars(module)
        if name in LIBRARIES:
            found = [fields[cls] for cls in LIBRARIES[name]]
        else:
            found = [value for value in fields.values()
                     if isinstance(value, type) and str(value.__module__).split(".")[0] == name]
        return [cls for cls in dict.fromkeys(found) if cls.__flags__ & HEAP_TYPE and not cls.__flags__ & IMMUTABLE_TYPE]

    def untouched(self):
        """Whether every name that is watched still is what it was."""
        return all(fields.get(name, LOADED) is value for _, fields, names in self.names for name, value in names.items())

    def begin(self):
        """The same random numbers for every run, on any machine."""
        if "random" in LOADED:
            LOADED["random"].seed(0)
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
        if "decimal" in LOADED:
            LOADED["decimal"].setcontext(LOADED["decimal"].Context())
        for timer in (_signal.ITIMER_REAL, _signal.ITIMER_VIRTUAL, _signal.ITIMER_PROF):
            _signal.setitimer(timer, 0)
        for number, handler in self.signals:
            if _signal.getsignal(number) is not handler:
                _signal.signal(number, handler)
        os.umask(self.umask)
        atexit._clear()
        warnings = LOADED.get("warnings")
        if warnings is not None and warnings.filters != self.filters:
            warnings.filters[:] = self.filters
            getattr(warnings, "_filters_mutated", bool)()
        sys.path_hooks[:] = self.path_hooks
        if _locale.setlocale(_locale.LC_ALL, None) != self.locale:
            _locale.setlocale(_locale.LC_ALL, self.locale)
        if "logging" in LOADED:
            self._quieten(LOADED["logging"])
        self._sweep()
        gc.enable()
        # The watched builtins are back, but a thread would run on into the next set.
        running = "threading" in LOADED and LOADED["threading"].active_count() > 1
        return running or self.disturbed or _thread_count() > self.threads

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

    def _quieten(self, logging):
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
                    import shutil

                    shutil.rmtree(entry.path, ignore_errors=True)
                else:
                    os.unlink(entry.path)


def _quiet_log_files(logging):
    """Log files are opened as the null device: a sweep would fill the disk, and the repository is read-only."""
    logging.FileHandler._open = lambda handler: open(os.devnull, "a", encoding=handler.encoding)
    logging.raiseExceptions = False
    logging.disable(logging.CRITICAL)
