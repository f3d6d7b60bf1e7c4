"""What is true of clients, and by what one is recognised in another. Pure: no writes, no clock, no request."""

from okno.areas.clients.rules.cards import (
    Card,
    Point,
    check_inn,
    check_is_new,
    check_kpp,
    check_name,
    checked_requisites,
    email_point,
    phone_point,
    points,
    readable_points,
)
from okno.areas.clients.rules.likeness import Evidence, Looks, level, score
from okno.areas.clients.rules.ways import point_of

__all__ = [
    "Card",
    "Evidence",
    "Looks",
    "Point",
    "check_inn",
    "check_is_new",
    "check_kpp",
    "check_name",
    "checked_requisites",
    "email_point",
    "level",
    "phone_point",
    "point_of",
    "points",
    "readable_points",
    "score",
]
