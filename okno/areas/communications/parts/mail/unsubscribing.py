"""The way out of mailings: a signed address in each letter, which tells whose letter it was and nothing else."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.core import signing

SALT = "okno.mailing"
# Where the portal answers.
PLACE = "/u/"


@dataclass(frozen=True, slots=True)
class Subscription:
    """Whom a letter of a mailing was for: a row by the name of its record, and the letter by its key."""

    record: str
    row_id: int
    mail_uid: str


def address(subscription: Subscription) -> str:
    """The address that goes into the letter."""
    said = [subscription.record, subscription.row_id, subscription.mail_uid]
    return f"{place()}{signing.dumps(said, salt=SALT)}"


def place() -> str:
    """How all such addresses begin."""
    return f"{settings.OKNO_PUBLIC_URL.rstrip('/')}{PLACE}"


def read(token: str) -> Subscription | None:
    """What the last part of such an address says, however old it is; None when it is none of ours."""
    try:
        record, row_id, mail_uid = signing.loads(token, salt=SALT)
        return Subscription(str(record), int(row_id), str(mail_uid))
    except (signing.BadSignature, TypeError, ValueError):
        return None
