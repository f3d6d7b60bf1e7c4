"""What access puts on the shelf."""

from okno.access import commands, queries
from okno.access.record import USER
from okno.kit.registry import registry

registry.add_record(USER)
registry.actor_of_user = queries.actor_of_user_id

__all__ = ["commands"]
