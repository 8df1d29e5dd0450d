"""Download addresses of S3 that say under which name and type the file comes: AWS Signature Version 4 in the query.

https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html; obstore signs addresses too, but without
the parameters that S3 takes the name and the type from.
"""

import hmac
from datetime import datetime
from hashlib import sha256
from urllib.parse import quote, urlsplit

from attrs import field, frozen


@frozen
class Credentials:
    """What proves to S3 who asks; a `token` belongs to those that are lent for a time."""

    key_id: str
    secret: str = field(repr=False)
    token: str | None = field(default=None, repr=False)


def presigned_get(
    url: str,
    region: str,
    credentials: Credentials,
    at: datetime,
    seconds: int,
    content_type: str,
    content_disposition: str,
) -> str:
    """`url`, an object's address without a query, as a link that holds for so long from `at` on."""
    place = urlsplit(url)
    date, time = at.strftime("%Y%m%d"), at.strftime("%Y%m%dT%H%M%SZ")
    scope = f"{date}/{region}/s3/aws4_request"
    params = {
        "X-Amz-Algorithm": "AWS4-HMAC-SHA256",
        "X-Amz-Credential": f"{credentials.key_id}/{scope}",
        "X-Amz-Date": time,
        "X-Amz-Expires": str(seconds),
        "X-Amz-SignedHeaders": "host",
        "response-content-disposition": content_disposition,
        "response-content-type": content_type,
    }
    if credentials.token:
        params["X-Amz-Security-Token"] = credentials.token
    query = "&".join(f"{_quoted(name)}={_quoted(value)}" for name, value in sorted(params.items()))
    request = f"GET\n{place.path}\n{query}\nhost:{place.netloc}\n\nhost\nUNSIGNED-PAYLOAD"
    to_sign = f"AWS4-HMAC-SHA256\n{time}\n{scope}\n{sha256(request.encode()).hexdigest()}"
    key = f"AWS4{credentials.secret}".encode()
    for part in (date, region, "s3", "aws4_request"):
        key = hmac.digest(key, part.encode(), "sha256")
    signature = hmac.digest(key, to_sign.encode(), "sha256").hex()
    return f"{url}?{query}&X-Amz-Signature={signature}"


def _quoted(text: str) -> str:
    return quote(text, safe="-_.~")
