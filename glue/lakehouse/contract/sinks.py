"""The kinds of sinks that the contract may name: the modules of `lakehouse/gold_to_sinks/`; it imports none of them."""

from pathlib import Path
from pkgutil import iter_modules

_FOLDER = Path(__file__).parents[1] / "gold_to_sinks"
# `iter_modules` also looks into the zip file that the job runs from.
SINK_KINDS = tuple(sorted(module.name for module in iter_modules([str(_FOLDER)]) if not module.name.startswith("_")))
