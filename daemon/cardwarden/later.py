"""A module that a library names, and that is loaded if it is ever used."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType
from typing import Any


class _Later(ModuleType):
    def __init__(self, name: str, functions: tuple[str, ...]) -> None:
        super().__init__(name)
        self._functions = functions

    def __getattr__(self, name: str) -> Any:
        def called(*given: Any, **named: Any) -> Any:
            return getattr(self._loaded(), name)(*given, **named)

        return called if name in self._functions else getattr(self._loaded(), name)

    def _loaded(self) -> ModuleType:
        if sys.modules.get(self.__name__) is self:
            del sys.modules[self.__name__]
        return import_module(self.__name__)


@contextmanager
def later(name: str, *functions: str) -> Iterator[None]:
    """Who writes `import NAME` in here has a module that is loaded as soon as something of it is asked for.

    Of `functions` also the asking loads nothing: they load it when they are called. If it is loaded already, it is that one;
    outside of this everybody loads it as ever.
    """
    if name in sys.modules:
        yield
        return
    package, _, within = name.rpartition(".")
    spec = find_spec(name)
    module = _Later(name, functions)
    if spec and spec.submodule_search_locations is not None:  # `from NAME import ...` asks whether it is a package
        module.__path__ = spec.submodule_search_locations
    sys.modules[name] = module
    if package:  # who wrote `import PACKAGE.NAME` asks the package for it, also afterwards
        setattr(import_module(package), within, module)
    try:
        yield
    finally:
        if sys.modules.get(name) is module:
            del sys.modules[name]
