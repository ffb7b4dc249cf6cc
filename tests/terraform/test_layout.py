"""What is true of the Terraform folder without running Terraform."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import hcl2

from docs.terraform_readmes import readmes
from job import parse_options
from lakehouse.run.last_line import last_line_of_early_end
from lakehouse.run.report import Outcome

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


def test_what_would_hurt_to_lose_can_t_be_destroyed_by_accident() -> None:
    protected = set()
    for name, text in FILES.items():
        for kind, resource, block in _resources(text):
            if any("prevent_destroy" in each for each in block.get("lifecycle", [])):
                protected.add(f"{name.split('/')[1]}: {kind}.{resource}")
    assert protected == {
        "lake: aws_kms_key.this",
        "lake: aws_s3_bucket.this",
        "lake: aws_glue_catalog_database.this",
        "raw_to_gold: aws_secretsmanager_secret.masking_key",
        "salesforce_to_raw: aws_appflow_connector_profile.this",
    }


def _resources(text: str) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for labelled in hcl2.loads(text).get("resource", []):
        for kind, named in labelled.items():
            for resource, block in named.items():
                if isinstance(block, dict):
                    yield kind.strip('"'), resource.strip('"'), block


def test_the_job_knows_the_arguments_that_it_is_given_and_passes_over_those_of_glue() -> None:
    module = TERRAFORM / "modules" / "raw_to_gold"
    ours = re.findall(r'^ +"--(\w+)" += ', (module / "arguments.tf").read_text(), re.MULTILINE)
    glue = re.findall(r'^ +"(--[\w-]+)" += ', (module / "glue.tf").read_text(), re.MULTILINE)
    platform = [*glue, "--JOB_NAME", "--JOB_ID", "--JOB_RUN_ID", "--TempDir", "--SECURITY_CONFIGURATION"]
    given = [word for name in ours for word in (f"--{name}", f"the {name}")]
    others = [word for name in platform if name != "--profile" for word in (name, "anything")]
    assert parse_options([*others, *given, "--profile", "glue"]).values == {
        "profile": "glue",
        **{name: f"the {name}" for name in ours},
    }


def test_the_metrics_are_made_of_what_the_job_s_last_line_says() -> None:
    line = json.loads(last_line_of_early_end("lakehouse", "r1")(1.0))
    metrics = (TERRAFORM / "modules" / "observability" / "metrics.tf").read_text()
    assert set(re.findall(r"\$\.(\w+)", metrics)) <= line.keys()
    asked = set(re.findall(r'outcome = \\"([a-z ]+)\\"', metrics))
    assert asked == {"published", "nothing new", "failed"} <= set(get_args(Outcome))
    assert line["event"] in metrics
