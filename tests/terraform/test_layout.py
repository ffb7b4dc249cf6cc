"""What is true of the Terraform folder without running Terraform."""

import re
from pathlib import Path

import hcl2

from docs.terraform_readmes import readmes

TERRAFORM = Path(__file__).parents[2] / "terraform"
MODULES = sorted(folder for folder in (TERRAFORM / "modules").iterdir() if folder.is_dir())
FILES = {str(path.relative_to(TERRAFORM)): path.read_text(encoding="utf-8") for path in TERRAFORM.rglob("*.tf")}


def test_the_inputs_and_outputs_in_the_readmes_are_those_of_the_code() -> None:
    assert [path for path, text in readmes().items() if path.read_text(encoding="utf-8") != text] == [], "run make docs"


def test_every_module_has_tests_of_its_own() -> None:
    assert [folder.name for folder in MODULES if not list((folder / "tests").glob("*.tftest.hcl"))] == []


def test_every_variable_and_output_is_described_and_every_variable_typed() -> None:
    lacking = []
    for name, text in FILES.items():
        read = hcl2.loads(text)
        for kind, needed in (("variable", {"description", "type"}), ("output", {"description"})):
            for labelled in read.get(kind, []):
                lacking += [f"{name}: {label}" for label, block in labelled.items() if needed - block.keys()]
    assert lacking == []


def test_only_the_root_knows_a_provider_and_the_build() -> None:
    pattern = re.compile(r'^provider "|^\s*backend "|jsondecode\(file|^data "', re.MULTILINE)
    assert [name for name, text in FILES.items() if name.startswith("modules/") and pattern.search(text)] == []


def test_the_only_provider_is_aws() -> None:
    sources = {source for text in FILES.values() for source in re.findall(r'source\s*=\s*"([a-z]+/[a-z]+)"', text)}
    assert sources == {"hashicorp/aws"}


def test_every_resource_is_named_by_the_contract_and_the_environment() -> None:
    random = re.compile(r"random_|name_prefix\s*=|bucket_prefix *= (?!\"salesforce\")|uuid\(\)|timestamp\(\)")
    assert [name for name, text in FILES.items() if random.search(text)] == []


def test_a_skipped_check_says_why() -> None:
    skips = [line.strip() for text in FILES.values() for line in text.splitlines() if "checkov:skip" in line]
    assert [line for line in skips if not re.fullmatch(r"#\s?checkov:skip=CKV\w+:\s?.{20,}", line)] == []
