"""Typst at work: data go in as JSON and never as markup, fonts come from this folder and never from the machine."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import typst
from django.utils.translation import gettext_lazy as _

from okno.kit.errors import Refused

HERE = Path(__file__).parent
FORMS = HERE / "forms"
FONTS = HERE / "fonts"

RASTER_SIGNS = {b"\x89PNG\r\n\x1a\n": "png", b"\xff\xd8\xff": "jpg"}


def render_pdf(form: str, data: Mapping[str, Any], images: Mapping[str, bytes] | None = None) -> bytes:
    """
    Set the named form (a file of forms/ without its ending) with these data and return the PDF.

    `data` must be what JSON can hold; sums and dates come already written out. `images` are PNG or JPEG files
    by name: the form finds the path of each in `data.images`.

    :raises Refused: an image is not PNG or JPEG, or is damaged.
    """
    (pdf,) = _set(form, data, images or {}, format="pdf")
    return pdf


def render_pages(
    form: str, data: Mapping[str, Any], images: Mapping[str, bytes] | None = None, *, dots_per_inch: float = 110
) -> list[bytes]:
    """
    Set the form as `render_pdf` does and return its pages as PNG pictures, for previews.

    :raises Refused: as `render_pdf`.
    """
    return _set(form, data, images or {}, format="png", ppi=dots_per_inch)


def _set(form: str, data: Mapping[str, Any], images: Mapping[str, bytes], **how: Any) -> list[bytes]:
    # The folder of a job is all that the typesetter may read: a form cannot reach another file of the machine.
    with tempfile.TemporaryDirectory(prefix="okno-print-") as folder:
        root = Path(folder)
        shutil.copytree(FORMS, root, dirs_exist_ok=True)
        paths = {name: _put_image(root, name, content) for name, content in images.items()}
        text = json.dumps({**data, "images": paths}, ensure_ascii=False)
        try:
            made = typst.compile(
                str(root / f"{form}.typ"),
                root=str(root),
                font_paths=_fonts(),
                sys_inputs={"data": text},
                **how,
            )
        except typst.TypstError as error:
            if not images:
                raise
            raise Refused(
                "documents.print_image", _("The form was not printed: %(reason)s"), reason=error.message
            ) from error
    return made if isinstance(made, list) else [made]


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=[str(FONTS)])


def _put_image(root: Path, name: str, content: bytes) -> str:
    for sign, ending in RASTER_SIGNS.items():
        if content.startswith(sign):
            path = root / f"image-{name}.{ending}"
            path.write_bytes(content)
            return f"/{path.name}"
    raise Refused("documents.print_image", _("The picture “%(name)s” is neither PNG nor JPEG."), name=name)
