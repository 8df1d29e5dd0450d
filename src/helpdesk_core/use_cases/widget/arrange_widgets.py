"""What is to be seen to when widgets are arranged."""

from attrs import evolve

from helpdesk_core.ports.clock import NewToken
from helpdesk_core.ports.store import Work
from helpdesk_core.widget import KEY_PREFIX, Widget, check_form, normal_domains


async def check_widget(new_token: NewToken, widget: Widget, work: Work) -> Widget:
    """The widget with its domains as they are compared, and with a fresh key where it has none."""
    check_form(widget.form_fields)
    return evolve(
        widget,
        allowed_domains=normal_domains(widget.allowed_domains),
        api_key=widget.api_key or KEY_PREFIX + new_token(),
    )
