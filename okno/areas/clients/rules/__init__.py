"""What is true of clients, and by what one is recognised in another. Pure: no writes, no clock, no request."""

from okno.areas.clients.rules.cards import (
    Point,
    check_inn,
    check_kpp,
    check_name,
    email_point,
    phone_point,
    points,
    readable_points,
)
from okno.areas.clients.rules.likeness import Evidence, Looks, level, score

__all__ = [
    "Evidence",
    "Looks",
    "Point",
    "check_inn",
    "check_kpp",
    "check_name",
    "email_point",
    "level",
    "phone_point",
    "points",
    "readable_points",
    "score",
]
