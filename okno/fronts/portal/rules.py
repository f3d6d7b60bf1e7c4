"""What a public form takes, and by what spam is suspected. Pure: no writes, no clock, no request."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from okno.areas.clients.models import Channel, Consent
from okno.kit import contacts
from okno.kit.errors import Refused

# Faster than this nobody types a name and a phone.
SHORTEST_FILL = timedelta(seconds=3)
WINDOW = timedelta(minutes=10)
SUSPECT_FROM, REFUSE_FROM = 5, 30
# Programs for mail unsubscribe their readers from addresses of their own, many readers from one.
MOST_LEAVINGS = 300
MOST_LINKS = 2
LONGEST_VALUE = 5000
MOST_FIELDS = 30
# A name of a site with a path is a link too, as `t.me/offer`; a site alone or an address of mail is none.
LINK = re.compile(r"https?://|www\.|\[url|<a\s|(?<![@/\w.-])[\w-]+(?:\.[\w-]+)*\.[a-zа-я]{2,}/\S", re.IGNORECASE)
KEY = re.compile(r"[a-z][a-z0-9_]{0,39}")
# Fields that an enquiry has a place for, with their usual labels; any other key is a question of one's own.
KNOWN: dict[str, object] = {
    "name": gettext_lazy("Your name"),
    "phone": gettext_lazy("Your phone"),
    "email": gettext_lazy("Your mail address"),
    "company": gettext_lazy("Company"),
    "inn": gettext_lazy("INN"),
    "city": gettext_lazy("City"),
    "subject": gettext_lazy("Subject"),
    "text": gettext_lazy("What do you need?"),
    "mailings": gettext_lazy("I agree to get news and offers by mail and SMS"),
    "consent": gettext_lazy("I agree to the processing of my personal data"),
}
# What is ticked rather than written; of mailings nobody has to agree (38-ФЗ, article 18: the consent is free).
TICKS = ("mailings", "consent")
USUAL_CHANNELS = (Channel.EMAIL, Channel.SMS)
CONTACT = ("name", "phone", "email", "company", "inn", "city", "subject", "text")


@dataclass(frozen=True, slots=True)
class Question:
    """One field of a form."""

    key: str
    label: str
    required: bool
    channels: tuple[str, ...] = ()


def questions(fields: Sequence[Mapping[str, Any]]) -> list[Question]:
    """
    The fields of a form as they are asked.

    :raises Refused: there are none or too many, a key is wrong, a key or a label comes twice, or nobody could answer.
    """
    found = [
        Question(str(one.get("key", "")), str(one.get("label", "")).strip(), bool(one.get("required")), _channels(one))
        for one in fields
    ]
    keys = [one.key for one in found]
    if not found or len(found) > MOST_FIELDS:
        raise Refused("portal.fields", _("A form has from one to %(most)s fields."), most=MOST_FIELDS)
    wrong = [one.key for one in found if not KEY.fullmatch(one.key) or not one.label]
    if wrong or len(set(keys)) < len(keys) or len({one.label for one in found}) < len(keys):
        raise Refused("portal.fields", _("Fields need names and labels of their own."))
    if any(one.key == "mailings" and one.required for one in found):
        text = _("Nobody has to agree to mailings: the consent is to be free.")
        raise Refused("portal.forced", text, missing=["ask_mailings"])
    if not {"phone", "email"} & set(keys):
        raise Refused("portal.no_contact", _("Ask for a phone or a mail address: otherwise nobody can answer."))
    return found


def _channels(field: Mapping[str, Any]) -> tuple[str, ...]:
    """By which channels one agrees to mailings. :raises Refused: one of them is no channel."""
    if field.get("key") != "mailings":
        return ()
    asked = [str(one) for one in field.get("channels") or USUAL_CHANNELS]
    if unknown := set(asked) - set(Channel.values):
        text = _("There is no channel “%(name)s”.")
        raise Refused("portal.channel", text, name=min(unknown), missing=["mailings_channels"])
    return tuple(one for one in Channel.values if one in asked)


def agreed(asked: Iterable[Question], answers: Mapping[str, str]) -> tuple[tuple[str, ...], str]:
    """By which channels a visitor agreed to mailings, and to which words; nothing when they did not."""
    ticked = next((one for one in asked if one.key == "mailings" and answers.get(one.key, "").strip()), None)
    return (ticked.channels, ticked.label) if ticked else ((), "")


def proof(form: str, code: str, text: str) -> str:
    """Where a consent can be seen, and its words, as far as a proof is long."""
    told = _("Form “%(form)s” (/f/%(code)s): “%(text)s”") % {"form": form, "code": code, "text": text}
    most = Consent._meta.get_field("proof").max_length or len(told)
    return told if len(told) <= most else f"{told[: most - 1]}…"


def check_origin(text: str) -> str:
    """
    A site as browsers name it: `https://example.ru`.

    :raises Refused: it is no address of a site.
    """
    parts = urlsplit(text.strip() if "//" in text else f"https://{text.strip()}")
    host = parts.hostname or ""
    if parts.scheme not in {"http", "https"} or not re.fullmatch(r"(\*\.)?[\w-]+(\.[\w-]+)*", host):
        raise Refused("portal.origin", _("“%(text)s” is no address of a site."), text=text, missing=["origins"])
    port = f":{parts.port}" if parts.port else ""
    return f"{parts.scheme}://{host.encode('idna').decode('ascii')}{port}"


def faults(asked: Iterable[Question], answers: Mapping[str, str]) -> dict[str, str]:
    """What is wrong with the answers, by key, in words for a visitor; empty when all is well."""
    found = {one.key: fault for one in asked if (fault := _fault(one, answers.get(one.key, "").strip()))}
    keys = {one.key for one in asked}
    reached = any(answers.get(key, "").strip() for key in ("phone", "email") if key in keys)
    if not found and not reached:
        key = "phone" if "phone" in keys else "email"
        found[key] = _("Leave a phone or a mail address, so that we can answer.")
    return found


def _fault(question: Question, answer: str) -> str:
    if not answer:
        if question.key == "consent" and question.required:
            return _("Without your consent we may not take the enquiry.")
        return _("Fill in this field.") if question.required else ""
    if len(answer) > LONGEST_VALUE:
        return _("Too long: %(most)s signs at most.") % {"most": LONGEST_VALUE}
    if question.key == "phone" and not _is_phone(answer):
        return _("This does not look like a phone number. For example: +7 921 000-00-00.")
    if question.key == "email" and contacts.normal_email(answer) is None:
        return _("This does not look like a mail address. For example: name@example.ru.")
    if question.key == "inn" and not contacts.is_inn(answer):
        return _("There is a mistake in the INN: 10 or 12 digits, the last ones do not fit.")
    return ""


def _is_phone(text: str) -> bool:
    phone = contacts.normal_phone(text)
    return phone is not None and (phone.is_valid or len(phone.number) >= 10)


def suspicion(answers: Mapping[str, str], *, trap: str, took: timedelta | None, recent: int) -> str:
    """
    Why a sending is taken for spam; empty when it is not.

    :param trap: what stands in the field that people do not see.
    :param took: how long the form was being filled in, None when the page does not say.
    :param recent: how many were sent from the same address within the window.
    """
    if trap:
        return _("the hidden field was filled in")
    if took is not None and took < SHORTEST_FILL:
        return _("filled in faster than a person can")
    if recent >= SUSPECT_FROM:
        return _("many sendings from one address")
    links = sum(len(LINK.findall(value)) for value in answers.values())
    if links > MOST_LINKS or LINK.search(answers.get("name", "")):
        return _("links in the text")
    return ""


def check_frequency(recent: int) -> None:
    """:raises Refused: one address sends so much that nothing more is taken for a while."""
    if recent >= REFUSE_FROM:
        minutes = int(WINDOW.total_seconds() // 60)
        raise Refused(
            "portal.too_many",
            _("Too many enquiries came from your address. Please wait %(minutes)s minutes or call us."),
            minutes=minutes,
        )


def check_leavings(recent: int) -> None:
    """:raises Refused: so many got out of mailings from one address that nobody more is let for a while."""
    if recent >= MOST_LEAVINGS:
        minutes = int(WINDOW.total_seconds() // 60)
        raise Refused(
            "portal.too_many_leavings",
            _("Too many requests. Please try again in %(minutes)s minutes."),
            minutes=minutes,
        )


def proof_of_leaving(subject: str, day: str) -> str:
    """Where it can be seen that somebody got out of mailings: the letter that the link stands in."""
    if not subject:
        return ""
    text = _("letter “%(subject)s” of %(day)s")
    return text % {"subject": subject[:200], "day": day}
