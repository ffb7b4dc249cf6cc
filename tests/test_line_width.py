"""No line of prose or of Terraform is wider than 120 characters; ruff holds that for Python."""

import subprocess
from pathlib import Path

WIDTH = 120
ROOT = Path(__file__).parents[1]
SUFFIXES = (".md", ".tf", ".hcl", ".tfvars", ".tfbackend")
# Terraform writes it itself.
GENERATED = {"terraform/.terraform.lock.hcl"}


def test_no_line_of_markdown_or_terraform_is_too_wide() -> None:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    names = [name for name in listed.stdout.splitlines() if name.endswith(SUFFIXES) and name not in GENERATED]
    texts = {name: (ROOT / name).read_text(encoding="utf-8") for name in names if (ROOT / name).exists()}
    assert {"README.md", "terraform/main.tf", "terraform/modules/lake/tests/lake.tftest.hcl"} <= texts.keys()
    wide = [
        f"{name}:{number}: {len(line)}"
        for name, text in texts.items()
        for number, line in enumerate(text.splitlines(), 1)
        if len(line) > WIDTH
    ]
    assert wide == []
