"""Writes of the portal: setting up forms, and taking in what visitors send."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from okno.areas.clients import commands as clients
from okno.areas.clients import queries as client_queries
from okno.areas.clients.models import Channel, Client, Consent, Contact
from okno.areas.communications import queries as communications
from okno.areas.leads import commands as leads
from okno.areas.leads import queries as lead_queries
from okno.areas.leads.models import Lead
from okno.fronts.portal import queries, rules
from okno.fronts.portal.models import Leaving, PublicForm, Submission
from okno.kit import formats, live
from okno.kit.commands import command, moment
from okno.kit.errors import Missing, Refused
from okno.kit.permissions import SYSTEM, Actor, Grant, ReachKind
from okno.kit.timeline import entries

# Whoever fills in a form, or has a letter of a mailing: may send it, or get out of mailings, and nothing else.
DOORS = ("portal.send", "portal.unsubscribe")
VISITOR = Actor(kind="visitor", name="", grants=tuple(Grant(one, ReachKind.ALL, source="portal") for one in DOORS))


@command("portal.set_form", label=gettext_lazy("Set up a site form"))
def set_form(
    *,
    actor: Actor,
    code: str,
    title: str,
    fields: list[dict[str, Any]],
    source: str,
    text: str = "",
    thanks: str = "",
    is_active: bool = True,
    origins: list[str] | None = None,
    accent: str = PublicForm.Accent.TEAL,
) -> PublicForm:
    """
    Make a form or replace it by its code.

    :param fields: `{"key", "label", "required"}` in their order; a consent to mailings has its `channels` too.
    :param origins: sites that may show the form in a frame.
    :raises Refused: the fields cannot be asked, a site or the colour is wrong, or there is no such source.
    """
    rules.questions(fields)
    _check_source(source)
    if accent not in PublicForm.Accent.values:
        raise Refused("portal.accent", _("There is no colour “%(accent)s”."), accent=accent, missing=["accent"])
    values = {
        "title": title.strip() or code,
        "text": text,
        "fields": fields,
        "source": source,
        "thanks": thanks,
        "is_active": is_active,
        "origins": [rules.check_origin(one) for one in origins or [] if one.strip()],
        "accent": accent,
        "is_deleted": False,
    }
    form, _made = PublicForm.objects.update_or_create(code=code, defaults=values)
    live.tell_topic("portal.form")
    return form


def _check_source(code: str) -> None:
    """:raises Refused: there is no source of enquiries of this code."""
    if lead_queries.source(code) is None:
        raise Refused(
            "portal.no_source", _("There is no source of enquiries “%(source)s”."), source=code, missing=["source"]
        )


def set_default_form(actor: Actor) -> PublicForm:
    """Make the form `site` that comes with the program; its enquiries go to the source `site`."""
    asked = {"name": True, "phone": True, "email": False, "company": False, "text": False, "mailings": False}
    return set_form(
        actor=actor,
        code="site",
        title=str(_("Leave an enquiry")),
        text=str(_("Tell us what you need: we will call back within working hours.")),
        fields=[
            {"key": key, "label": str(rules.KNOWN[key]), "required": required}
            for key, required in {**asked, "consent": True}.items()
        ],
        source="site",
        thanks=str(_("Thank you, the enquiry has come. We will call back soon.")),
    )


@command("portal.send", label=gettext_lazy("Send a site form"))
def send(
    *,
    actor: Actor,
    code: str,
    answers: dict[str, str],
    marks: dict[str, str],
    sender: str,
    trap: str = "",
    seconds: float | None = None,
) -> Lead:
    """
    Register what a visitor has sent as an enquiry; what looks like spam is kept apart.

    :param answers: values by the keys of the form's fields.
    :param sender: by what visitors are told apart, never their address itself.
    :param seconds: how long the form was being filled in, absent when it is not known.
    :raises Missing: there is no such form, or it takes nothing now.
    :raises Refused: an answer is wrong (`missing` names the fields), or too much came from this sender.
    """
    form = queries.open_form(code)
    if form is None:
        raise Missing("portal.no_form", _("This form takes no enquiries now."))
    asked = rules.questions(form.fields)
    if found := rules.faults(asked, answers):
        raise Refused(
            "portal.answers", " ".join(found.values()).replace("%", "%%"), missing=sorted(found), faults=found
        )
    now = moment()
    recent = queries.recent(sender, now)
    rules.check_frequency(recent)
    took = None if seconds is None else timedelta(seconds=seconds)
    why = rules.suspicion(answers, trap=trap, took=took, recent=recent)
    lead = _register(form, asked, answers, marks, why)
    sending = Submission(form=form, sender=sender, lead=lead, suspicion=why, at=now)
    _keep(sending, *rules.agreed(asked, answers))
    return lead


def _keep(sending: Submission, channels: Sequence[str], words: str) -> None:
    """Keep that a form was sent, with the consent to mailings that was ticked in it; the feed tells of that."""
    sending.consented, sending.consent_text = list(channels), words
    sending.save()
    if channels and not sending.suspicion:
        told = clients.in_words(channels)
        entries.tell("portal.mailings_agreed", [sending.lead], source=sending.lead, told=told, text=words)


@command("portal.note_consents", told_as=gettext_lazy("Note the consents that a form brought"))
def note_consents(*, actor: Actor, lead_id: int) -> int:
    """
    Note on the card of whom an enquiry turned out to be from what they agreed to in the form: of the person, else of
    the client; returns how many consents were noted. What they refused since then stays refused.
    """
    lead = Lead.objects.select_related("client", "contact").filter(pk=lead_id, client__isnull=False).first()
    if lead is None:
        return 0
    rows = Submission.objects.select_for_update().filter(lead=lead, is_noted=False, suspicion="").exclude(consented=[])
    noted = 0
    for row in rows.select_related("form").order_by("at"):
        noted += _note(actor, row, lead.contact or lead.client)
        row.is_noted = True
        row.save(update_fields=["is_noted"])
    return noted


def _note(actor: Actor, row: Submission, somebody: Contact | Client | None) -> int:
    if somebody is None:
        return 0
    since = {one.channel for one in client_queries.words_of(somebody) if not one.is_given and one.noted_at > row.at}
    channels = [one for one in row.consented if one not in since]
    if not channels:
        return 0
    # ast-grep-ignore: time-comes-in the day is of the moment when the form was sent
    day = timezone.localdate(row.at)
    whose: dict[str, Any] = {"contact" if isinstance(somebody, Contact) else "client": somebody}
    clients.note_consent(
        actor=actor,
        channels=channels,
        said_date=day,
        source=Consent.Source.FORM,
        proof=rules.proof(row.form.title, row.form.code, row.consent_text),
        **whose,
    )
    return len(channels)


@command("portal.unsubscribe", told_as=gettext_lazy("Get out of mailings by the link in a letter"))
def unsubscribe(*, actor: Actor, token: str, sender: str) -> int:
    """
    Note that whoever a letter of a mailing was for wants no mailings by mail any more, nor others at that address;
    returns on how many cards. Asked again it changes nothing.

    :param token: the end of the address in the letter.
    :param sender: by what visitors are told apart, never their address itself.
    :raises Missing: the address is none of ours.
    :raises Refused: too many got out from this sender.
    """
    subscription = communications.subscription(token)
    if subscription is None:
        raise Missing("portal.no_mailing", _("This link does not lead to any mailing of ours."))
    found = queries.leaving(subscription)
    if not found:
        return 0
    now = moment()
    rules.check_leavings(queries.recent_leavings(sender, now))
    mail = communications.mail_of(subscription)
    # ast-grep-ignore: time-comes-in the day is of the letter
    day = formats.date_text(timezone.localdate(mail.at)) if mail else ""
    proof = rules.proof_of_leaving(mail.subject if mail else "", day)
    for one in found:
        whose: dict[str, Any] = {"contact" if isinstance(one, Contact) else "client": one}
        said: dict[str, Any] = {
            "channels": [Channel.EMAIL.value],
            "is_given": False,
            "source": Consent.Source.LINK,
            "proof": proof,
        }
        clients.note_consent(actor=SYSTEM, **said, **whose)
    Leaving.objects.create(sender=sender, at=now)
    return len(found)


def _register(
    form: PublicForm, asked: list[rules.Question], answers: Mapping[str, str], marks: Mapping[str, str], why: str
) -> Lead:
    said = {one.key: answers.get(one.key, "").strip() for one in asked}
    own = {one.label: said[one.key] for one in asked if one.key not in rules.KNOWN and said[one.key]}
    # Who reads it later sees the words that were asked or ticked rather than names of fields and a tick.
    ticked = {one.key: one.label for one in asked if one.key in rules.TICKS and said[one.key]}
    sent = {one.key: said[one.key] for one in asked if one.key in rules.KNOWN} | ticked
    known: dict[str, Any] = {key: said.get(key, "") for key in rules.CONTACT if key != "text"}
    return leads.receive(
        actor=SYSTEM,
        source=form.source,
        text="\n".join(part for part in (said.get("text", ""), *(f"{one}: {own[one]}" for one in own)) if part),
        marks=dict(marks),
        raw={"form": form.title, **sent, **own, **marks},
        suspicion=why,
        **known,
    )
