"""Whether the model that the settings name answers."""

from typing import Final

import anyio

from helpdesk_adapters.settings import Settings
from helpdesk_adapters.upkeep.findings import Finding, fine, warning
from helpdesk_core.ports.models import ModelUnavailable, Prompt

SECONDS: Final = 30.0
_ASKED: Final = Prompt(task="Answer with one word.", material="Are you there?", most_tokens=64)


async def model_answers(settings: Settings) -> Finding:
    """Asks it for one word, where one is set. Without one nothing is missing."""
    base, model = settings.ai_base_url, settings.ai_model
    if base is None and model is None:
        return fine("model", "None is set: replies are suggested from what the team has written.")
    if base is None or model is None:
        missing = "HELPDESK_AI_BASE_URL" if base is None else "HELPDESK_AI_MODEL"
        return warning("model", f"{missing} is not set, so the model is not used.", f"Set {missing}")
    from helpdesk_adapters.models import language_model
    from helpdesk_adapters.web import OutgoingHttp

    http = OutgoingHttp(settings.outbound_allow_networks)
    asked = language_model(settings, http)
    assert asked is not None
    advice = "Look at HELPDESK_AI_BASE_URL, which mostly ends with /v1, at HELPDESK_AI_MODEL and HELPDESK_AI_API_KEY"
    try:
        with anyio.fail_after(SECONDS):
            _ = [piece async for piece in asked.write(_ASKED)]
    except ModelUnavailable as error:
        return warning("model", str(error), advice)
    except TimeoutError:
        return warning("model", f"{model} has not answered within {SECONDS:g} s.", advice)
    finally:
        await http.close()
    return fine("model", f"{model} answers.")
