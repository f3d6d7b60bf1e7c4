"""As much of the language of 1C as the examples of our guide speak: read into Python, with the objects they use."""

from __future__ import annotations

import hashlib
import http.client
import json
import re
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

WORDS = {"И": "and", "ИЛИ": "or", "НЕ": "not", "Истина": "True", "Ложь": "False", "Неопределено": "None"}
# What objects of 1C can do, as the objects below call it.
MEMBERS = {
    "Размер": "size",
    "Записать": "put",
    "Добавить": "add",
    "ХешСумма": "total",
    "Вставить": "insert",
    "Заголовки": "headers",
    "УстановитьТелоИзСтроки": "set_body",
    "ВызватьHTTPМетод": "call",
    "КодСостояния": "status",
    "ПолучитьТелоКакСтроку": "told",
    "УстановитьСтроку": "set_text",
    "Закрыть": "close",
}
TOKEN = re.compile(r'"(?:[^"]|"")*"|<>|[<>]=|\w+|[^\w\s]|\s+')
LINES: tuple[tuple[re.Pattern[str], str, int, int], ...] = (
    # What a line is, how Python says it, and by how much it and what follows are moved in.
    (re.compile(r"^Функция (\w+)\((.*)\)(?: Экспорт)?$"), "def {0}({1}):", 0, 1),
    (re.compile(r"^Если (.+) Тогда$"), "if {0}:", 0, 1),
    (re.compile(r"^Для (\w+) = (.+) По (.+) Цикл$"), "for {0} in range({1}, ({2}) + 1):", 0, 1),
    (re.compile(r"^Конец(?:Функции|Если|Цикла)$"), "", 0, -1),
    (re.compile(r"^ВызватьИсключение (.+)$"), "raise Refused({0})", 0, 0),
    (re.compile(r"^Возврат (.+)$"), "return {0}", 0, 0),
    (re.compile(r"^([\w.\[\]]+) = (.+)$"), "{0} = {1}", 0, 0),
    (re.compile(r"^(.+\))$"), "{0}", 0, 0),
)
CONDITION = re.compile(r"^(?:Если|Возврат) ")


class Refused(Exception):  # noqa: N818 - what `ВызватьИсключение` raises
    """The example says no."""


def read(text: str) -> dict[str, Any]:
    """The functions of an example by name. :raises ValueError: a line is not of the part of the language known here."""
    lines, depth = ["from __future__ import annotations"], 0
    for raw in text.splitlines():
        line = raw.strip().rstrip(";")
        if not line:
            continue
        said, moved = _line(line)
        if moved < 0:
            depth += moved
        if said:
            lines.append("    " * depth + said)
        if moved > 0:
            depth += moved
    space: dict[str, Any] = dict(RUNTIME)
    exec("\n".join(lines), space)
    return space


def _line(line: str) -> tuple[str, int]:
    for pattern, python, _own, moved in LINES:
        if found := pattern.match(line):
            is_judged = CONDITION.match(line) is not None
            return python.format(*(_expression(part, is_judged=is_judged) for part in found.groups())), moved
    raise ValueError(line)


def _expression(text: str, *, is_judged: bool) -> str:
    """An expression in Python; where it is judged, a single sign of equality compares."""
    found = []
    for token in TOKEN.findall(re.sub(r",(?=\s*,)", ", Неопределено", text)):
        if token.startswith('"'):
            found.append(repr(token[1:-1].replace('""', '"')))
        elif token == "<>":
            found.append("!=")
        elif token == "=" and is_judged:
            found.append("==")
        elif token == "Новый":
            found.append("_new ")
        else:
            found.append(WORDS.get(token) or MEMBERS.get(token, token))
    # `Новый Массив` makes one, with arguments or without.
    return re.sub(r"_new \s*(\w+)(\()?", lambda made: f"{made[1]}(" if made[2] else f"{made[1]}()", "".join(found))


class Bytes(bytes):
    """`ДвоичныеДанные`."""

    def size(self) -> int:
        return len(self)


class Buffer(bytearray):
    """`БуферДвоичныхДанных`."""

    def put(self, at: int, data: bytes) -> None:
        self[at : at + len(data)] = data


class Hashing:
    """`ХешированиеДанных`."""

    def __init__(self, kind: str) -> None:
        self._hash = hashlib.new(kind)

    def add(self, data: bytes) -> None:
        self._hash.update(data)

    @property
    def total(self) -> Bytes:
        return Bytes(self._hash.digest())


class Array(list[Any]):
    """`Массив`."""

    def add(self, value: Any) -> None:
        self.append(value)


class Headers(dict[str, str]):
    """`Соответствие` of headers."""

    def insert(self, name: str, value: str) -> None:
        self[name] = value


class Request:
    """`HTTPЗапрос`."""

    def __init__(self, address: str) -> None:
        self.address, self.body, self.headers = address, b"", Headers()

    def set_body(self, text: str) -> None:
        self.body = text.encode()


class Connection:
    """`HTTPСоединение`."""

    def __init__(self, server: str, port: int, *_more: Any) -> None:
        self._of = http.client.HTTPConnection(server, int(port), timeout=30)

    def call(self, method: str, request: Request) -> SimpleNamespace:
        self._of.request(method, request.address, request.body or None, dict(request.headers))
        answer = self._of.getresponse()
        text = answer.read().decode()
        self._of.close()
        return SimpleNamespace(status=answer.status, told=lambda: text)


class Json:
    """`ЗаписьJSON` and `ЧтениеJSON`."""

    def __init__(self) -> None:
        self.text = ""

    def set_text(self, text: str = "") -> None:
        self.text = text

    def close(self) -> str:
        return self.text


def _written(writer: Json, value: Any) -> None:
    writer.text = json.dumps(value, ensure_ascii=False)


def _read(reader: Json) -> Any:
    return json.loads(reader.text, object_hook=lambda pairs: SimpleNamespace(**pairs))


def _structure(names: str, *values: Any) -> dict[str, Any]:
    return dict(zip(names.split(","), values, strict=True))


RUNTIME: dict[str, Callable[..., Any] | Any] = {
    "Refused": Refused,
    "HTTPСоединение": Connection,
    "HTTPЗапрос": Request,
    "ЗаписьJSON": Json,
    "ЧтениеJSON": Json,
    "ЗаписатьJSON": _written,
    "ПрочитатьJSON": _read,
    "Структура": _structure,
    "Массив": Array,
    "БуферДвоичныхДанных": Buffer,
    "ХешированиеДанных": Hashing,
    "ХешФункция": SimpleNamespace(SHA256="sha256"),
    "ПобитовоеИсключительноеИли": lambda one, other: one ^ other,
    "ПолучитьБуферДвоичныхДанныхИзДвоичныхДанных": bytes,
    "ПолучитьДвоичныеДанныеИзБуфераДвоичныхДанных": lambda buffer: Bytes(bytes(buffer)),
    "ПолучитьДвоичныеДанныеИзСтроки": lambda text: Bytes(text.encode()),
    "ПолучитьHexСтрокуИзДвоичныхДанных": lambda data: data.hex().upper(),
    "СоединитьДвоичныеДанные": lambda parts: Bytes(b"".join(parts)),
    "СтрРазделить": lambda text, sign: text.split(sign),
    "Сред": lambda text, start: text[start - 1 :],
    "НРег": str.lower,
    "Число": int,
}
