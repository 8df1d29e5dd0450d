"""A topic posts something: its certificate is fetched before it can be proven."""

from collections.abc import Sequence

from attrs import frozen

from helpdesk_core.errors import MissingSetting, NotAllowed
from helpdesk_core.ports.topics import FetchCertificate
from helpdesk_core.signatures import BadSignature, Reason, sns
from helpdesk_core.use_cases.webhooks.receive_webhook import Admitted, ReceiveWebhook
from helpdesk_core.webhooks import Delivery, UnreadableDelivery, WebhookProvider

RAW = "x-amz-sns-rawdelivery"


@frozen
class ReceiveFromTopic:
    """Admits what one of our topics has sent; a valid signature alone proves only that somebody's topic sent it.

    Nothing is fetched for another topic, or from anywhere but SNS and the origin of `own`. Raises as ReceiveWebhook
    does, NotAllowed for a topic that is not ours, TryLater where the certificate cannot be had just now.
    """

    receive: ReceiveWebhook
    certificate: FetchCertificate
    own: str | None = None

    async def __call__(
        self, provider: WebhookProvider, topics: Sequence[str], delivery: Delivery
    ) -> Admitted:
        if not any(topics):
            told = f"without it no {provider.name} webhook is accepted"
            raise MissingSetting(provider.secret_setting, told)
        message = _read(delivery)
        if message.topic not in topics:
            raise NotAllowed(f"{provider.secret_setting} does not name this topic.")
        pem = await self.certificate(sns.require_certificate_url(message, self.own))
        events = self.receive.proven(provider, [pem], delivery)
        if message.type is sns.SnsType.SUBSCRIPTION:
            self._check_way_back(message)
        return await self.receive.keep(events)

    def _check_way_back(self, message: sns.SnsMessage) -> None:
        url, token = message.signed["SubscribeURL"], message.signed["Token"]
        if not sns.is_subscribe_url(url, message.topic, token, self.own):
            raise UnreadableDelivery("The SubscribeURL confirms something else, or leads elsewhere.")


def _read(delivery: Delivery) -> sns.SnsMessage:
    if delivery.headers.get(RAW, "").lower() == "true":
        told = "The topic delivers raw messages, which nobody signs: turn RawMessageDelivery off."
        raise BadSignature(Reason.UNSIGNED, told)
    try:
        return sns.read(delivery.body)
    except BadSignature as refusal:
        if refusal.reason is Reason.MALFORMED:
            raise UnreadableDelivery(str(refusal)) from refusal
        raise
