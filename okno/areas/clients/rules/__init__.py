"""What is true of clients, and by what one is recognised in another. Pure: no writes, no clock, no request."""

from okno.areas.clients.rules.abroad import FOREIGN, checked_residence
from okno.areas.clients.rules.birthdays import days_left, falls_on
from okno.areas.clients.rules.cards import (
    Card,
    Point,
    check_inn,
    check_is_new,
    check_kpp,
    check_name,
    check_term,
    checked_requisites,
    email_point,
    full_name_of,
    judged_requisites,
    kpp_key,
    phone_point,
    points,
    readable_points,
)
from okno.areas.clients.rules.consents import Standing, check_channels, check_word, standing, standing_of_person
from okno.areas.clients.rules.geography import (
    check_address,
    check_can_locate,
    check_on_earth,
    check_sees_addresses,
    read_point,
)
from okno.areas.clients.rules.likeness import Evidence, Looks, level, score
from okno.areas.clients.rules.logos import IMAGES, LARGEST_LOGO, check_has_logo, check_logo
from okno.areas.clients.rules.options import check_options
from okno.areas.clients.rules.prospects import (
    card_of,
    check_can_convert,
    check_can_move,
    check_is_not_stopped,
    check_is_open,
    contact_person,
)
from okno.areas.clients.rules.ways import point_like, point_of

__all__ = [
    "FOREIGN",
    "IMAGES",
    "LARGEST_LOGO",
    "Card",
    "Evidence",
    "Looks",
    "Point",
    "Standing",
    "card_of",
    "check_address",
    "check_can_convert",
    "check_can_locate",
    "check_can_move",
    "check_channels",
    "check_has_logo",
    "check_inn",
    "check_is_new",
    "check_is_not_stopped",
    "check_is_open",
    "check_kpp",
    "check_logo",
    "check_name",
    "check_on_earth",
    "check_options",
    "check_sees_addresses",
    "check_term",
    "check_word",
    "checked_requisites",
    "checked_residence",
    "contact_person",
    "days_left",
    "email_point",
    "falls_on",
    "full_name_of",
    "judged_requisites",
    "kpp_key",
    "level",
    "phone_point",
    "point_like",
    "point_of",
    "points",
    "read_point",
    "readable_points",
    "score",
    "standing",
    "standing_of_person",
]
