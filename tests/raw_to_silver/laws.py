"""The laws that are data: what texts become by their type, and what is left of values by their mask."""

from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

_FOLDER = Path(__file__).parent
# Type -> law -> text: the typed value as Spark writes it.
TYPE_LAWS: dict[str, dict[str, dict[str | None, str | None]]] = YAML(typ="safe", pure=True).load(_FOLDER / "types.yaml")
# Mask -> law -> the column's type, a value as SQL, and what is left of it.
MASK_LAWS: dict[str, dict[str, tuple[str, str, Any]]] = YAML(typ="safe", pure=True).load(_FOLDER / "masks.yaml")
