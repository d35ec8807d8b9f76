"""The session cookie of browsers."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SessionCookie:
    """A cookie that scripts cannot read and other sites cannot send.

    `secure` cookies carry the `__Host-` prefix: bound to this host and to https (browsers count loopback as such).
    """

    secure: bool = True

    @property
    def name(self) -> str:
        """What the cookie is called."""
        return "__Host-casegraph" if self.secure else "casegraph"

    def given(self, secret: str) -> str:
        """The `Set-Cookie` value that hands a session over; it ends with the browser, or when the session does."""
        return f"{self.name}={secret}; {self._attributes}"

    def cleared(self) -> str:
        """The `Set-Cookie` value that takes it back."""
        return f"{self.name}=; Max-Age=0; {self._attributes}"

    @property
    def _attributes(self) -> str:
        return "Path=/; HttpOnly; SameSite=Strict" + ("; Secure" if self.secure else "")
