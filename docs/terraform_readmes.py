"""Writes the inputs and outputs of each Terraform module into its README, between two markers: `make docs`."""

import re
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hcl2

ROOT = Path(__file__).parents[1]
WIDTH = 120
BEGIN, END = "<!-- inputs and outputs: made by make docs -->", "<!-- end -->"


def readmes(root: Path = ROOT) -> dict[Path, str]:
    """Returns each module's README as it should be, by its path.

    Raises:
        ValueError: a README has lost its markers.
    """
    folders = [root / "terraform", *sorted((root / "terraform" / "modules").iterdir())]
    return {folder / "README.md": _with_lists(folder) for folder in folders}


def _with_lists(folder: Path) -> str:
    text = (folder / "README.md").read_text(encoding="utf-8")
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end):
        raise ValueError(f"{folder / 'README.md'} needs the lines '{BEGIN}' and '{END}'")
    return f"{before}{BEGIN}\n\n{_inputs(folder)}\n\n{_outputs(folder)}\n\n{END}{after}"


def _inputs(folder: Path) -> str:
    entries = [
        _entry(name, f"`{_type(block)}`, {_default(block)}", _lines(block["description"]))
        for name, block in _blocks(folder / "variables.tf", "variable")
    ]
    return "\n".join(["### Inputs\n", *entries])


def _outputs(folder: Path) -> str:
    entries = [
        _entry(name, "", _lines(block["description"])) for name, block in _blocks(folder / "outputs.tf", "output")
    ]
    return "\n".join(["### Outputs\n", *entries])


def _entry(name: str, kind: str, description: list[str]) -> str:
    """Returns an item of a list: the name, its kind in brackets and the description, whose items are a list below it.

    >>> print(_entry("mode", "`string`, needed", ["How it is read.", "- `fast`: at once."]))
    - `mode` (`string`, needed): How it is read.
      - `fast`: at once.
    """
    first, *items = description
    opening = f"`{name}` ({kind}): {first}" if kind else f"`{name}`: {first}"
    return "\n".join([_wrapped(opening, ""), *(_wrapped(item.removeprefix("- "), "  ") for item in items)])


def _wrapped(text: str, indent: str) -> str:
    shown = "".join(
        part if place % 2 else part.replace("<", "&lt;") for place, part in enumerate(re.split("(`[^`]*`)", text))
    )
    return textwrap.fill(
        shown,
        WIDTH,
        initial_indent=f"{indent}- ",
        subsequent_indent=f"{indent}  ",
        break_long_words=False,
        break_on_hyphens=False,
    )


def _blocks(file: Path, kind: str) -> Iterator[tuple[str, dict[str, Any]]]:
    for labelled in hcl2.loads(file.read_text(encoding="utf-8")).get(kind, []):
        for name, block in labelled.items():
            yield name.strip('"'), block


def _type(block: dict[str, Any]) -> str:
    return " ".join(_plain(block.get("type", "any")).split())


def _default(block: dict[str, Any]) -> str:
    if "default" not in block:
        return "needed"
    return f"default `{_hcl(block['default'])}`"


def _own_keys(value: dict[str, Any]) -> dict[str, Any]:
    return {key.strip('"'): inner for key, inner in value.items() if not key.startswith("__")}


def _hcl(value: Any) -> str:
    """Returns a default as Terraform writes it, on one line."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key} = {_hcl(inner)}" for key, inner in _own_keys(value).items()) + "}"
    if isinstance(value, list):
        return f"[{', '.join(map(_hcl, value))}]"
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    text = str(value)
    return text[2:-1] if text.startswith("${") else text


def _plain(text: str) -> str:
    """Returns a parsed string without its quotes or its interpolation."""
    text = text[2:-1] if text.startswith("${") else text.removeprefix('"').removesuffix('"')
    return text.replace('\\"', '"')


def _lines(text: str) -> list[str]:
    """Returns a description's lines: one, or those of a heredoc, whose items begin with '- '."""
    heredoc = re.fullmatch(r"<<-(\w+)\n(.*)\n\s*\1", _plain(text), re.DOTALL)
    if not heredoc:
        return [_plain(text)]
    joined = re.sub(r"\n\s*(?!\s*- )", " ", heredoc[2].strip())
    return [line.strip() for line in joined.splitlines()]


def main() -> None:
    """Write the READMEs that are not as they should be."""
    stale = {path: text for path, text in readmes().items() if path.read_text(encoding="utf-8") != text}
    for path, text in stale.items():
        path.write_text(text, encoding="utf-8")
        print(f"{path.relative_to(ROOT)} written")


if __name__ == "__main__":
    main()
