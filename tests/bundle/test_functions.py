"""What a function's imports reach, near and far."""

from pathlib import Path

from bundle.functions import reached

SOURCES = {
    "lambda/greet/__init__.py": "",
    "lambda/greet/handler.py": "import json\nfrom shared.near import word\nfrom greet.polite import bow\n",
    "lambda/greet/polite.py": "def bow():\n    import boto3\n",
    "common/shared/__init__.py": "",
    "common/shared/near.py": "from shared.far import away\n",
    "common/shared/far/__init__.py": "",
    "common/shared/far/away.py": "import msgspec.json\nimport requests as http\nfrom shared import near\n",
}
UNREAD = {
    "common/shared/unread.py": "import pandas\n",
    "common/shared/far/unread.py": "import pandas\n",
    "lambda/unread_too/handler.py": "import numpy\n",
}


def test_a_function_gets_the_modules_that_its_imports_reach_and_no_others(tmp_path: Path) -> None:
    for name, text in (SOURCES | UNREAD).items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)

    own, foreign = reached(tmp_path / "lambda" / "greet", [tmp_path / "common", tmp_path / "lambda"])

    assert own == {name.partition("/")[2]: tmp_path / name for name in SOURCES}
    assert foreign == {"boto3", "json", "msgspec", "requests"}
