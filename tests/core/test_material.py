"""Other people's texts stand between marks that they cannot write, and nobody's turn begins within them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk_core.suggestions.markup import WithoutTags
from helpdesk_core.suggestions.material import as_data, as_material, first_of

ROLES = (
    "<|im_start|>", "<|im_end|>", "<|endoftext|>", "<|start_header_id|>", "</s>", "<s>", "[INST]", "[/INST]", "<<SYS>>",
    "<</SYS>>", "<start_of_turn>", "<end_of_turn>", "<｜User｜>",
)  # fmt: skip
texts = st.lists(
    st.one_of(
        st.sampled_from((*ROLES, "<|im_", "start|>", "[IN", "ST]", "<", "</message", "\n")),
        st.text(max_size=9),
    ),
    max_size=12,
).map("".join)
sections = st.lists(st.tuples(st.sampled_from(["message", "what we know, 1"]), texts), max_size=6)


@given(sections)
def test_a_mark_stands_in_the_marks_alone(given: list[tuple[str, str]]) -> None:
    material = as_material(given)
    lines = material.text.splitlines()
    assert sum(material.mark in line for line in lines) == 2 * len(given)
    assert material.text.count(material.mark) == 2 * len(given)
    assert all(
        line.startswith("<") and line.endswith(f" {material.mark}>")
        for line in lines
        if material.mark in line
    )
    assert WithoutTags().whole(as_material([(name, "") for name, _ in given]).text).strip() == ""


@given(sections)
def test_the_same_texts_have_the_same_mark_and_others_another(given: list[tuple[str, str]]) -> None:
    assert as_material(given) == as_material(given)
    assert as_material([*given, ("message", "and more")]).mark != as_material(given).mark


@given(texts)
def test_nobodys_turn_begins_within_a_text(text: str) -> None:
    data = as_data(text)
    assert [role for role in ROLES if role.lower() in data.lower()] == []
    assert as_data(data) == data


@pytest.mark.parametrize(
    "text",
    [
        "a < b and c > d",
        "if x <= 3: return [1, 2]",
        "Größe: 日本語 👩‍👧\n\nfin",
        "<b>bold</b> https://acme.example/?a|b",
    ],
)
def test_what_begins_no_turn_stays(text: str) -> None:
    assert as_data(text) == text


@given(st.text(max_size=60), st.integers(1, 50))
def test_of_a_long_text_the_beginning_is_left(text: str, most: int) -> None:
    told = first_of(text, most)
    assert len(told) <= most
    assert told == text or (len(text) > most and told.endswith("…"))
