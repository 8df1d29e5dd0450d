"""The list of what the desk writes by mail to those who run it, by what each letter is about."""

from collections.abc import Mapping

from helpdesk_core.notices import Notice
from helpdesk_core.use_cases.accounts.check_sellers import letter_about_seller
from helpdesk_core.use_cases.accounts.fresh_token import letter_about_account
from helpdesk_core.use_cases.commerce.keep_topics import letter_about_topic
from helpdesk_core.use_cases.commerce.tell_marketplace import letter_about_feed
from helpdesk_core.use_cases.commerce.write_about_billing import BILLING_NOTICES, letter_about_billing
from helpdesk_core.use_cases.customers.answer_privacy_request import (
    letter_about_due_request,
    letter_about_request,
)
from helpdesk_core.use_cases.running.send_notice import Write
from helpdesk_core.use_cases.webhooks.arrange_webhook_endpoints import letter_about_disabled

LETTERS: Mapping[Notice, Write] = {
    Notice.WEBHOOK_ENDPOINT_DISABLED: letter_about_disabled,
    **dict.fromkeys(BILLING_NOTICES, letter_about_billing),
    Notice.FEED_FAILED: letter_about_feed,
    Notice.TOPIC_ENDED: letter_about_topic,
    Notice.SELLER_UNREACHABLE: letter_about_seller,
    Notice.ACCOUNT_UNREACHABLE: letter_about_account,
    Notice.SHOP_UNREACHABLE: letter_about_account,
    Notice.DATA_REQUESTED: letter_about_request,
    Notice.DATA_REQUEST_DUE: letter_about_due_request,
}
