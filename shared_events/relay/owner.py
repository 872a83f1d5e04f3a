"""What a link asks of whoever uses its channel."""

from typing import Any, Protocol


class Owner(Protocol):
    """Who uses the channel; called in the link's thread."""

    def opened(self, channel: Any) -> None:
        """A new channel, with confirms on."""

    def woken(self) -> None:
        """Somebody called wake()."""

    def lost(self, reason: object) -> None:
        """The channel is gone, and whatever had no answer never gets one."""
