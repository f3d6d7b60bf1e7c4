"""Names of uploaded files made safe: whatever path 1C sends, a short relative one remains, or a refusal."""

from __future__ import annotations

import re
import unicodedata

from django.utils.translation import gettext_lazy as _

from okno.kit.errors import Refused

LONGEST = 1000
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_DRIVE = re.compile(r"^[A-Za-z]:")
# Folders that 1C and the modules made after Bitrix put in front of the path inside the exchange.
_PREFIX = re.compile(
    r"^(?:.*/)?(?:webdata/(?:\d+/)?|upload/(?:1c_catalog|1c_exchange|1c)/(?:webdata/(?:\d+/)?)?)", re.IGNORECASE
)
_PICTURES = re.compile(r"^.*/(?=import_files/)", re.IGNORECASE)
_EXECUTABLE = frozenset(
    {
        "asp", "aspx", "bat", "cgi", "cmd", "com", "cpl", "dll", "exe", "hta", "htaccess", "htpasswd", "jar", "js",
        "jse", "jsp", "lnk", "msi", "phar", "php", "php3", "php4", "php5", "php7", "php8", "phps", "phtml", "pif",
        "pl", "ps1", "py", "rb", "reg", "scr", "sh", "shtml", "so", "vb", "vbe", "vbs", "wsf", "wsh",
    }
)  # fmt: skip


def safe_name(raw: str) -> str:
    """
    A relative path with forward slashes, without drive, temporary folder or the prefixes of known modules.

    :raises Refused: the name is empty or too long, climbs out by `..`, holds control characters, or is executable.
    """
    if _CONTROL.search(raw) or len(raw) > LONGEST:
        raise _bad(raw)
    name = _relative(unicodedata.normalize("NFC", raw).strip().replace("\\", "/"))
    parts = [part.strip().rstrip(". ") if part.strip() != ".." else ".." for part in name.split("/")]
    parts = [part for part in parts if part]
    if not parts or ".." in parts or any(":" in part for part in parts):
        raise _bad(raw)
    check_not_executable("/".join(parts))
    return "/".join(parts)


def check_not_executable(name: str) -> None:
    """
    Files that a server or a person's computer could run are not taken in.

    :raises Refused: the name ends like a program.
    """
    last = name.rpartition("/")[2].casefold()
    if last.rpartition(".")[2] in _EXECUTABLE and "." in last:
        raise Refused("exchange.executable_name", _("Files like “%(name)s” are not accepted."), name=last)


def _relative(name: str) -> str:
    """An absolute path is a temporary folder of somebody's computer: only what stands below the exchange matters."""
    is_absolute = name.startswith("/") or bool(_DRIVE.match(name))
    name = _DRIVE.sub("", name).lstrip("/")
    if ".." in name.split("/"):
        return name
    shorter = _PICTURES.sub("", _PREFIX.sub("", name))
    if is_absolute and shorter == name and not name.startswith("import_files/"):
        return name.rpartition("/")[2]
    return shorter


def _bad(raw: str) -> Refused:
    shown = _CONTROL.sub("�", raw)[:80]
    return Refused("exchange.bad_name", _("A file with the name “%(name)s” is not accepted."), name=shown)
