"""What a function's imports reach, near and far."""

from pathlib import Path

from bundle.functions import reached

SOURCES = {
    "greet/__init__.py": "",
    "greet/handler.py": "import json\nfrom near import word\nfrom greet.polite import bow\n",
    "greet/polite.py": "def bow():\n    import boto3\n",
    "near.py": "from far.away import word\n",
    "far/__init__.py": "",
    "far/away.py": "import msgspec.json\nimport requests as http\nimport near\n",
    "unread.py": "import pandas\n",
    "unread_too/handler.py": "import numpy\n",
}


def test_a_function_gets_the_modules_that_its_imports_reach_and_no_others(tmp_path: Path) -> None:
    for name, text in SOURCES.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)

    own, foreign = reached(tmp_path / "greet", tmp_path)

    assert {path.relative_to(tmp_path).as_posix() for path in own} == {*SOURCES} - {
        "unread.py",
        "unread_too/handler.py",
    }
    assert foreign == {"boto3", "json", "msgspec", "requests"}
