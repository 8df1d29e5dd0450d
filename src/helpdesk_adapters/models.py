"""The models that the settings name. What they need is imported where they do name one."""

from typing import TYPE_CHECKING

from helpdesk_adapters.settings import Settings

if TYPE_CHECKING:
    from helpdesk_adapters.web import OutgoingHttp
    from helpdesk_core.ports.languages import Translator
    from helpdesk_core.ports.models import LanguageModel
    from helpdesk_core.ports.offload import Offload
    from helpdesk_core.ports.suggesting import Suggester
    from helpdesk_core.suggestions.suggestions import Usage
    from helpdesk_core.use_cases.suggestions.summarize_ticket import Summarizer


def language_model(settings: Settings, http: "OutgoingHttp") -> "LanguageModel | None":
    """One that writes, behind whatever server it is."""
    if settings.ai_base_url is None or settings.ai_model is None:
        return None
    from helpdesk_adapters.ai.chat import ChatModel, Prices

    prompt, completion = settings.ai_price_prompt, settings.ai_price_completion
    prices = (
        Prices(prompt=prompt, completion=completion)
        if prompt is not None and completion is not None
        else None
    )
    return ChatModel(
        http.trusting(settings.ai_base_url),
        settings.ai_base_url,
        settings.ai_model,
        settings.ai_api_key,
        prices,
        spent=_log_spent,
    )


def _log_spent(model: str, usage: "Usage") -> None:
    import structlog

    cost = str(usage.cost) if usage.cost is not None else None
    structlog.get_logger().info(
        "model_used",
        model=model,
        prompt_tokens=usage.prompt_tokens,
        completion_tokens=usage.completion_tokens,
        cost=cost,
    )


def translator(model: "LanguageModel | None", settings: Settings) -> "Translator | None":
    """One that has the model translate."""
    if model is None:
        return None
    from helpdesk_adapters.languages.translator import ChatTranslator

    return ChatTranslator(model, settings.ai_redact)


def suggester(
    model: "LanguageModel | None", embedded: "Suggester", settings: Settings, offload: "Offload"
) -> "Suggester":
    """One that has the model write, else the embedded one."""
    if model is None:
        return embedded
    from helpdesk_adapters.ai.model_suggester import ModelSuggester

    return ModelSuggester(model, settings.ai_redact, offload)


def summarizer(model: "LanguageModel | None", settings: Settings, offload: "Offload") -> "Summarizer | None":
    """One that has the model summarize."""
    if model is None:
        return None
    from helpdesk_adapters.ai.model_summarizer import ModelSummarizer

    return ModelSummarizer(model, settings.ai_redact, offload)
