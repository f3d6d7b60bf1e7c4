"""Guarded rows through every door: their closed fields are nowhere told or guessed, those of other rows stay open."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client as Browser

from okno.access import commands as access
from okno.access import queries, rules
from okno.access.tests.cast import Cast
from okno.areas.clients import commands as clients
from okno.areas.clients.models import Client, Contact
from okno.areas.clients.record import CLIENT
from okno.areas.deals import commands as deals
from okno.areas.deals.models import Deal
from okno.kit import conditions, permissions
from okno.kit.errors import Denied, Refused
from okno.kit.fields import custom
from okno.kit.merging import mergeable
from okno.kit.permissions import SYSTEM
from okno.kit.registry import registry
from okno.kit.web.pages.export import file_columns, rows_of
from okno.kit.web.pages.lists import list_of
from tests.mechanisms.conftest import STAGES

pytestmark = pytest.mark.django_db

VIP, OF_VIP = ({"field": key, "op": "eq", "value": True} for key in ("is_vip", "client.is_vip"))
SECRET, OPEN = (
    {"inn": "7707083893", "phone": "+74951234567", "email": "tajna@romashka.example", "city": "Козьмодемьянск"},
    {"inn": "7736050003", "phone": "+74957654321", "email": "yavno@vasilek.example", "city": "Царевококшайск"},
)
# As pages, files and answers may write them: without spaces of any width.
SECRETS = ("7707083893", "4951234567", "495123-45-67", "tajna@", "Козьмодемьянск", "987654", "987,65")
TOLD = ("7736050003", "4957654321", "yavno@", "Царевококшайск", "123456")
SPACES = re.compile(r"[\s\u00a0\u202f()]|&nbsp;|&#160;")
# Another value that is nowhere, for each that must not be guessed.
TWINS = (
    ("phone", "+74951234567", "+74951234568"),
    ("city", "Козьмодемьянск", "Урюпинск"),
)


@dataclass
class Scene:
    """Two clients of Anna's with a contact and a deal each; in what is of the VIP her eyes are bound."""

    cast: Cast
    vip: Client
    plain: Client
    contacts: dict[str, Contact]
    deals: dict[str, Deal]

    def urls(self, which: str) -> dict[str, str]:
        rows = {"clients.client": getattr(self, which), "clients.contact": self.contacts[which]}
        rows["deals.deal"] = self.deals[which]
        return {name: registry.record(name).url_of(row.pk) for name, row in rows.items()}


@pytest.fixture
def scene(cast: Cast) -> Scene:
    deals.set_scenario(actor=SYSTEM, code="b2b", name="B2B", stages=STAGES, is_default=True)
    made: dict[str, Any] = {"contacts": {}, "deals": {}}
    for which, values in (("vip", SECRET), ("plain", OPEN)):
        is_vip = which == "vip"
        one = clients.add(actor=SYSTEM, name=f"Клиент {which}", owner=cast.anna)
        clients.update(actor=SYSTEM, client=one, values={**values, "is_vip": is_vip})
        contact = clients.add_contact(actor=SYSTEM, name=f"Лидия {which}", client=one)
        ways = {key: values[key] for key in ("phone", "email")}
        clients.update_contact(actor=SYSTEM, contact=contact, values=ways)
        deal = deals.open_deal(actor=SYSTEM, title=f"Поставка {which}", client=one, owner=cast.anna)
        deals.update(actor=SYSTEM, deal=deal, values={"amount": Decimal("987654.32" if is_vip else "123456.78")})
        one.refresh_from_db()
        made[which], made["contacts"][which], made["deals"][which] = one, contact, deal
    guard("VIP", "clients.client", VIP, hidden=["inn", "city"], masked=["phone", "email"])
    guard("Контакты VIP", "clients.contact", OF_VIP, hidden=["email"], masked=["phone"])
    guard("Сделки VIP", "deals.deal", OF_VIP, hidden=["amount"])
    grants = [{"permission": "*", "reach": "own"}, {"permission": "access.view", "reach": "all"}]
    kept = [one for one in registry.commands if not one.startswith("access.")]
    narrow = [{"permission": name, "reach": "own"} for name in {f"{one.partition('.')[0]}.*" for one in kept}]
    access.set_role(actor=SYSTEM, code="seller", name="Продавец", grants=[*narrow, grants[1]], hidden=[])
    return Scene(cast, **made)


def guard(name: str, record: str, condition: dict[str, Any], **fields: list[str]) -> None:
    access.watch_rows(actor=SYSTEM, name=name, record=record, condition=condition, **fields)


@pytest.fixture
def anna(scene: Scene, client: Browser) -> Browser:
    client.force_login(scene.cast.anna)
    return client


def told(answer: Any) -> str:
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return SPACES.sub("", body.decode(errors="replace"))


def addresses(scene: Scene, which: str) -> list[str]:
    found = ["/", "/clients/", "/contacts/", "/deals/", "/deals/?mode=board", "/deals/?mode=list", "/calendar/"]
    for name, url in scene.urls(which).items():
        record, base = registry.record(name), url.rsplit("/", 2)[0] + "/"
        found += [
            url,
            *(f"{url}?part={part}" for part in ("head", "preview", "fields", "feed", "history", "files", "why")),
        ]
        found += [f"{url}?part=panel&panel={one.key}" for one in registry.panels.get(name, [])]
        closed = [key for key in ("inn", "city", "phone", "email", "amount", "managed") if key in record.fields]
        found += [f"{url}?part=field&name={key}{edit}" for key in closed for edit in ("", "&edit=1")]
        every = ",".join(record.fields)
        found += [f"{base}?cols={every}", *(f"{base}?sort={key}&group={key}&cols={every}" for key in closed)]
        found += [f"{base}?mode=list&part=totals", f"/api/v1{base.rstrip('/')}", f"/api/v1{url.rstrip('/')}"]
    return found


def test_closed_values_are_told_by_no_page(scene: Scene, anna: Browser) -> None:
    pages = {url: told(anna.get(url)) for url in addresses(scene, "vip")}

    found = {url: [one for one in SECRETS if one in page] for url, page in pages.items()}
    assert {url: secrets for url, secrets in found.items() if secrets} == {}


def test_closed_values_are_not_compared_where_cards_are_merged(scene: Scene, anna: Browser) -> None:
    page = anna.get(f"/merge/clients.client/?id={scene.vip.pk}&id={scene.plain.pk}")

    assert page.status_code == 200
    assert [one for one in SECRETS if one in told(page)] == []


def test_a_merge_does_not_open_what_is_closed(scene: Scene) -> None:
    given = {"survivor": scene.plain.pk, "losers": [scene.vip.pk], "choices": {"city": scene.vip.pk}}

    with pytest.raises(Refused, match="закрыты"):
        mergeable("clients.client").merge.run(scene.cast.actor("anna"), **given)


def test_the_same_fields_of_other_rows_stay_open(scene: Scene, anna: Browser) -> None:
    pages = [told(anna.get(url)) for url in addresses(scene, "plain")]

    assert {one for page in pages for one in TOLD if one in page} == set(TOLD)


def test_whoever_may_see_guarded_rows_whole_does(scene: Scene, client: Browser) -> None:
    client.force_login(scene.cast.director)

    assert "7707083893" in told(client.get(scene.urls("vip")["clients.client"]))


def test_masked_values_show_their_end_in_lists_and_on_cards(scene: Scene, anna: Browser) -> None:
    for page in (anna.get("/clients/", {"cols": "name,phone,email"}), anna.get(scene.urls("vip")["clients.client"])):
        assert "+7******-45-67" in told(page)
        assert "t***@romashka.example" in told(page)


def found_by(browser: Browser, url: str, **given: str) -> Any:
    """The rows that an answer names, whatever their order."""
    answer = browser.get(url, given)
    text = answer.content.decode(errors="replace")
    rows = sorted(set(re.findall(r"/(?:clients|contacts|deals)/\d+/", text)))
    if url.startswith("/api/") and answer.status_code == 200:
        body = answer.json()
        rows = sorted(one["id"] for one in (body if isinstance(body, list) else body["items"]))
    return answer.status_code, rows


@pytest.mark.parametrize(("key", "right", "wrong"), TWINS)
def test_search_finds_nothing_by_a_closed_value(scene: Scene, anna: Browser, key: str, right: str, wrong: str) -> None:
    for url in (
        "/clients/",
        "/contacts/",
        "/search/",
        "/palette/",
        "/pick/clients.client/",
        "/api/v1/contacts",
        "/api/v1/search",
    ):
        for typed in (lambda value: value[-8:], lambda value: f"{key}:{value}"):
            assert found_by(anna, url, q=typed(right)) == found_by(anna, url, q=typed(wrong)), (url, typed(right))


def test_search_finds_other_rows_by_the_same_fields(scene: Scene, anna: Browser) -> None:
    card = scene.urls("plain")["clients.client"]
    for text in ("4957654321", "7736050003", f"city:{OPEN['city']}"):
        assert card in found_by(anna, "/search/", q=text)[1], text


def asked(key: str, value: str) -> list[tuple[str, dict[str, Any]]]:
    """Conditions that would tell by what they find, or do not find."""
    leaf = {"field": key, "op": "eq", "value": value}
    through = {"field": f"client.{key}", "op": "eq", "value": value}
    return [
        ("/clients", leaf),
        ("/clients", {"not": leaf}),
        ("/clients", {"field": key, "op": "ne", "value": value}),
        ("/clients", {"field": key, "op": "not_in", "value": [value]}),
        ("/clients", {"any": [{"field": "is_vip", "op": "eq", "value": False}, leaf]}),
        ("/deals", through),
        ("/deals", {"not": through}),
        ("/contacts", through),
        ("/contacts", {"not": {"all": [through, OF_VIP]}}),
    ]


@pytest.mark.parametrize(("key", "right", "wrong"), TWINS)
def test_conditions_find_nothing_by_a_closed_value(
    scene: Scene, anna: Browser, key: str, right: str, wrong: str
) -> None:
    for (path, true), (_path, false) in zip(asked(key, right), asked(key, wrong), strict=True):
        answers = [found_by(anna, f"/api/v1{path}", where=json.dumps(one)) for one in (true, false)]
        assert answers[0] == answers[1], true
    listed = [found_by(anna, "/clients/", f=json.dumps(asked(key, one)[1][1])) for one in (right, wrong)]
    assert listed[0] == listed[1]


@pytest.mark.parametrize(
    ("related", "leaf", "right", "wrong"),
    [
        ("contacts", {"field": "phone", "op": "eq"}, SECRET["phone"], "+74950000000"),
        ("deals", {"field": "amount", "op": "ge"}, "900000", "9999999"),
    ],
)
def test_related_rows_tell_nothing_by_a_closed_value(
    scene: Scene, anna: Browser, related: str, leaf: dict[str, Any], right: str, wrong: str
) -> None:
    def found(shape: dict[str, Any], value: str) -> Any:
        where = {**leaf, "value": value}
        return found_by(anna, "/clients/", f=json.dumps({**shape, "where": where}))

    counted = [{"count": related, "op": "ge", "value": count} for count in (0, 1)]
    for shape in ({"some": related}, {"none": related}, {"every": related}, *counted):
        assert found(shape, right) == found(shape, wrong), shape


def test_conditions_find_other_rows_by_the_same_fields(scene: Scene, anna: Browser) -> None:
    for key in ("inn", "phone", "email", "city"):
        leaf = {"field": key, "op": "eq", "value": OPEN[key]}
        assert scene.urls("plain")["clients.client"] in found_by(anna, "/clients/", f=json.dumps(leaf))[1]
    whole = {"field": "amount", "op": "between", "value": ["1", "999999999"]}
    assert found_by(anna, "/deals/?mode=list", f=json.dumps(whole))[1].count(scene.urls("plain")["deals.deal"]) == 1
    assert scene.urls("vip")["deals.deal"] not in found_by(anna, "/deals/?mode=list", f=json.dumps(whole))[1]


@pytest.mark.parametrize(("key", "right", "wrong"), TWINS)
def test_conditions_judged_in_memory_say_what_sql_says(scene: Scene, key: str, right: str, wrong: str) -> None:
    actor = scene.cast.actor("anna")
    context = permissions.condition_context(actor)
    for path, raw in [*asked(key, right), *asked(key, OPEN[key])]:
        record = registry.record({"/clients": "clients.client", "/deals": "deals.deal"}.get(path, "clients.contact"))
        tree = conditions.parse(raw)
        rows = record.model._default_manager.all()
        by_sql = set(rows.filter(conditions.to_q(tree, record, context)).values_list("pk", flat=True))
        assert by_sql == {row.pk for row in rows if conditions.matches(tree, record, row, context)}, raw


def test_a_file_has_no_closed_values_and_all_open_ones(scene: Scene) -> None:
    actor = scene.cast.actor("anna")
    for name in ("clients.client", "clients.contact", "deals.deal"):
        page = list_of(name)
        for whole in (False, True):
            selection = page.select(actor, {"cols": ",".join(page.record.fields)})
            columns = file_columns(selection, whole=whole)
            text = SPACES.sub("", repr(list(rows_of(selection, columns))))
            assert not [secret for secret in SECRETS if secret in text], name
            assert "***" not in text, name
            assert [one for one in TOLD if one in text], name


def test_the_api_leaves_closed_fields_out_of_guarded_rows_only(scene: Scene, anna: Browser) -> None:
    items = {one["id"]: one for one in anna.get("/api/v1/clients").json()["items"]}

    assert "inn" not in items[scene.vip.pk]
    assert "phone" not in items[scene.vip.pk]
    assert items[scene.plain.pk]["inn"] == OPEN["inn"]


def test_closed_fields_are_changed_by_nobody_and_others_are(scene: Scene, anna: Browser) -> None:
    actor = scene.cast.actor("anna")

    with pytest.raises(Denied):
        clients.update(actor=actor, client=scene.vip, values={"city": "Тверь"})
    clients.update(actor=actor, client=scene.plain, values={"city": "Тверь"})

    assert Client.objects.get(pk=scene.plain.pk).city == "Тверь"
    edit = anna.get(f"{scene.urls('plain')['clients.client']}?part=field&name=city&edit=1")
    assert "Тверь" in edit.content.decode()


def test_a_row_is_not_freed_of_its_guard_by_whoever_it_is_guarded_from(scene: Scene) -> None:
    with pytest.raises(Refused) as refusal:
        clients.update(actor=scene.cast.actor("anna"), client=scene.vip, values={"is_vip": False})

    assert refusal.value.code == "fields.unveils"
    clients.update(actor=scene.cast.actor("anna"), client=scene.plain, values={"is_vip": True})


def test_a_value_taken_by_a_row_in_which_it_is_closed_does_not_name_that_row(scene: Scene) -> None:
    field = custom.add(actor=SYSTEM, record="clients.client", key="pass", label="Пропуск", kind="text")
    custom.change(actor=SYSTEM, field=field, settings={"is_unique": True})
    clients.update(actor=SYSTEM, client=scene.vip, values={"x_pass": "А-17"})
    other = clients.add(actor=SYSTEM, name="Клиент другой", owner=scene.cast.anna)
    clients.update(actor=SYSTEM, client=other, values={"x_pass": "Б-18"})
    guard("Пропуска", "clients.client", VIP, hidden=["x_pass"])

    with pytest.raises(Refused) as closed:
        clients.update(actor=scene.cast.actor("anna"), client=scene.plain, values={"x_pass": "А-17"})
    with pytest.raises(Refused) as open_:
        clients.update(actor=scene.cast.actor("anna"), client=scene.plain, values={"x_pass": "Б-18"})

    assert "vip" not in closed.value.message
    assert "Клиент другой" in open_.value.message


def test_a_guard_holds_from_the_next_request(scene: Scene, anna: Browser) -> None:
    url = scene.urls("plain")["clients.client"]
    assert OPEN["inn"] in told(anna.get(url))

    guard("Все", "clients.client", {"all": []}, hidden=["inn"])
    assert OPEN["inn"] not in told(anna.get(url))

    for one in queries.watches():
        access.stop_watching(actor=SYSTEM, watch_id=one.pk)
    assert OPEN["inn"] in told(anna.get(url))


def test_a_guard_by_a_condition_that_is_broken_closes_the_field_everywhere(scene: Scene) -> None:
    queries.watches().filter(record="clients.client").update(condition={"field": "gone", "op": "eq", "value": 1})
    scene.cast.anna.access_stamp += 1
    scene.cast.anna.save()

    found = permissions.facing(scene.cast.actor("anna"), scene.plain)

    assert not found.sees_field("clients.client", "inn")


def test_a_guard_may_speak_of_whoever_looks(scene: Scene) -> None:
    mine = {"field": "owner", "op": "ne", "value": {"me": True}}
    guard("Чужие", "clients.client", mine, hidden=["site"])

    assert permissions.facing(scene.cast.actor("anna"), scene.plain).sees_field("clients.client", "site")
    assert not permissions.facing(scene.cast.actor("boris"), scene.plain).sees_field("clients.client", "site")


def test_facing_one_row_after_another_says_of_each_its_own(scene: Scene) -> None:
    first = permissions.facing(scene.cast.actor("anna"), scene.plain)

    again = permissions.facing(first, scene.vip)

    assert first.sees_field("clients.client", "inn")
    assert not again.sees_field("clients.client", "inn")
    assert again.masks_field("clients.client", "phone")


def test_guards_of_fields_that_are_none_are_refused() -> None:
    with pytest.raises(Refused):
        rules.check_guards(CLIENT, None, ["no_such"])


@pytest.mark.parametrize(("value", "is_lasting"), [(True, True), ({"rel": "today"}, False)])
def test_what_is_compiled_for_an_actor_is_kept_while_its_guards_are_timeless(
    cast: Cast, value: Any, *, is_lasting: bool
) -> None:
    field = "is_vip" if value is True else "created_at"
    where = {"not": {"all": [{"any": [{"field": field, "op": "eq" if value is True else "ge", "value": value}]}]}}
    guard("Особые", "clients.client", where, hidden=["inn"])
    access.set_role(actor=SYSTEM, code="seller", name="s", grants=[], hidden=[])

    assert permissions.is_lasting(cast.actor("anna")) is is_lasting
