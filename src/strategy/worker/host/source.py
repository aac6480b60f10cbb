"""Imports the repository's own modules from the bytes that were sent, patched in memory; disk is never written."""

from _frozen_importlib import ModuleSpec
from _frozen_importlib_external import PathFinder, SourceFileLoader

PATCHED_KEPT = 512
# What the host, the modules it watches and theirs are made of: a file of that name in the repository is not meant.
LIBRARY = frozenset((
    "ast bisect bz2 codecs collections contextlib contextvars copy copyreg dataclasses datetime decimal dis enum errno "
    "fnmatch fractions functools heapq inspect json keyword linecache logging lzma math numbers opcode operator random re "
    "reprlib shutil signal sre_compile sre_constants sre_parse statistics string struct textwrap threading token tokenize "
    "traceback types warnings weakref zlib"
).split())


class Loader(SourceFileLoader):
    def __init__(self, name, path, repository):
        super().__init__(name, path)
        self.repository = repository

    def get_code(self, fullname):
        return self.repository.code(self.path)

    def get_data(self, path):
        return self.repository.bytes(path) if self.repository.owns(path) else super().get_data(path)


class Repository:
    def __init__(self, root, import_roots, foreign, sources, library, surroundings):
        self.root, self.scratch = root, surroundings.scratch
        self.library, self.surroundings = library, surroundings
        self.roots = tuple(os.path.join(path, "") for path in dict.fromkeys([root, *import_roots]))
        # A virtual environment may live inside the scanned root; its modules are not the user's.
        self.foreign = tuple(os.path.join(path, "") for path in foreign)
        self.sources = sources
        self.plain, self.patched, self.patches = {}, {}, {}
        self.known, self.absent, self.owned, self.used = {}, set(), {}, set()
        self.kept = dict(sys.modules)

    def owns(self, path):
        owned = self.owned.get(path)
        if owned is None:
            owned = path in self.sources or (path.startswith(self.roots) and not path.startswith(self.foreign))
            if len(self.owned) < 10000:
                self.owned[path] = owned
        return owned

    def relative(self, path):
        root = os.path.join(self.root, "")
        return path[len(root) :] if path.startswith(root) else path

    def bytes(self, path):
        text = self.sources.get(path)
        if text is None:
            with open(path, "rb") as file:
                text = file.read()
            if path.endswith(".py"):
                self.sources[path] = text
        for start, end, value in reversed(self.patches.get(path, ())):
            text = text[:start] + value.encode("utf-8") + text[end:]
        return text

    def code(self, path):
        self.used.add(path)
        spans = self.patches.get(path)
        key = (path, spans) if spans else path
        kept = self.patched if spans else self.plain
        code = kept.get(key)
        if code is None:
            code = kept[key] = compile(self.bytes(path), path, "exec", dont_inherit=True)
            if spans and len(kept) > PATCHED_KEPT:
                del kept[next(iter(kept))]
        return code

    def begin(self, patches):
        """A fresh start: forgets every module of the repository and sets the spans that differ."""
        self.patches = {path: tuple(map(tuple, sorted(spans))) for path, spans in patches.items()}
        self.used.clear()
        modules = sys.modules
        for name, module in self.kept.items():
            if modules.get(name) is not module:
                modules[name] = module
        for name in [name for name in list(modules) if name not in self.kept]:
            module = modules.get(name)
            if self.is_own(module):
                del modules[name]
            else:
                self.kept[name] = module

    def without_effect(self):
        """A file that holds a value of this set but was never imported."""
        return next((self.relative(path) for path in self.patches if path not in self.used), None)

    def is_own(self, module):
        try:
            fields = object.__getattribute__(module, "__dict__")
            spec, file = fields.get("__spec__"), fields.get("__file__")
            if isinstance(file, str):
                return self.owns(file)
            if spec is None:
                return True
            return any(self.owns(os.path.join(path, "")) for path in spec.submodule_search_locations or ())
        except Exception:
            # Something that is no module was put there by the user's code.
            return True

    def find_spec(self, name, path=None, target=None):
        known = self.known.get(name)
        if known is None:
            if path is None and name in self.absent:
                raise ModuleNotFoundError("No module named %r" % name, name=name)
            if path is None and name in LIBRARY:
                return self.surroundings.awaited(name, PathFinder.find_spec(name, self.library, target), self.kept)
            spec = PathFinder.find_spec(name, path, target)
            if spec is None:
                if path is None:
                    self.absent.add(name)
                return None
            origin = spec.origin
            if not isinstance(origin, str) or not origin.endswith(".py") or not self.owns(origin):
                return spec
            known = self.known[name] = (origin, spec.submodule_search_locations is not None)
        origin, package = known
        spec = ModuleSpec(name, Loader(name, origin, self), origin=origin, is_package=package)
        spec.has_location = True
        if package:
            spec.submodule_search_locations = [os.path.dirname(origin)]
        return spec

    def install(self):
        finders = sys.meta_path
        finders.insert(finders.index(PathFinder) if PathFinder in finders else len(finders), self)
