"""A scripted 1C: the client side of «Обмен с сайтом», as strict about answers as 1C is."""

from __future__ import annotations

import base64
import io
import re
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode

from lxml import etree

MOST_POLLS = 500
PART = 64 * 1024


@dataclass(frozen=True)
class Answer:
    """What came back: status, headers and bytes."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def header(self, name: str) -> str:
        """A header by its name in any case of letters."""
        return next((value for key, value in self.headers.items() if key.lower() == name.lower()), "")

    @property
    def charset(self) -> str:
        """The encoding that the header names."""
        found = re.search(r"charset=([\w-]+)", self.header("Content-Type"))
        return found[1] if found else ""

    @property
    def lines(self) -> list[str]:
        """Lines of a text answer, split as 1C does."""
        return self.body.decode(self.charset).split("\n")


Send = Callable[[str, str, Mapping[str, str], bytes], Answer]


class Stopped(Exception):  # noqa: N818 - what the user of 1C sees
    """1C stops the exchange; the text is what its user sees."""


@dataclass
class OneC:
    """
    One base of 1C. `send(method, address with query, headers, body)` carries its requests.

    :param version: what new modules add to their requests; old ones say nothing.
    :param keeps_sessid: whether the client adds line 4 of checkauth to its addresses, as new ones do.
    """

    send: Send
    address: str
    login: str
    password: str
    version: str = ""
    keeps_sessid: bool = True
    sends_basic_always: bool = True
    cookie: str = ""
    sessid: str = ""
    timestamp: str = ""
    zip: bool = False
    limit: int = 0
    told: list[str] = field(default_factory=list)

    def check(self, kind: str) -> None:
        """Sign in. :raises Stopped: the answer is not a success."""
        lines = self._text("GET", {"type": kind, "mode": "checkauth"}, basic=True)
        self._must_succeed(lines, "Не удалось установить соединение")
        if len(lines) < 3 or re.search(r"[;,\s]", lines[2]):
            raise Stopped("Получены неверные cookie")
        self.cookie = f"{lines[1]}={lines[2]}"
        more = dict(line.split("=", 1) for line in lines[3:] if "=" in line)
        self.sessid = more.get("sessid", "") if self.keeps_sessid else ""
        self.timestamp = more.get("timestamp", "")

    def init(self, kind: str) -> dict[str, str]:
        """Ask for the limits."""
        asked = {"type": kind, "mode": "init", **({"version": self.version} if self.version else {})}
        lines = self._text("GET", asked)
        if not lines[0].startswith("zip="):
            raise Stopped("\n".join(lines))
        said = dict(line.split("=", 1) for line in lines)
        self.zip, self.limit = said["zip"] == "yes", int(said["file_limit"])
        return said

    def upload(self, kind: str, name: str, body: bytes, part: int = 0) -> None:
        """Send a file, in parts when it is larger than the limit."""
        size = part or self.limit or PART
        for start in range(0, max(len(body), 1), size):
            self.upload_part(kind, name, body[start : start + size])

    def upload_part(self, kind: str, name: str, body: bytes) -> None:
        """Send one part of a file."""
        lines = self._text("POST", {"type": kind, "mode": "file", "filename": name}, body)
        self._must_succeed(lines, "Ошибка копирования файла")

    def poll(self, kind: str, name: str) -> str:
        """One request of mode=import; returns the verdict."""
        lines = self._text("GET", {"type": kind, "mode": "import", "filename": name})
        self.told.append("\n".join(lines[1:]))
        if lines[0] == "failure":
            raise Stopped("\n".join(lines[1:]))
        if lines[0] not in {"success", "progress"}:
            raise Stopped("Получен неизвестный статус импорта")
        return lines[0]

    def import_file(self, kind: str, name: str) -> int:
        """Poll until success; returns how many requests it took."""
        for asked in range(1, MOST_POLLS):
            if self.poll(kind, name) == "success":
                return asked
        raise Stopped("Обмен не завершается")

    def mode(self, kind: str, mode: str, **more: str) -> list[str]:
        """Any other request with a text answer. :raises Stopped: the answer is a failure."""
        lines = self._text("GET", {"type": kind, "mode": mode, **more})
        self._must_succeed(lines, "Произошла ошибка на стороне сервера")
        return lines

    def query(self, mode: str = "query") -> etree._Element:
        """Orders of the site; header, declaration and bytes have to agree."""
        answer = self._call("GET", {"type": "sale", "mode": mode})
        if answer.body.startswith((b"failure", b"success")):
            raise Stopped("\n".join(answer.lines[1:]))
        declared = re.match(rb'(?:\xef\xbb\xbf)?<\?xml version="1.0" encoding="([\w-]+)"', answer.body)
        if not declared or declared[1].decode().lower() != answer.charset.lower():
            raise Stopped("Не удалось разобрать данные, загруженные с сервера")
        if int(answer.header("Content-Length")) != len(answer.body):
            raise Stopped("Не удалось разобрать данные, загруженные с сервера")
        return etree.fromstring(answer.body)

    def exchange_catalogue(self, files: Mapping[str, bytes], *, order: tuple[str, ...] = (), ends: bool = True) -> None:
        """A whole session of goods: files go in one archive when the server takes one, then each XML is imported."""
        self.check("catalog")
        self.init("catalog")
        if self.zip:
            self.upload("catalog", "v8_3B8F_3e.zip", packed(files))
        else:
            for name, body in files.items():
                self.upload("catalog", name, body)
        for name in order or tuple(name for name in files if name.endswith(".xml")):
            self.import_file("catalog", name)
        if ends and self.timestamp:
            self.mode("catalog", "deactivate", timestamp=self.timestamp)
            self.mode("catalog", "complete")

    def exchange_orders(self, answer: bytes = b"", name: str = "orders.xml") -> etree._Element:
        """A whole session of orders: take those of the site, confirm them, send back those changed in 1C."""
        self.check("sale")
        self.init("sale")
        orders = self.query()
        self.mode("sale", "success")
        if answer:
            self.upload("sale", name, answer)
            if self.version:
                self.import_file("sale", name)
        return orders

    def _text(self, method: str, asked: Mapping[str, str], body: bytes = b"", *, basic: bool = False) -> list[str]:
        answer = self._call(method, asked, body, basic=basic)
        if answer.status != 200:
            raise Stopped(f"Код ответа {answer.status}")
        if answer.body[:1].isspace() or answer.body.startswith(b"\xef\xbb\xbf"):
            raise Stopped("Получен неизвестный статус импорта")
        return answer.lines

    def _call(self, method: str, asked: Mapping[str, str], body: bytes = b"", *, basic: bool = False) -> Answer:
        more = {"sessid": self.sessid} if self.sessid and not basic else {}
        mark = "&" if "?" in self.address else "?"
        headers = {"Content-Type": "application/octet-stream"}
        if basic or self.sends_basic_always:
            token = base64.b64encode(f"{self.login}:{self.password}".encode()).decode()
            headers["Authorization"] = f"Basic {token}"
        if self.cookie and not basic:
            headers["Cookie"] = self.cookie
        return self.send(method, f"{self.address}{mark}{urlencode({**asked, **more})}", headers, body)

    def _must_succeed(self, lines: list[str], otherwise: str) -> None:
        if lines[0] != "success":
            raise Stopped("\n".join([otherwise, *lines[1:]]))


def packed(files: Mapping[str, bytes]) -> bytes:
    """An archive as 1C makes it."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in files.items():
            archive.writestr(name, body)
    return held.getvalue()
