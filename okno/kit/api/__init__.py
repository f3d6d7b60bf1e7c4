"""The API room of the kit: problem answers, paging, and the endpoints of any record from its description."""

from okno.kit.api.problems import prepare
from okno.kit.api.records import record_router

__all__ = ["prepare", "record_router"]
