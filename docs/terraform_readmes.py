"""Writes the inputs and outputs of each Terraform module into its README, between two markers: `make docs`."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import hcl2

ROOT = Path(__file__).parents[1]
BEGIN, END = "<!-- inputs and outputs: made by make docs -->", "<!-- end -->"


def readmes(root: Path = ROOT) -> dict[Path, str]:
    """Each module's README as it should be, by its path.

    Raises:
        ValueError: a README has lost its markers.
    """
    folders = [root / "terraform", *sorted((root / "terraform" / "modules").iterdir())]
    return {folder / "README.md": _with_tables(folder) for folder in folders}


def _with_tables(folder: Path) -> str:
    text = (folder / "README.md").read_text(encoding="utf-8")
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end):
        raise ValueError(f"{folder / 'README.md'} needs the lines '{BEGIN}' and '{END}'")
    return f"{before}{BEGIN}\n\n{_inputs(folder)}\n\n{_outputs(folder)}\n\n{END}{after}"


def _inputs(folder: Path) -> str:
    rows = [
        (f"`{name}`", _plain(block["description"]), f"`{_type(block)}`", _default(block))
        for name, block in _blocks(folder / "variables.tf", "variable")
    ]
    return _table(("input", "what it is", "type", "default"), rows)


def _outputs(folder: Path) -> str:
    rows = [(f"`{name}`", _plain(block["description"])) for name, block in _blocks(folder / "outputs.tf", "output")]
    return _table(("output", "what it is"), rows)


def _blocks(file: Path, kind: str) -> Iterator[tuple[str, dict[str, Any]]]:
    for labelled in hcl2.loads(file.read_text(encoding="utf-8")).get(kind, []):
        for name, block in labelled.items():
            yield name.strip('"'), block


def _type(block: dict[str, Any]) -> str:
    return " ".join(_plain(block.get("type", "any")).split())


def _default(block: dict[str, Any]) -> str:
    if "default" not in block:
        return "needed"
    return f"`{_hcl(block['default'])}`"


def _own(value: dict[str, Any]) -> dict[str, Any]:
    return {key.strip('"'): inner for key, inner in value.items() if not key.startswith("__")}


def _hcl(value: Any) -> str:
    """A default as Terraform writes it, on one line."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key} = {_hcl(inner)}" for key, inner in _own(value).items()) + "}"
    if isinstance(value, list):
        return f"[{', '.join(map(_hcl, value))}]"
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    text = str(value)
    return text[2:-1] if text.startswith("${") else text


def _plain(text: str) -> str:
    """A parsed string without its quotes or its interpolation, in one line of Markdown."""
    text = text[2:-1] if text.startswith("${") else text.removeprefix('"').removesuffix('"')
    heredoc = re.fullmatch(r"<<-(\w+)\n(.*)\n\s*\1", text, re.DOTALL)
    if heredoc:
        return "<br>".join(line.strip() for line in heredoc[2].splitlines())
    return text.replace('\\"', '"')


def _table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    lines = [head, ("---",) * len(head), *rows]
    return "\n".join(f"| {' | '.join(map(_cell, line))} |" for line in lines)


def _cell(text: str) -> str:
    """The text without what Markdown would take for a column's end or a tag."""
    return re.sub(r"<(?!br>)", "&lt;", text.replace("|", "\\|"))


def main() -> None:
    """Writes the READMEs that are not as they should be."""
    stale = {path: text for path, text in readmes().items() if path.read_text(encoding="utf-8") != text}
    for path, text in stale.items():
        path.write_text(text, encoding="utf-8")
        print(f"{path.relative_to(ROOT)} written")


if __name__ == "__main__":
    main()
