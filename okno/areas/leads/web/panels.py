"""What enquiries show beside their fields and on the cards of lower areas."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from typing import Any

from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from okno.areas.clients import queries as clients
from okno.areas.clients.record import CLIENT
from okno.areas.deals import queries as deals
from okno.areas.leads import queries, rules
from okno.areas.leads.models import Lead, LeadPoint
from okno.areas.leads.record import LEAD
from okno.areas.leads.web import look
from okno.kit import contacts, formats
from okno.kit.permissions import Actor, facing
from okno.kit.rows import searching
from okno.kit.rows.cells import Moment, short_name

FEW, MOST = 5, 10
# What forms and counters of visits send beside the fields of an enquiry.
SENT = {
    "who": _("Who asks"),
    "form": _("Form"),
    "consent": _("Consent to the processing of personal data"),
    "mailings": _("Consent to mailings"),
    "landing": _("Page of the site they came to"),
    "referrer": _("Where they came from"),
    "utm_source": _("Advertising: source"),
    "utm_medium": _("Advertising: type"),
    "utm_campaign": _("Advertising: campaign"),
    "utm_content": _("Advertising: notice"),
    "utm_term": _("Advertising: words searched for"),
    "roistat_visit": _("Visit in Roistat"),
    "comagic_session": _("Session in CoMagic"),
    "client_id": _("Visitor in the counter of visits"),
}
# The number of the letter that an enquiry was made of: the letter itself stands in the feed.
UNTOLD = frozenset({"mail"})


def recognition(actor: Actor, lead: Lead) -> dict[str, Any]:
    """Who an enquiry is from: the client it is linked to, or candidates with the reason, and their open deals."""
    points = clients.readable_points([lead.phone], [lead.email])
    if lead.client_id:
        found = [clients.Match(lead.client_id, lead.contact_id, reasons=(lead.recognised_by or "name",))]
    else:
        inn = lead.inn if contacts.is_inn(lead.inn) else ""
        found = clients.recognise(points, inn, contacts.name_key(lead.company) if lead.company else "")[:FEW]
    is_open = lead.closed_at is None and actor.may("leads.convert")
    may_link = lead.closed_at is None and not lead.client_id and actor.may("leads.link_client")
    return {
        "people": _people(actor, clients.shown_to(actor, found)),
        "is_linked": bool(lead.client_id),
        "is_sure": bool(lead.recognised_by),
        "convert_url": f"/leads/{lead.pk}/convert/" if is_open else "",
        "link_url": f"/leads/{lead.pk}/link/" if may_link else "",
        "others": [
            {"url": LEAD.url_of(one.pk), "title": one.subject, "number": one.number}
            for one in queries.open_with(actor, points).exclude(pk=lead.pk)[:FEW]
        ],
    }


def known_of(actor: Actor, parts: Mapping[str, str], who: str) -> dict[str, Any]:
    """Clients and open enquiries that a phone, a mail address, an INN or a name belongs to."""
    if not who:
        return {}
    phone, email, inn = parts.get("phone", ""), parts.get("email", ""), parts.get("inn", "")
    found = clients.similar(actor, phone=phone, email=email, inn=inn, name=parts.get("name", ""))
    known = {one.client_id for one in found}
    if not (phone or email or inn):
        rows = searching.matching(actor, CLIENT, clients.clients(actor), who).select_related("owner").order_by("-id")
        found += [
            clients.Similar(one.pk, one.name, short_name(one.owner.name) if one.owner else "", "similar_name")
            for one in rows[:FEW]
            if one.pk not in known
        ]
    points = clients.readable_points([phone], [email])
    return {
        "is_asked": True,
        "people": _people(actor, found[:FEW]),
        "others": [
            {"url": LEAD.url_of(one.pk), "title": one.subject, "number": one.number}
            for one in queries.open_with(actor, points)[:FEW]
        ],
    }


def seen_client(actor: Actor, lead: Lead) -> int | None:
    """The recognised client, when the actor may see it."""
    if not lead.client_id:
        return None
    return clients.clients(actor).filter(pk=lead.client_id).values_list("pk", flat=True).first()


def told(actor: Actor, lead: Lead) -> dict[str, Any]:
    """How the responsible person was found: the rule, and who was passed over why."""
    return {"told": look.told(lead) if actor.sees_field(LEAD.name, "owner") else ""}


def received(actor: Actor, lead: Lead) -> dict[str, Any]:
    """The enquiry as it was received: marks of the visit and every value sent, unless a field of it is hidden."""
    is_open = all(actor.sees_field(LEAD.name, key) for key in rules.FIELDS)
    return {"marks": _flat(lead.marks), "raw": _flat(lead.raw, but={*lead.marks, *UNTOLD}) if is_open else []}


def of_client(actor: Actor, client: Model) -> dict[str, Any]:
    """The latest enquiries of a client."""
    return {"leads": _lines(queries.leads_of_client(actor, int(client.pk))[:MOST], actor)}


def of_deal(actor: Actor, deal: Model) -> dict[str, Any]:
    """The enquiries that led to a deal."""
    return {"leads": _lines(queries.leads_of_deal(actor, int(deal.pk))[:MOST], actor)}


def points_parted(actor: Actor, rows: Sequence[LeadPoint]) -> dict[int, str]:
    """Phones and mail addresses of enquiries where a merge is taken apart, as far as the fields are open."""
    return {one.pk: one.key for one in rows if facing(actor, one.lead).sees_field(LEAD.name, one.kind)}


def _lines(rows: Any, actor: Actor) -> list[dict[str, Any]]:
    moment = Moment(timezone.now(), actor.zone)
    return [
        {
            "url": LEAD.url_of(one.pk),
            "title": one.subject,
            "state": one.get_state_display(),
            "stage": look.STATE_STAGES[one.state],
            "when": formats.moment_text(one.received_at, moment.at, moment.zone),
            "when_title": formats.moment_full(one.received_at, moment.zone),
            "due": look.colour([getattr(one, name) for name in look.CLOCK], moment),
        }
        for one in rows
    ]


def _people(actor: Actor, found: Sequence[clients.Similar]) -> list[dict[str, Any]]:
    return [
        {
            "id": one.client_id,
            "url": CLIENT.url_of(one.client_id) if one.client_id else "",
            "name": one.name,
            "owner": one.owner,
            "reason": clients.REASONS.get(one.reason, ""),
            "deals": _open_deals(actor, one.client_id),
        }
        for one in found
    ]


def _open_deals(actor: Actor, client_id: int | None) -> list[dict[str, Any]]:
    if client_id is None or not actor.may("deals.view"):
        return []
    return [
        {
            "id": one.pk,
            "url": f"/deals/{one.pk}/",
            "title": one.title,
            "stage": one.stage.name,
            "colour": one.stage.colour,
        }
        for one in deals.open_deals_of_client(actor, client_id)[:FEW]
    ]


def _flat(sent: Mapping[str, Any], but: Container[str] = ()) -> list[tuple[str, str, str]]:
    """What was sent: what it is called, under which name it came, and the value."""
    told = [one for name, value in sent.items() if name not in but for one in _values(name, value)]
    return [(_told(name), name, value) for name, value in told if value]


def _values(name: str, value: Any) -> Iterable[tuple[str, str]]:
    if isinstance(value, Mapping | list):
        return rules.places(value, f"{name}.")
    if isinstance(value, bool):
        return [(name, gettext("Yes") if value else gettext("No"))]
    return [(name, "" if value is None else str(value))]


def _told(name: str) -> str:
    """What was sent under a name in words: as the field of that name, or as sites send it; else as it was sent."""
    field = LEAD.fields.get(name)
    return str(field.label if field else SENT.get(name, name))
