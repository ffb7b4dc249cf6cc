"""Laws of what people are told to do next: each failure that the project names has a sentence, and so has any other."""

import re
from pathlib import Path

import pytest

from lakehouse_common.next_steps import BY_ERROR, BY_STAGE, BY_STATE, after_error

TEMPLATES = Path(__file__).parents[2] / "terraform" / "modules" / "orchestration" / "asl"
# An execution that finds an older one running reports nothing; of a failed job its state says enough.
WITHOUT_SENTENCE = {"AnotherRun", "JobFailed"}


def test_each_error_that_the_state_machine_raises_has_a_sentence() -> None:
    text = "".join(path.read_text() for path in sorted(TEMPLATES.glob("*.tftpl")))
    raised = {name for name in re.findall(r'(?:"Error"|"name"): "([^"]+)"', text) if not name.startswith(("{%", "$"))}
    assert raised - WITHOUT_SENTENCE == BY_ERROR.keys() - {"States.Timeout"}


@pytest.mark.parametrize(
    ("name", "state", "sentence"),
    [
        ("RestFailed", "raw_to_gold", BY_ERROR["RestFailed"]),
        ("States.TaskFailed", "raw_to_gold", BY_STATE["raw_to_gold"]),
        ("KeyError", "raw_ready", "see in the console what happened in raw_ready"),
        ("", "", "see in the console what happened in "),
    ],
)
def test_the_error_s_name_comes_first_then_the_state_then_the_console(name: str, state: str, sentence: str) -> None:
    assert after_error(name, state) == sentence


def test_a_sentence_ends_where_the_message_puts_its_own_full_stop() -> None:
    sentences = [*BY_ERROR.values(), *BY_STATE.values(), *BY_STAGE.values()]
    assert [sentence for sentence in sentences if sentence != sentence.strip(" .") or not sentence[:1].islower()] == []
