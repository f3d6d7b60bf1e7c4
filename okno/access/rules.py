"""What people may do about access. Pure: no writes, no clock, no request."""

from __future__ import annotations

from okno.access.models import User


def may_come_from(user: User, *, is_office: bool) -> bool:
    """Whether the user's network policy allows the network they come from."""
    if user.network == User.Network.OFFICE:
        return is_office
    return user.network == User.Network.ANY or not is_office
