"""Pages of what is tied to a client: relations and their graph, addresses, ways to reach, requests for access."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from django.db.models import Model
from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _

from okno.areas.clients import commands, queries
from okno.areas.clients.models import Client, ClientAddress
from okno.areas.clients.record import CLIENT
from okno.areas.clients.web import graphs, tie_forms
from okno.kit import formats
from okno.kit.errors import Missing
from okno.kit.ids import id_of
from okno.kit.permissions import Actor
from okno.kit.web import htmx, pages


class RelateClient(pages.CommandPage):
    """Another client that this one is related to."""

    command, form, on, query = commands.relate, tie_forms.Relate, "client", queries.client_for_card
    submit, stays = _("Relate"), True

    def arguments(self, cleaned: Mapping[str, Any]) -> dict[str, Any]:
        """The kind and its direction apart."""
        kind, _colon, turned = cleaned["kind"].partition(":")
        return super().arguments({**cleaned, "kind": kind}) | {"is_inverse": bool(turned)}


class DropRow(pages.CommandPage):
    """Deletes a row of a card that its button names."""

    form, stays = tie_forms.Chosen, True
    argument = ""

    def arguments(self, cleaned: Mapping[str, Any]) -> dict[str, Any]:
        """The number of the row by the name that the command gives it."""
        return {self.argument: cleaned["row"]}


class _OnRow(pages.CommandPage):
    """The base of what is changed of a row that the button of a card names: `read(actor, client, id)` brings it."""

    on, query = "client", queries.client_for_card
    read: ClassVar[Callable[[Actor, Client, int], Any]]
    is_single = True
    submit, stays = _("Save"), True
    argument = ""
    keys: ClassVar[tuple[str, ...]] = ()

    def initial(self, row: Model | None) -> dict[str, Any]:
        """The row as it is; an empty form for one that is gone."""
        said = self.request.GET.get("row", "")
        known = id_of(said)
        found = type(self).read(self.actor, row, known) if isinstance(row, Client) and known is not None else None
        return {"row": said, **(self.values(found) if found is not None else {})}

    def values(self, found: Any) -> dict[str, Any]:
        """What the form is filled with."""
        return {key: getattr(found, key) for key in self.keys}

    def arguments(self, cleaned: Mapping[str, Any]) -> dict[str, Any]:
        """The number of the row by the name that the command gives it."""
        told = {key: value for key, value in cleaned.items() if key != "row"}
        return {**super().arguments(told), self.argument: cleaned["row"]}


class EditRelation(_OnRow):
    """How long a relation holds, and what else there is to say."""

    command, form, argument = commands.update_relation, tie_forms.Term, "relation_id"
    read, keys = queries.relation_of, ("since", "until", "comment")
    title = _("Relation")


class UnrelateClient(DropRow):
    """A relation that is no more."""

    command, on, query, argument = commands.unrelate, "client", queries.client_for_card, "relation_id"


class AddAddress(pages.CommandPage):
    """One more address of a client."""

    command, form, on, query = commands.add_address, tie_forms.Address, "client", queries.client_for_card
    is_single = True
    submit, stays = _("Add"), True


class EditAddress(_OnRow):
    """An address written anew, or meant for something else."""

    command, form, argument = commands.update_address, tie_forms.WrittenAddress, "address_id"
    read, keys = queries.address_of, ("text", "kind", "comment")
    title = _("Address")


class DropAddress(DropRow):
    """An address that is no more."""

    command, on, query, argument = commands.drop_address, "client", queries.client_for_card, "address_id"


class LocateAddress(DropRow):
    """Asks the service where an address is; its job has a page."""

    command, on, query, argument = commands.locate, "client", queries.client_for_card, "address_id"

    def succeed(self, result: Any, row: Any, key: str) -> HttpResponse:
        """To the page of the job."""
        return htmx.redirect(self.request, f"/jobs/{result.pk}/")


class LocateClients(pages.Page):
    """Asks the service where all addresses without coordinates are."""

    permission = commands.locate_all.name

    def act(self, **_address: Any) -> HttpResponse:
        """Start the job and show its page. :raises Refused: no service is set up, or it is being done already."""
        job = commands.locate_all.run(self.actor)
        return htmx.redirect(self.request, f"/jobs/{job.pk}/")


class SetCoordinates(_OnRow):
    """Where an address of a client is on the map."""

    command, form, argument = commands.set_coordinates, tie_forms.Coordinates, "address_id"
    read = queries.address_of
    title = _("Place on the map")

    def values(self, found: ClientAddress) -> dict[str, Any]:
        """What is known of the address that the button names."""
        known = f"{found.latitude}, {found.longitude}" if found.latitude is not None else ""
        return {"point": known, "precision": found.geo_precision or "house"}

    def arguments(self, cleaned: Mapping[str, Any]) -> dict[str, Any]:
        """Both numbers apart."""
        latitude, longitude = cleaned["point"] or (None, None)
        told = {"address_id": cleaned["row"], "precision": cleaned["precision"]}
        return {**told, "latitude": latitude, "longitude": longitude}


class AddClientWay(pages.CommandPage):
    """One more way to reach a client."""

    command, form, on, query = commands.add_point, tie_forms.Way, "client", queries.client_for_card
    is_single = True
    submit, stays = _("Add"), True


class AddContactWay(pages.CommandPage):
    """One more way to reach a contact."""

    command, form, on, query = commands.add_point, tie_forms.Way, "contact", queries.contact_for_card
    is_single = True
    submit, stays = _("Add"), True


class DropClientWay(DropRow):
    """A way to reach a client that is no more."""

    command, on, query, argument = commands.drop_point, "client", queries.client_for_card, "point_id"


class DropContactWay(DropRow):
    """A way to reach a contact that is no more."""

    command, on, query, argument = commands.drop_point, "contact", queries.contact_for_card, "point_id"


class MainClientWay(DropRow):
    """The way to reach a client that is shown in lists."""

    command, on, query, argument = commands.set_main_point, "client", queries.client_for_card, "point_id"


class MainContactWay(DropRow):
    """The way to reach a contact that is shown in lists."""

    command, on, query, argument = commands.set_main_point, "contact", queries.contact_for_card, "point_id"


class AskAccess(pages.Page):
    """Asks the responsible person of a client out of reach to be let in."""

    permission = commands.ask_access.name

    def act(self, **_address: Any) -> HttpResponse:
        """Ask, and say who was asked."""
        said = self.request.POST
        owner = commands.ask_access.run(self.actor, handle=said.get("handle", ""), text=said.get("text", ""))
        text = _("%(owner)s was asked for access.") % {"owner": owner} if owner else _("Access was asked for.")
        return htmx.told(HttpResponse(status=204), text)


class AccessRequests(pages.Page):
    """Who asks to be let in to one's clients."""

    permission = commands.answer_access.name
    parts: ClassVar[dict[str, str]] = {"rows": "rows"}

    def show(self, **_address: Any) -> HttpResponse:
        """The page."""
        context = {"requests": self._waiting(), "page_title": _("Requests for access")}
        return self.answer("clients/requests.html", context)

    def rows(self, **_address: Any) -> HttpResponse:
        """The list anew, when one of them was answered."""
        return self.answer("clients/request_rows.html", {"requests": self._waiting()})

    def _waiting(self) -> list[dict[str, Any]]:
        """Requests that wait for an answer, the oldest first."""
        moment = self.moment
        return [
            {
                "who": one.user.name,
                "text": one.text,
                "client": one.client.name,
                "url": CLIENT.url_of(one.client_id),
                "answer_url": f"/clients/{one.client_id}/answer-access/?request={one.pk}",
                "when": formats.moment_text(one.created_at, moment.at, moment.zone),
            }
            for one in queries.waiting_requests(self.actor)[:100]
        ]


class AnswerAccess(pages.CommandPage):
    """Let a colleague in who asked, or refuse."""

    command, form, on, query = commands.answer_access, tie_forms.Answer, "client", queries.client_for_card
    submit, stays = _("Answer"), True

    def arguments(self, cleaned: Mapping[str, Any]) -> dict[str, Any]:
        """The request by its number."""
        return {"request_id": cleaned["request"], "is_granted": cleaned["is_granted"], "level": cleaned["level"]}


class RelationGraph(pages.Page):
    """Clients that are related to one, two steps around."""

    permission = "clients.view"

    def show(self, *, id: int, **_address: Any) -> HttpResponse:  # noqa: A002 - named so in every address
        """The graph on a page. :raises Missing: the client is not there or out of reach."""
        client = queries.client_for_card(self.actor, id)
        if client is None:
            raise Missing("not_found", _("Not found, or out of your reach."))
        net = graphs.graph(client, *queries.net_of(self.actor, client))
        context = {"net": net, "client": client.name, "url": CLIENT.url_of(client.pk)}
        return self.answer("clients/graph_page.html", {**context, "page_title": _("Relations")})
