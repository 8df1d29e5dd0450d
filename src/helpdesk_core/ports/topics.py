"""What topics of Amazon SNS have to be asked for."""

from collections.abc import Awaitable, Callable

FetchCertificate = Callable[[str], Awaitable[str]]
"""The certificate at this URL, in PEM, which must be one of SNS's. Whoever asks has checked the URL.

Raises TryLater where it cannot be had; what went wrong is not remembered.
"""
