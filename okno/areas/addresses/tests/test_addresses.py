"""Classifiers are loaded from files; addresses are suggested, recognised and taken to parts."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from django.db import transaction
from django.test import Client as Browser

from okno.access.tests.cast import Cast
from okno.areas.addresses import commands, queries, rules
from okno.areas.addresses.models import House, LoadedRegion, Place
from okno.areas.addresses.parts import classifiers
from okno.areas.addresses.parts.classifiers.kladr import numbers_of
from okno.areas.addresses.tests import files
from okno.kit import dbf
from okno.kit.errors import Refused
from okno.kit.models.registry import JobRun
from okno.kit.permissions import SYSTEM
from okno.kit.testing.query_counts import check_few, statements
from okno.kit.testing.record_contract import HTMX

pytestmark = pytest.mark.django_db
SAMPLES = Path(__file__).resolve().parents[5] / "shared" / "samples"


def load(path: Path, region: str = "69") -> dict[str, int]:
    return commands.load_region(SYSTEM, classifiers.opened(path), region, lambda _count: None)


@pytest.fixture
def loaded(tmp_path: Path) -> Path:
    path = files.gar(tmp_path / "gar")
    load(path)
    return path


def test_gar_gives_places_with_everything_above_them(loaded: Path) -> None:
    told = set(Place.objects.values_list("full", flat=True))

    assert told == {
        "Тверская обл",
        "Тверская обл, г Тверь",
        "Тверская обл, г Тверь, ул Советская",
        "Тверская обл, г Тверь, пр-кт Мира",
        "Тверская обл, Калининский р-н",
        "Тверская обл, Калининский р-н, д Борки",
    }
    street = Place.objects.get(name="Советская")
    assert (street.post_index, street.kladr, street.parent and street.parent.name) == (
        "170100",
        "69000001000012300",
        "Тверь",
    )
    assert set(House.objects.filter(place=street).values_list("number", flat=True)) == {"5", "5 корп. 2", "50"}


def test_an_archive_is_read_like_a_folder(tmp_path: Path) -> None:
    folder, archive = files.gar(tmp_path / "gar"), tmp_path / "gar_xml.zip"
    with zipfile.ZipFile(archive, "w") as packed:
        for one in folder.rglob("*.XML"):
            packed.write(one, one.relative_to(folder).as_posix())

    assert load(archive) == {"places": 6, "houses": 4}


def test_loading_again_replaces_the_region(loaded: Path) -> None:
    assert load(loaded) == {"places": 6, "houses": 4}
    assert (Place.objects.count(), LoadedRegion.objects.get().name) == (6, "Тверская обл")


def test_kladr_gives_the_same_places(tmp_path: Path) -> None:
    counts = load(files.kladr(tmp_path / "kladr"))

    assert counts == {"places": 5, "houses": 5}
    assert Place.objects.get(name="Борки").full == "Тверская обл, Калининский р-н, д Борки"
    assert Place.objects.get(name="Советская").full == "Тверская обл, г Тверь, ул Советская"
    assert set(House.objects.values_list("number", flat=True)) == {"5", "5к2", "7", "9", "11"}


@pytest.mark.parametrize(
    ("text", "numbers"),
    [("1,2к1", ["1", "2к1"]), ("Н(3-7)", ["3", "5", "7"]), ("Ч(2-4)", ["2", "4"]), ("8-9", ["8", "9"])],
)
def test_numbers_of_houses_are_read_from_a_row_of_kladr(text: str, numbers: list[str]) -> None:
    assert list(numbers_of(text)) == numbers


def test_the_sample_of_gar_is_read() -> None:
    if not (SAMPLES / "address-gar").is_dir():
        pytest.skip("no sample of ГАР beside the checkout: ../shared/samples/address-gar")

    counts = load(SAMPLES / "address-gar", "72")

    assert counts["places"] == Place.objects.filter(region="72").count() > 0


def test_the_sample_of_kladr_is_read_as_a_table() -> None:
    path = SAMPLES / "dbf-kladr" / "SOCRBASE.DBF"
    if not path.is_file():
        pytest.skip("no sample of КЛАДР beside the checkout: ../shared/samples/dbf-kladr")
    with path.open("rb") as stream:
        head = dbf.head_of(stream, path.stat().st_size)
        rows = [[one.decode("cp866").strip() for one in dbf.cells(row, head)] for row in dbf.records(stream, head)]

    assert len(rows) == 148
    assert "Республика" in {cell for row in rows for cell in row}


@pytest.mark.parametrize("content", [b"", b"<OBJECTS><OBJECT", b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"])
def test_a_damaged_file_is_told_and_leaves_what_is_there(loaded: Path, content: bytes) -> None:
    next((loaded / "69").glob("AS_ADDR_OBJ_2*")).write_bytes(content)

    with pytest.raises(Refused), transaction.atomic():
        load(loaded)

    assert Place.objects.count() == 6


def test_what_is_no_classifier_is_refused(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "none.zip"):
        with pytest.raises(Refused):
            classifiers.opened(path)


def test_loading_is_a_job_with_its_result(tmp_path: Path) -> None:
    path = files.gar(tmp_path / "gar")
    with pytest.raises(Refused):
        commands.load(actor=SYSTEM, path=str(path), regions=["77"])

    job = commands.load(actor=SYSTEM, path=str(path))

    assert job.args == {"path": str(path), "regions": ["69"]}
    assert JobRun.objects.filter(work=commands.LOAD).count() == 1


@pytest.mark.usefixtures("loaded")
@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("твер", "Тверская обл"),
        ("тверь", "Тверская обл, г Тверь"),
        ("тверь сов", "Тверская обл, г Тверь, ул Советская"),
        ("г. Тверь, ул. Советская, 5", "Тверская обл, г Тверь, ул Советская, д 5"),
        ("тверь советская 5 корп 2", "Тверская обл, г Тверь, ул Советская, д 5 корп. 2"),
        ("борки", "Тверская обл, Калининский р-н, д Борки"),
    ],
)
def test_suggestions_go_on_from_what_was_typed(typed: str, first: str) -> None:
    assert queries.suggestions(typed)[0].text == first


@pytest.mark.usefixtures("loaded")
@pytest.mark.parametrize("typed", ["тверь 2-я гриб", "тверь 2 грибоедова", "ростов-на-дону", "ростов дону"])
def test_hyphened_names_are_found_by_their_parts(typed: str) -> None:
    titles = ("Тверская обл, г Тверь, ул 2-я Грибоедова", "г Ростов-на-Дону")
    for number, full in enumerate(titles):
        Place.objects.create(
            code=f"x{number}", source="gar", region="61", level=8, name="", kind="", full=full, words=full.lower()
        )

    found = [one.text for one in queries.suggestions(typed)]

    assert (titles[1] if "ростов" in typed else titles[0]) in found


@pytest.mark.usefixtures("loaded")
def test_suggestions_are_few_statements() -> None:
    check_few(statements(lambda: queries.suggestions("тверь советская 5")), 4)


@pytest.mark.usefixtures("loaded")
@pytest.mark.parametrize(
    ("written", "precision", "parts"),
    [
        (
            "170100, Тверь, Советская ул., д. 5 к.2, кв. 7",
            "house",
            {
                "post_index": "170100",
                "region": "Тверская обл",
                "city": "г Тверь",
                "street": "ул Советская",
                "house": "5 к.2",
                "flat": "кв. 7",
            },
        ),
        (
            "Тверь, пр-кт Мира 99",
            "street",
            {"region": "Тверская обл", "city": "г Тверь", "street": "пр-кт Мира", "house": "99"},
        ),
        ("Тверь", "settlement", {"region": "Тверская обл", "city": "г Тверь"}),
        ("Казань, Баумана, 3", "", {"city": "Казань", "street": "Баумана", "house": "3"}),
    ],
)
def test_a_written_address_is_recognised(written: str, precision: str, parts: dict[str, str]) -> None:
    found = queries.recognised(written)

    assert (found.precision, found.parts) == (precision, parts)
    assert bool(found.code) == bool(precision)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        (
            "Россия, 123056, г. Москва, ул. 2-я Брестская, д. 5, стр. 1, офис 12",
            {
                "post_index": "123056",
                "city": "г. Москва",
                "street": "ул. 2-я Брестская",
                "house": "5 стр. 1",
                "flat": "офис 12",
            },
        ),
        (
            "Тверская область, Калининский р-н, д. Борки, дом 3",
            {"region": "Тверская область", "district": "Калининский р-н", "settlement": "д. Борки", "house": "3"},
        ),
        ("Республика Татарстан, Казань, пр-т Победы 14а", {
            "region": "Республика Татарстан", "city": "Казань", "street": "пр-т Победы", "house": "14а"
        }),
        ("Москва, Ленинградский пр-т, 80 корп 3", {
            "city": "Москва", "street": "Ленинградский пр-т", "house": "80 корп 3"
        }),
        ("Самара, 8 Марта, 5/2", {"city": "Самара", "street": "8 Марта", "house": "5/2"}),
        ("", {}),
    ],
)  # fmt: skip
def test_free_text_is_taken_to_parts(text: str, parts: dict[str, str]) -> None:
    assert rules.parse(text) == parts


def test_pages_are_for_those_who_may(cast: Cast, client: Browser) -> None:
    client.force_login(cast.stranger)
    assert client.get("/settings/addresses/").status_code == 403
    client.force_login(cast.director)

    assert client.get("/settings/addresses/").status_code == 200
    assert client.get("/settings/addresses/load/?name=x", headers=HTMX).status_code == 200
    check_few(statements(lambda: client.get("/settings/addresses/")))


@pytest.mark.usefixtures("loaded")
def test_suggestions_are_options_of_a_list(cast: Cast, client: Browser) -> None:
    client.force_login(cast.anna)

    told = client.get("/addresses/suggest/", {"address": "тверь сов"}, headers=HTMX).content.decode()

    assert 'data-value="170100, Тверская обл, г Тверь, ул Советская"' in told
