"""The kinds a field may have."""

from enum import StrEnum


class Kind(StrEnum):
    """What a field holds; decides its cell, its input, its operators and its canonical form."""

    TEXT = "text"
    LONG_TEXT = "long_text"
    INTEGER = "integer"
    DECIMAL = "decimal"
    MONEY = "money"
    DATE = "date"
    MOMENT = "moment"
    BOOLEAN = "boolean"
    CHOICE = "choice"
    TAGS = "tags"
    LINK = "link"
    PERSON = "person"
    PHONE = "phone"
    EMAIL = "email"
    ADDRESS = "address"
    FILE = "file"
    FORMULA = "formula"
    JSON = "json"

    @property
    def is_number(self) -> bool:
        """Whether totals make sense."""
        return self in {Kind.INTEGER, Kind.DECIMAL, Kind.MONEY}
