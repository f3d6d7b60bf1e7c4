"""What clients and people have said of being written and called to: each word is one more row, none is changed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from okno.areas.clients import rules
from okno.areas.clients.events import ConsentNoted
from okno.areas.clients.models import Channel, Client, Consent, Contact
from okno.kit import live
from okno.kit.commands import command, current, moment
from okno.kit.errors import Refused
from okno.kit.events import emit
from okno.kit.permissions import Actor
from okno.kit.timeline import entries


@dataclass(frozen=True, kw_only=True)
class Word:
    """What somebody said of channels: agreed or not, on which day, and how we know; today by default."""

    channels: Sequence[str]
    is_given: bool = True
    said_date: dt.date | None = None
    source: str = Consent.Source.TALK
    proof: str = ""


@command("clients.note_consent", label=gettext_lazy("Note a consent to mailings"))
def note_consent(
    *,
    actor: Actor,
    channels: list[str],
    is_given: bool = True,
    client: Client | None = None,
    contact: Contact | None = None,
    said_date: dt.date | None = None,
    source: str = Consent.Source.TALK,
    proof: str = "",
) -> Client | Contact | None:
    """
    Note that a client or a contact agreed to be written or called to by these channels, or does not want it.

    What was said before stays in the history; of one channel the word of the latest day holds.

    :param channels: `call`, `email`, `sms`, `messenger`, `letter`.
    :param said_date: the day it was said, today by default.
    :param proof: where it can be seen: a contract, the address of a form, a recording.
    :raises Refused: there is no channel, the day is to come, or nobody or two are named.
    """
    if (client is None) == (contact is None):
        raise Refused("clients.nobody", _("Name a client or a contact."))
    word = Word(
        channels=rules.check_channels(channels), is_given=is_given, said_date=said_date, source=source, proof=proof
    )
    keep_words(word, client=client, contact=contact)
    kind = "clients.consent_given" if is_given else "clients.consent_refused"
    told = " · ".join(part for part in (in_words(word.channels), proof.strip()) if part)
    entries.tell(kind, [one for one in (client, contact) if one is not None], told=told)
    return client or contact


def keep_words(word: Word, *, client: Client | None = None, contact: Contact | None = None) -> None:
    """Keep what somebody said, inside a command, and tell it. :raises Refused: the day or the source is wrong."""
    # ast-grep-ignore: time-comes-in the day is of the moment of the command
    run, today = current(), timezone.localdate(moment())
    day = word.said_date or today
    proof = rules.check_word(said_date=day, today=today, source=word.source, proof=word.proof)
    Consent.objects.bulk_create(
        Consent(
            client=client,
            contact=contact,
            channel=channel,
            is_given=word.is_given,
            said_date=day,
            source=word.source,
            proof=proof,
            user_id=run.actor.user_id if run else None,
        )
        for channel in word.channels
    )
    ids = {"client_id": client.pk if client else None, "contact_id": contact.pk if contact else None}
    emit(ConsentNoted(channels=tuple(word.channels), is_given=word.is_given, **ids))
    live.tell_topic("clients.client" if client is not None else "clients.contact")


def in_words(channels: Sequence[str]) -> str:
    """Channels as the feed tells them."""
    return ", ".join(str(Channel(one).label).lower() for one in channels)
