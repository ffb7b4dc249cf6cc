"""The kinds of sinks that the contract may name: one module each in `lakehouse/gold_to_sinks/`, read by name alone."""

from pathlib import Path
from pkgutil import iter_modules

_FOLDER = Path(__file__).parents[1] / "gold_to_sinks"
SUFFIX = "_sink"
# `iter_modules` also looks into the zip file that the job runs from.
_MODULES = [module.name for module in iter_modules([str(_FOLDER)])]
SINK_KINDS = tuple(sorted(name.removesuffix(SUFFIX) for name in _MODULES if name.endswith(SUFFIX)))
