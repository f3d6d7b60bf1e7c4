"""Catalogues taken in: any order, twice, real files of other people's 1C."""

from __future__ import annotations

import io
import itertools
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from okno.areas.catalog.models import Group, Item, Offer, Picture, Price, PriceType, Property, Rest
from okno.fronts.exchange.commands import packages
from okno.fronts.exchange.commands.actors import actor_of
from okno.fronts.exchange.models import Connection, ExternalLink, Outcome, Package, Waiting
from okno.fronts.exchange.parts.commerceml.found import Ignored
from okno.fronts.exchange.parts.commerceml.reader import read
from okno.fronts.exchange.tests import files
from okno.fronts.exchange.tests.conftest import SAMPLES
from okno.kit import files as store
from okno.kit.models import Change, CommandRun
from okno.kit.testing.fakes.onec import OneC

pytestmark = pytest.mark.django_db
COMMERCEML = SAMPLES / "commerceml"
SETS = sorted({path.parent if path.parent != COMMERCEML else path for path in COMMERCEML.rglob("*.xml")})
real = pytest.mark.skipif(not SETS, reason="the sample files are not beside the checkout")
MODELS = (Group, Item, Offer, Price, PriceType, Property, Rest)


def take(connection: Connection, body: bytes, name: str = "file.xml") -> Package:
    """Import a file as a session would."""
    kept = store.store(io.BytesIO(body), name, 1 << 30)
    package = Package.objects.create(
        connection=connection, name=name, sha256=kept.sha256, size=kept.size, at=timezone.now(), state="doing"
    )
    return packages.work(package, at=timezone.now(), seconds=600)


def rows() -> dict[str, list[Any]]:
    """All rows of the catalogue with their versions and moments."""
    return {model.__name__: list(model.objects.order_by("pk").values()) for model in MODELS}


@pytest.fixture
def base(db: None) -> Connection:
    return Connection.objects.create(code="base", name="База", login="base")


@pytest.mark.parametrize("order", list(itertools.permutations(files.SET))[::7], ids=" ".join)
def test_files_in_any_order_lead_to_the_same_catalogue(base: Connection, order: tuple[str, ...]) -> None:
    for name in order:
        take(base, files.SET[name], name)

    assert files.state() == files.EXPECTED
    assert not Waiting.objects.exists()


def test_the_same_files_again_change_nothing(base: Connection) -> None:
    for name, body in files.SET.items():
        take(base, body, name)
    before, changes = rows(), Change.objects.count()

    again = [take(base, body, name) for name, body in files.SET.items()]

    assert rows() == before
    assert Change.objects.count() == changes
    results = {result for one in again for of_kind in one.counts.values() for result in of_kind}
    assert results == {"unchanged"}


def test_a_batch_is_one_run_with_the_changes_it_made(base: Connection) -> None:
    take(base, files.IMPORT)

    run = CommandRun.objects.get(name="exchange.take_batch")
    inner = CommandRun.objects.get(name="catalog.take_in_batch", cause=run, args__kind="item")
    assert run.actor_name == "1С: База"
    assert Change.objects.filter(run=inner, table_name="catalog_item", op="I").count() == 2


@pytest.mark.parametrize("name", ["1С:Бухгалтерия", "1с УТ", "1C: trade"])
def test_a_connection_called_after_1c_is_named_once(base: Connection, name: str) -> None:
    base.name = name

    assert actor_of(base).name == name


def test_empty_elements_do_not_clear(base: Connection) -> None:
    take(base, files.IMPORT)
    emptied = files.IMPORT.replace("<Артикул>B-1</Артикул>".encode(), "<Артикул></Артикул>".encode())

    take(base, emptied)

    assert Item.objects.get(article="B-1").vat == "20"


def test_a_field_that_is_ours_is_not_overwritten(base: Connection) -> None:
    take(base, files.IMPORT)
    Item.objects.filter(article="B-1").update(name="Наше имя")
    Connection.objects.update(options={"crm_fields": ["name"]})
    base.refresh_from_db()

    take(base, files.IMPORT.replace(b"B-1", b"B-2"))

    assert Item.objects.get(article="B-2").name == "Наше имя"


def test_a_deletion_mark_archives_and_its_end_brings_back(base: Connection) -> None:
    body = files.catalogue(["g1"])
    marked = body.replace("<Товар>".encode(), '<Товар Статус="Удален">'.encode())
    take(base, body)

    gone = take(base, marked)
    was_deleted = Item.objects.get().is_deleted
    take(base, body)

    assert gone.counts["item"] == {"archived": 1}
    assert (was_deleted, Item.objects.get().is_deleted) == (True, False)


def test_what_was_archived_here_stays_archived(base: Connection) -> None:
    take(base, files.catalogue(["g1"]))
    Item.objects.update(is_deleted=True)

    take(base, files.catalogue(["g1"]).replace("Товар g1".encode(), "Товар 1".encode()))

    assert Item.objects.get().is_deleted


def test_an_object_that_cannot_be_read_is_refused_with_line_and_element(base: Connection) -> None:
    body = files.PRICES.replace(b"5200", "дорого".encode())
    take(base, files.OFFERS)

    package = take(base, body)

    outcome = Outcome.objects.get(package=package, result="refused")
    assert "Предложение" in outcome.message
    assert "дорого" in outcome.message
    assert package.state == "done"
    assert package.refused == 1


def test_a_price_too_large_is_the_fault_of_its_offer_only(base: Connection) -> None:
    take(base, files.CLASSIFIER)
    take(base, files.OFFERS)

    package = take(base, files.PRICES.replace(b"5200", b"9" * 25))

    assert package.counts["prices"] == {"updated": 2, "refused": 1}


def test_a_picture_is_kept_when_its_file_comes(onec: OneC) -> None:
    png = bytes.fromhex(
        "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360606060000000050001a5"
        "f645400000000049454e44ae426082"
    )
    body = files.catalogue(["g1"]).replace(
        "</Товар>".encode(), "<Картинка>import_files/ab/g1.png</Картинка></Товар>".encode()
    )
    onec.exchange_catalogue({"import.xml": body})
    waited = Waiting.objects.filter(kind="picture").count()

    onec.exchange_catalogue({"import_files/ab/g1.png": png, "import.xml": body})

    picture = Picture.objects.get()
    assert (waited, picture.mime, Waiting.objects.count()) == (1, "image/png", 0)
    assert store.open_stored(picture.sha256).read() == png


@real
@pytest.mark.parametrize("place", SETS, ids=lambda path: path.name)
def test_every_sample_is_taken_and_counted(base: Connection, place: Path) -> None:
    base.creates_orders = True
    base.save(update_fields=["creates_orders"])
    for path in sorted(place.iterdir()) if place.is_dir() else [place]:
        with path.open("rb") as stream:
            things = Counter(one.index for one in read(stream) if _is_object(one.object))

        package = take(base, path.read_bytes(), path.name)

        told = Outcome.objects.filter(package=package).exclude(kind="element").exclude(message__contains="Ждало")
        assert package.state == "done"
        assert package.total == Outcome.objects.filter(package=package).count()
        assert told.filter(line__gt=0).count() >= len(things)


def _is_object(thing: object) -> bool:
    return not isinstance(thing, Ignored) and type(thing).__name__ not in {
        "Header", "ClassifierStart", "CatalogueStart", "OfferPackageStart"
    }  # fmt: skip


@real
@pytest.mark.parametrize("place", [one for one in SETS if one.is_dir()], ids=lambda path: path.name)
def test_sets_of_samples_twice_change_nothing(base: Connection, place: Path) -> None:
    parts = [path.read_bytes() for path in sorted(place.iterdir())]
    for body in parts:
        take(base, body)
    before, links = rows(), ExternalLink.objects.count()

    for body in reversed(parts):
        take(base, body)

    assert rows() == before
    assert ExternalLink.objects.count() == links
