"""The ways a caller is turned away; they reach the client as top-level errors with `extensions.code`.

AuthError
├── NotSignedIn       NOT_SIGNED_IN      nobody is signed in, or the session has ended
├── NoPractice        NO_PRACTICE        signed in, but no practice entered yet
├── Forbidden         FORBIDDEN          not allowed on something the caller may see
└── TooManyRequests   TOO_MANY_REQUESTS  to be tried again later
"""


class AuthError(Exception):
    """The caller is turned away."""

    code = "FORBIDDEN"


class NotSignedIn(AuthError):
    """Nobody is signed in, or the session has ended."""

    code = "NOT_SIGNED_IN"

    def __init__(self) -> None:
        super().__init__("Sign in first.")


class NoPractice(AuthError):
    """Signed in, but no practice entered yet."""

    code = "NO_PRACTICE"

    def __init__(self) -> None:
        super().__init__("Enter one of your practices first, with sessionEnter.")


class Forbidden(AuthError):
    """The viewer may see the thing, but not do this with it."""

    code = "FORBIDDEN"

    def __init__(self, permission: str) -> None:
        super().__init__(f"This needs the permission {permission}.")
        self.permission = permission


class TooManyRequests(AuthError):
    """Tried too often; `seconds` until the next try is heard."""

    code = "TOO_MANY_REQUESTS"

    def __init__(self, seconds: int) -> None:
        super().__init__(f"Too many tries; wait {seconds} seconds.")
        self.seconds = seconds
