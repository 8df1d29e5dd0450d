"""A file of an answer as a form brings it (RFC 7578)."""

import json
from collections.abc import Mapping
from typing import Any, Final
from uuid import uuid4

from helpdesk_core.charsets import one_line
from helpdesk_core.messages import OutgoingFile


def multipart(fields: Mapping[str, Any], name: str, file: OutgoingFile, content: bytes) -> tuple[bytes, str]:
    """The form and its media type, the file as its member `name`; fields that are no text are JSON."""
    boundary = uuid4().hex
    told = [
        f'--{boundary}\r\ncontent-disposition: form-data; name="{field}"\r\n\r\n'
        f"{value if isinstance(value, str) else json.dumps(value)}\r\n"
        for field, value in fields.items()
    ]
    filename = one_line(file.filename).translate(_UNSAFE)
    head = (
        f'--{boundary}\r\ncontent-disposition: form-data; name="{name}"; filename="{filename}"\r\n'
        f"content-type: {one_line(file.content_type)}\r\n\r\n"
    )
    body = "".join(told).encode() + head.encode() + content + f"\r\n--{boundary}--\r\n".encode()
    return body, f"multipart/form-data; boundary={boundary}"


_UNSAFE: Final = str.maketrans({'"': "_", "\\": "_"})
