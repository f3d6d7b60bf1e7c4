"""Pictures of goods: kept by their content when the file has come, waited for when it has not."""

from __future__ import annotations

from collections.abc import Sequence

from okno.areas.catalog import commands as catalog
from okno.areas.catalog import queries as catalog_queries
from okno.areas.catalog.commands import Batch
from okno.fronts.exchange.commands.catalogue import Taking
from okno.fronts.exchange.models import Waiting
from okno.fronts.exchange.parts.commerceml.found import Found
from okno.fronts.exchange.parts.commerceml.goods import GoodsSeen
from okno.fronts.exchange.parts.inbox.box import Inbox
from okno.kit import files
from okno.kit.errors import Refused

LARGEST = 20 << 20
Row = tuple[int, str, str, str, str, int]


def take(taking: Taking, inbox: Inbox, found: Sequence[Found]) -> None:
    """Keep the pictures that goods name; goods never depend on them."""
    rows: list[Row] = []
    lines: dict[int, tuple[str, int]] = {}
    for one in found:
        goods = one.object
        row_id = taking.links.row_id("item", goods.goods_id) if isinstance(goods, GoodsSeen) else None
        if row_id is None or not isinstance(goods, GoodsSeen) or goods.deleted:
            continue
        captions = dict(goods.picture_texts)
        lines[row_id] = goods.goods_id, one.line
        for position, path in enumerate(goods.pictures):
            rows.append((row_id, path[:500], *stored(inbox, path), captions.get(path, "")[:500], position))
    if not rows:
        return
    catalog.take_pictures(actor=taking.actor, batch=Batch(rows))
    for item_id, path in catalog_queries.pictures_without_file(lines):
        goods_id, line = lines[item_id]
        payload = {"item": item_id, "path": path}
        taking.wait("picture", f"{goods_id}:{path}", ("file", path), payload, line)


def take_late(taking: Taking, inbox: Inbox) -> int:
    """Keep the pictures that waited for files which this session has brought. Returns how many came."""
    rows: list[Row] = []
    done: list[int] = []
    for row in Waiting.objects.filter(connection=taking.connection, kind="picture").order_by("id").iterator():
        sha256, mime = stored(inbox, row.payload["path"])
        if sha256:
            rows.append((row.payload["item"], row.payload["path"], sha256, mime, "", 0))
            done.append(row.pk)
    if rows:
        known = catalog_queries.captions_of(row[0] for row in rows)
        placed = [(*row[:4], *known.get((row[0], row[1]), row[4:])) for row in rows]
        catalog.take_pictures(actor=taking.actor, batch=Batch(placed))
        Waiting.objects.filter(pk__in=done).delete()
    return len(rows)


def stored(inbox: Inbox, path: str) -> tuple[str, str]:
    """Hash and type of a picture that has come, two empty texts otherwise; what is no picture is left alone."""
    place = inbox.picture(path)
    if place is None or not place.exists():
        return "", ""
    try:
        with place.open("rb") as stream:
            kept = files.store(stream, path.rpartition("/")[2], LARGEST)
    except Refused:
        return "", ""
    return (kept.sha256, kept.mime) if kept.mime.startswith("image/") else ("", "")
