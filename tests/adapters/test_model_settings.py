"""What the settings of the model make of the desk."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from helpdesk_adapters.ai.chat import ChatModel, Prices
from helpdesk_adapters.ai.embedded import EmbeddedSuggester
from helpdesk_adapters.ai.model_suggester import ModelSuggester
from helpdesk_adapters.container import Container
from helpdesk_adapters.settings import BadSetting, read_settings

MODEL = {
    "HELPDESK_SECRET_KEY": "of the tests",
    "HELPDESK_AI_BASE_URL": "http://127.0.0.1:9/v1/",
    "HELPDESK_AI_MODEL": "small",
    "HELPDESK_AI_API_KEY": "sk-secret",
}


def a_desk(folder: Path, **more: str) -> Any:
    return Container(settings=read_settings({**MODEL, **more}, folder))


def test_three_settings_make_a_model(tmp_path: Path) -> None:
    desk = a_desk(tmp_path)
    model = desk.language_model()
    assert isinstance(model, ChatModel)
    assert (model.base, model.model, model.key, model.prices) == (
        "http://127.0.0.1:9/v1",
        "small",
        "sk-secret",
        None,
    )
    assert "sk-secret" not in f"{model!r} {desk.settings()!r}"
    suggester = desk.suggester()
    assert isinstance(suggester, ModelSuggester)
    assert (suggester.name, suggester.redacts) == ("small", True)


@pytest.mark.parametrize("missing", ["HELPDESK_AI_BASE_URL", "HELPDESK_AI_MODEL"])
def test_without_an_address_or_a_name_there_is_none(tmp_path: Path, missing: str) -> None:
    desk = a_desk(tmp_path, **{missing: ""})
    assert desk.language_model() is None
    assert desk.translator() is None
    assert desk.summarizer() is None
    assert isinstance(desk.suggester(), EmbeddedSuggester)


def test_costs_are_told_where_both_prices_are(tmp_path: Path) -> None:
    prices = {"HELPDESK_AI_PRICE_PROMPT": "0.15", "HELPDESK_AI_PRICE_COMPLETION": "0.6"}
    priced = Prices(prompt=Decimal("0.15"), completion=Decimal("0.6"))
    assert a_desk(tmp_path, **prices).language_model().prices == priced
    assert priced.cost(1_000_000, 500_000) == Decimal("0.45")
    for one, price in prices.items():
        assert a_desk(tmp_path, **{one: price}).language_model().prices is None


@pytest.mark.parametrize(
    ("text", "redacts"), [("false", False), ("off", False), ("TRUE", True), ("yes", True), ("", True)]
)
def test_personal_data_leaves_only_when_somebody_says_so(tmp_path: Path, text: str, redacts: bool) -> None:
    desk = a_desk(tmp_path, HELPDESK_AI_REDACT=text)
    assert [desk.suggester().redacts, desk.summarizer().redacts, desk.translator().redacts] == [redacts] * 3


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("HELPDESK_AI_REDACT", "perhaps", "must be true or false"),
        ("HELPDESK_AI_PRICE_PROMPT", "2,50", "must be a number such as 2.50"),
        ("HELPDESK_AI_PRICE_COMPLETION", "-1", "must be a number such as 2.50"),
        ("HELPDESK_AI_PRICE_COMPLETION", "nan", "must be a number such as 2.50"),
        ("HELPDESK_AI_BASE_URL", "localhost:11434", "must be a URL"),
    ],
)
def test_a_value_that_cannot_be_used_is_named(tmp_path: Path, name: str, value: str, told: str) -> None:
    with pytest.raises(BadSetting, match=f"{name} {told}"):
        read_settings({name: value}, tmp_path)
