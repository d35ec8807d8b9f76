"""How the edge says no before the graph is asked.

Refused
├── BadRequest        400  the request is not a GraphQL request
├── CrossOrigin       403  a cookie came without a proof that our own page sent it
├── WrongMethod       405  neither GET nor POST, or a mutation by GET
├── NotAcceptable     406  no media type in common
├── TooLarge          413  more bytes than one request may bring
├── WrongMediaType    415  not application/json
└── TimedOut          503  the operation took longer than its deadline
"""

from collections.abc import Mapping
from typing import ClassVar

STATUS_BY_CODE: Mapping[str, int] = {"NOT_SIGNED_IN": 401, "FORBIDDEN": 403, "TOO_MANY_REQUESTS": 429}
"""The status of a request that an error of ours refuses as a whole."""


class Refused(Exception):
    """A request that is turned away; its message may be read by the caller."""

    status: ClassVar[int]
    code: ClassVar[str]
    headers: ClassVar[Mapping[str, str]] = {}


class BadRequest(Refused):
    """Not a GraphQL request."""

    status = 400
    code = "BAD_REQUEST"


class CrossOrigin(Refused):
    """A cookie without a proof that our own page sent it."""

    status = 403
    code = "CROSS_ORIGIN"


class WrongMethod(Refused):
    """Neither GET nor POST, or a mutation by GET."""

    status = 405
    code = "WRONG_METHOD"
    headers = {"allow": "GET, POST"}


class NotAcceptable(Refused):
    """No media type in common."""

    status = 406
    code = "NOT_ACCEPTABLE"


class TooLarge(Refused):
    """More bytes than one request may bring."""

    status = 413
    code = "TOO_LARGE"


class WrongMediaType(Refused):
    """Not application/json."""

    status = 415
    code = "WRONG_MEDIA_TYPE"
    headers = {"accept-post": "application/json"}


class TimedOut(Refused):
    """The operation took longer than its deadline."""

    status = 503
    code = "TIMED_OUT"
