"""What every record promises: list, card, API, export and search show what is within reach and open, and no more."""

from __future__ import annotations

import html
import json
import re
from typing import Any, ClassVar

import pytest
from django.db.models import Model
from django.test import Client as Browser

from okno.kit.registry import Record, registry
from okno.kit.testing.query_counts import check_few, statements
from okno.kit.web.pages.export import rows_of
from okno.kit.web.pages.list import ListPage
from okno.kit.web.search import found_records

PARTS = ("head", "preview", "feed", "history", "files", "why")
HTMX = {"HX-Request": "true"}
# Shorter texts, like a number of one digit, stand on a card for other reasons too.
LEAST_TOLD = 4


class RecordContract:
    """
    Inherit and give: `page` (the list page), `make(cast, owner)` (a row that `owner` is responsible for),
    `hidden` (a key of a field shown in the list, to be hidden), and `api` (`/api/v1/deals`) when there is one.

    The fixture `cast` gives the people. Set `has_card` or `is_everyones` where the record differs.
    """

    page: ClassVar[type[ListPage]]
    hidden: ClassVar[str]
    api: ClassVar[str] = ""
    has_card: ClassVar[bool] = True
    is_everyones: ClassVar[bool] = False

    def make(self, cast: Any, owner: Any) -> Model:
        """Make a row of the record."""
        raise NotImplementedError

    @property
    def record(self) -> Record:
        """The record under test."""
        return self.page.record

    @property
    def list_url(self) -> str:
        """The address of the list."""
        return self.record.url.partition("{id}")[0]

    def ids_in_list(self, cast: Any, who: str, **params: str) -> list[int]:
        """The rows that a person sees in the list, all pages of it."""
        selection = self.page.select(cast.actor(who), params)
        return list(selection.order.apply(selection.rows()).values_list("pk", flat=True))

    def test_list_shows_rows_within_reach(self, cast: Any, client: Browser) -> None:
        row = self.make(cast, cast.anna)
        client.force_login(cast.anna)
        answer = client.get(self.list_url)
        assert answer.status_code == 200
        assert row.pk in [one["id"] for one in answer.context["page"]["rows"]]
        assert row.pk in self.ids_in_list(cast, "head")
        assert row.pk in self.ids_in_list(cast, "director")

    def test_list_leaves_out_what_is_out_of_reach(self, cast: Any, client: Browser) -> None:
        row = self.make(cast, cast.anna)
        client.force_login(cast.stranger)
        assert client.get(self.list_url).status_code == 403
        if not self.is_everyones:
            assert row.pk not in self.ids_in_list(cast, "boris")

    def test_list_statements_do_not_grow_with_rows(self, cast: Any, client: Browser) -> None:
        self.make(cast, cast.anna)
        client.force_login(cast.anna)
        few = statements(lambda: client.get(self.list_url))
        for _number in range(49):
            self.make(cast, cast.anna)
        many = statements(lambda: client.get(self.list_url))
        check_few(many)
        assert len(many) == len(few), "\n".join(many)

    def test_card_shows_the_row_in_few_statements(self, cast: Any, client: Browser) -> None:
        if not self.has_card:
            pytest.skip("the record has no card")
        row = self.make(cast, cast.anna)
        client.force_login(cast.anna)
        url = f"{self.record.url_of(row.pk)}?list={self.page.name()}"
        assert client.get(url).status_code == 200
        check_few(statements(lambda: client.get(url)))

    def test_card_and_its_parts_out_of_reach_read_as_missing(self, cast: Any, client: Browser) -> None:
        if not self.has_card or self.is_everyones:
            pytest.skip("nothing of the record is out of reach")
        row = self.make(cast, cast.anna)
        client.force_login(cast.boris)
        urls = [self.record.url_of(row.pk), *(f"{self.record.url_of(row.pk)}?part={part}" for part in PARTS)]
        assert {url: client.get(url).status_code for url in urls} == dict.fromkeys(urls, 404)

    def test_search_finds_only_what_is_within_reach(self, cast: Any) -> None:
        row = self.make(cast, cast.anna)
        if not self.record.search or self.is_everyones:
            pytest.skip("the record is not searched, or everybody sees it")
        path = self.record.fields[self.record.search[0]].path
        text = str(type(row)._default_manager.filter(pk=row.pk).values_list(path, flat=True).get())
        found = {who: self._found(cast.actor(who), text) for who in ("anna", "boris")}
        assert row.pk in found["anna"]
        assert row.pk not in found["boris"]

    def test_export_equals_the_list(self, cast: Any) -> None:
        rows = [self.make(cast, cast.anna) for _number in range(3)]
        self.make(cast, cast.boris)
        selection = self.page.select(cast.actor("anna"), {})
        exported = list(rows_of(selection, selection.columns))
        assert len(exported) == len(self.ids_in_list(cast, "anna"))
        assert {row.pk for row in rows} <= set(self.ids_in_list(cast, "anna"))

    def test_hidden_field_is_nowhere(self, cast: Any, client: Browser) -> None:
        row = self.make(cast, cast.anna)
        client.force_login(cast.anna)
        assert self.hidden in self._filter_fields(client)
        shown = self._shown_on_card(client, row) if self.has_card else ""
        cast.hide("anna", f"{self.record.name}.{self.hidden}")
        page = client.get(f"{self.list_url}?sort={self.hidden}&group={self.hidden}").context["page"]
        assert self.hidden not in [one["key"] for one in page["columns"]]
        assert self.hidden not in self._filter_fields(client)
        where = json.dumps({"field": self.hidden, "op": "not_empty"})
        assert self.ids_in_list(cast, "anna", f=where) == []
        if self.has_card:
            card = client.get(self.record.url_of(row.pk)).content.decode()
            assert f'id="field-{self.hidden}"' not in card
            assert not shown or shown not in self._told(client, row)
        if self.api:
            assert self.hidden not in client.get(f"{self.api}/{row.pk}").json()
            assert client.get(self.api, {"where": where}).status_code == 422

    def test_api_lists_and_gets_what_is_within_reach(self, cast: Any, client: Browser) -> None:
        if not self.api:
            pytest.skip("the record has no endpoints")
        row = self.make(cast, cast.anna)
        client.force_login(cast.anna)
        listed = client.get(self.api).json()
        assert row.pk in [one["id"] for one in listed["items"]]
        assert client.get(f"{self.api}/{row.pk}").json()["id"] == row.pk
        if not self.is_everyones:
            client.force_login(cast.boris)
            assert row.pk not in [one["id"] for one in client.get(self.api).json()["items"]]
            assert client.get(f"{self.api}/{row.pk}").status_code == 404

    def _found(self, actor: Any, text: str) -> list[int]:
        return [one["id"] for one in found_records(actor, text, most=50).get(self.record.name, [])]

    def _shown_on_card(self, client: Browser, row: Any) -> str:
        """What the card shows of the field that is to be hidden, when it is long enough to be known by."""
        card = client.get(self.record.url_of(row.pk)).content.decode()
        found = re.search(rf'id="field-{self.hidden}".*?<dd[^>]*>(.*?)</dd>', card, re.DOTALL)
        text = _text(found[1]) if found else ""
        return text if len(text) >= LEAST_TOLD else ""

    def _told(self, client: Browser, row: Any) -> str:
        """All that the card and what it loads tell: its parts, and panels of other areas."""
        url = self.record.url_of(row.pk)
        card = client.get(url).content.decode()
        panels = [html.unescape(one) for one in re.findall(r'hx-get="([^"]*part=panel[^"]*)"', card)]
        assert panels or not registry.panels.get(self.record.name), "no panel was found to look at"
        loaded = [client.get(one).content.decode() for one in (*(f"{url}?part={part}" for part in PARTS), *panels)]
        return _text("\n".join([card, *loaded]))

    def _filter_fields(self, client: Browser) -> set[str]:
        """Keys of the record's own fields that the editor of the filter offers, however far they are reached for."""
        answer = client.get(f"{self.list_url}?part=filter", headers=HTMX)
        options = re.findall(r'<option value="([^"]*)"', answer.content.decode())
        return {path.rsplit(".", 1)[-1] for path in options if self._owner_of(path) is self.record}

    def _owner_of(self, path: str) -> Record | None:
        """The record whose field stands at the end of a path through links and relations."""
        record: Record = self.record
        for key in path.split(".")[:-1]:
            linked = record.field(key)
            name = linked.link if linked else record.relations.get(key, ("", ""))[0]
            if not name:
                return None
            record = registry.record(name)
        return record


def _text(page: str) -> str:
    """The words of a piece of a page, one space between them."""
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", page)).split())
