"""Modules that others import for what hardly anyone calls: they are loaded at the first call, not before."""

import sys
from contextlib import contextmanager
from importlib import import_module
from types import ModuleType


class _Late(ModuleType):
    """Stands in for a module: each of its functions loads the module, and is then that module's."""

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return lambda *values, **named: getattr(import_module(self.__name__), name)(*values, **named)


@contextmanager
def loaded_late(*names):
    """What is imported within gets stand-ins of these modules, unless they are loaded; nothing else is changed.

    names : dotted; of a module in a package ("scipy.cluster.hierarchy"), the package must be named before it
    """
    late = {name: _Late(name) for name in names if name not in sys.modules}
    for name, module in late.items():
        package, _dot, own = name.rpartition(".")
        if package in late:
            setattr(late[package], own, module)
    sys.modules.update(late)
    try:
        yield
    finally:
        for name in late:
            del sys.modules[name]
