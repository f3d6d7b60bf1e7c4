"""What an expression gives, and what the values of a field are in it."""

from __future__ import annotations

from enum import StrEnum

from okno.kit.conditions.operators import Family


class Type(StrEnum):
    """What an expression gives; `ANY` is known only when it is computed."""

    NUMBER = "number"
    TEXT = "text"
    BOOLEAN = "boolean"
    DATE = "date"
    MOMENT = "moment"
    LIST = "list"
    LINK = "link"
    ANY = "any"


OF_FAMILY = {
    Family.TEXT: Type.TEXT,
    Family.PHONE: Type.TEXT,
    Family.NUMBER: Type.NUMBER,
    Family.DATE: Type.DATE,
    Family.MOMENT: Type.MOMENT,
    Family.BOOLEAN: Type.BOOLEAN,
    Family.CHOICE: Type.TEXT,
    Family.LINK: Type.LINK,
    Family.JSON: Type.ANY,
}
