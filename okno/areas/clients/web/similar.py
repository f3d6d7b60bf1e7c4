"""What a form of a new card shows while one types: who is there already, and what was marked for deletion."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import forms
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from okno.areas.clients import commands, queries
from okno.areas.clients.models import Client
from okno.areas.clients.queries import Marked, Person, Similar
from okno.areas.clients.record import CLIENT, CONTACT, LEGAL_ENTITY, PROSPECT
from okno.areas.clients.rules.likeness import Looks
from okno.kit.errors import Missing
from okno.kit.ids import id_of
from okno.kit.permissions import Actor
from okno.kit.purging import commands as purging
from okno.kit.registry import registry
from okno.kit.web import htmx, pages

Context = dict[str, Any]
DUE = {"exact": "red", "probable": "yellow"}
WATCHED = ("name", "phone", "email", "inn", "site", "country", "tax_number")
# What the answer depends on.
ASKED = (*WATCHED, "kind", "address")
# Fields of a form above the place where similar ones appear.
BEFORE = ("name", "kind", "person", "post", "inn", "phone", "email")
OF_PERSON = ("name", "phone", "email", "client")
MARKED = {record.name: record for record in (CLIENT, CONTACT, LEGAL_ENTITY)}


def watch(url: str, asked: Sequence[str]) -> Mapping[str, str]:
    """Attributes of an input: typing into it asks at once who is there already."""
    return {
        "hx-get": url,
        "hx-trigger": "change, keyup changed delay:600ms",
        "hx-target": "#similar",
        "hx-swap": "innerHTML",
        # One after the other: an answer to what was typed first, coming late, would hide what was found since.
        "hx-sync": "#similar:queue last",
        "hx-include": ",".join(f"[name={name}]" for name in asked),
        "hx-params": ",".join(asked),
    }


class SimilarInput(forms.Widget):
    """What is similar to the card that is being typed in, and a tick to create it all the same."""

    template = "clients/similar.html"
    is_wide = True
    context: Mapping[str, Any] = {}

    def value_from_datadict(self, data: Any, files: Any, name: str) -> bool:
        """Whether the tick is set."""
        return bool(data.get(name))

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        """The place that htmx fills while one types."""
        return render_to_string("clients/similar_input.html", {"part": self.template, **self.context})


def similar_context(found: Sequence[Similar], policy: str) -> Context:
    """Similar clients ready for clients/similar.html."""
    return {
        "found": [
            {
                "id": one.client_id,
                "url": CLIENT.url_of(one.client_id) if one.client_id else "",
                "name": one.name,
                "owner": one.owner,
                "handle": one.handle,
                "reason": _reasons(one.reasons or (one.reason,)),
                "due": DUE.get(one.level, "grey"),
            }
            for one in found
        ],
        "is_blocked": policy == queries.BLOCK and any(one.level == "exact" for one in found),
        "has_to_tick": any(one.level for one in found),
    }


def told_of_client(actor: Actor, found: Sequence[Similar], said: Mapping[str, Any], policy: str) -> Context:
    """Clients like the one being typed in, prospects that it may be, and cards of it that are marked for deletion."""
    looks = queries.described_by(said)
    others = [*_prospects(actor, looks), *_marked(queries.marked(actor, looks))]
    return {**similar_context(found, policy), "others": others}


def told_of_person(actor: Actor, said: Mapping[str, Any]) -> Context:
    """Contacts like the one being typed in, and cards of them that are marked for deletion."""
    client_id = id_of(said.get("client"))
    told = {key: str(said.get(key) or "") for key in ("name", "phone", "email")}
    looks = queries.described_by({"kind": Client.Kind.PERSON, **told})
    # A namesake among marked clients says nothing of a person.
    numbers = Looks(keys=looks.keys)
    people = queries.people_like(actor, looks, client_id=client_id)
    return {"others": [*_people(actor, people, client_id), *_marked(queries.marked(actor, numbers))]}


def _people(actor: Actor, found: Iterable[Person], client_id: int | None) -> Iterable[Context]:
    may_place = client_id is not None and actor.may(commands.place_contact.name)
    for one in found:
        is_elsewhere = one.contact_id is not None and one.client_id != client_id
        yield {
            "due": "yellow",
            "icon": CONTACT.icon,
            "name": one.name,
            "url": CONTACT.url_of(one.contact_id) if one.contact_id else "",
            "text": _("a contact out of your reach, responsible: %(owner)s") % {"owner": one.owner or "—"},
            "note": _joined(one.client, _reasons(one.reasons)),
            "ask_url": f"/contacts/{one.contact_id}/place/?client={client_id}" if may_place and is_elsewhere else "",
            "label": _("Works there too"),
        }


def _prospects(actor: Actor, looks: Looks) -> Iterable[Context]:
    may_convert = actor.may(commands.convert_prospect.name)
    for one in queries.prospects_like(actor, looks):
        yield {
            "due": "yellow",
            "icon": PROSPECT.icon,
            "name": one.name,
            "url": PROSPECT.url_of(one.prospect_id) if one.prospect_id else "",
            "text": _("already among prospects, responsible: %(owner)s") % {"owner": one.owner or "—"},
            "note": _joined(_("a prospect"), _reasons(one.reasons), one.owner if one.prospect_id else ""),
            "post_url": f"/prospects/{one.prospect_id}/convert/" if may_convert and one.prospect_id else "",
            "label": _("Make a client"),
        }


def _marked(found: Iterable[Marked]) -> Iterable[Context]:
    for one in found:
        label = str(MARKED[one.record].label)
        text = _("%(what)s, responsible: %(owner)s") % {"what": label, "owner": one.owner or "—"}
        yield {
            "due": "grey",
            "icon": "trash",
            "name": one.title,
            "url": "",
            "text": text,
            "note": _joined(_("marked for deletion"), _reasons(one.reasons), one.owner if one.row_id else ""),
            "post_url": "/clients/bring-back/" if one.may_come_back else "",
            "record": one.record,
            "row": one.row_id,
            "label": _("Bring back"),
        }


def _reasons(reasons: Iterable[str]) -> str:
    return ", ".join(str(queries.REASONS[one]) for one in reasons)


def _joined(*parts: str) -> str:
    return " · ".join(part for part in parts if part)


class SimilarClients(pages.Page):
    """What is similar to the client, or the prospect, that somebody is typing in."""

    def asked_permission(self) -> str:
        """Whoever may write either down."""
        may_add = self.actor.may(commands.add.name)
        return commands.add.name if may_add else commands.add_prospect.name

    def show(self, **_address: Any) -> HttpResponse:
        """A part of the form."""
        asked = {key: self.request.GET.get(key, "")[:255] for key in ASKED}
        policy = queries.policy(self.actor)
        if policy == queries.SILENT:
            return self.answer("clients/similar.html", similar_context([], policy))
        found = queries.similar(self.actor, **asked)
        return self.answer("clients/similar.html", told_of_client(self.actor, found, asked, policy))


class SimilarPeople(pages.Page):
    """Who is like the contact that somebody is typing in."""

    permission = commands.add_contact.name

    def show(self, **_address: Any) -> HttpResponse:
        """A part of the form."""
        asked = {key: self.request.GET.get(key, "")[:255] for key in OF_PERSON}
        is_told = queries.policy(self.actor) != queries.SILENT
        return self.answer("clients/similar_people.html", told_of_person(self.actor, asked) if is_told else {})


class BringBack(pages.Page):
    """Takes the mark for deletion off a card that a form of a new one has named."""

    permission = purging.bring_back.name

    def act(self, **_address: Any) -> HttpResponse:
        """To the card that is back. :raises Missing: it is no such card, not marked any more, or out of reach."""
        said = self.request.POST
        name, row = said.get("record", ""), id_of(said.get("row"))
        if name not in MARKED or row is None:
            raise Missing("not_found", _("Not found, or out of your reach."))
        purging.bring_back.run(self.actor, record=name, row_id=row)
        return htmx.redirect(self.request, registry.record(name).url_of(row), toast=_("Brought back."))
