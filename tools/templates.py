"""Reads every template as a browser and a translator would: no inline code or style, no text left in one language."""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path

from tools.house import ROOT, templates

TAG = re.compile(r"({%.*?%}|{{.*?}}|{#.*?#})")
# Stands for what a variable or a translated text will be; a letter of no alphabet, so it is never taken for a text.
PLACEHOLDER = "\ue000"
SILENT = re.compile(r"{%\s*(blocktranslate|blocktrans|comment|verbatim)\b")
SPEAKS_AGAIN = re.compile(r"{%\s*end(blocktranslate|blocktrans|comment|verbatim)\b")
# Words that are the same in both languages.
NEUTRAL = re.compile(
    r"\b(Okno|1C|API|JSON|CSV|XLSX|XML|PDF|PNG|SVG|HTTPS?|URL|ID|UTC|UTM|QR|Ctrl|Alt|Shift|Esc|Enter|Tab)\b"
)
WORD = re.compile(r"[^\W\d_]{2,}")
# An exception is a comment with its reason on the same line or the one above; "literal file" speaks for the whole file.
EXCUSE = re.compile(r"{#\s*literal: \S.+#}")
FILE_EXCUSE = re.compile(r"{#\s*literal file: \S.+#}")
READ_ALOUD = {"title", "placeholder", "aria-label", "alt", "aria-description", "data-confirm", "label"}
UNREAD = {"script", "style", "code", "kbd", "pre", "samp"}
DATA_SCRIPTS = {"application/json", "application/ld+json", "importmap"}


@dataclass(frozen=True)
class Fault:
    """One thing that a template must not do."""

    path: Path
    line: int
    what: str

    def __str__(self) -> str:
        shown = self.path.relative_to(ROOT) if self.path.is_relative_to(ROOT) else self.path
        return f"{shown}:{self.line}: {self.what}"


@dataclass
class Reader(HTMLParser):
    """Walks the HTML of one template, its Django tags already replaced by placeholders."""

    is_text_checked: bool = True
    found: list[tuple[int, str]] = field(default_factory=list)
    open_tags: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in UNREAD:
            self.open_tags.append(tag)
        given = dict(attrs)
        if tag == "script" and "src" not in given and given.get("type") not in DATA_SCRIPTS:
            self.fault("inline <script>: write an island")
        if tag == "style":
            self.fault("inline <style>: write it into the style sheet")
        for name, value in attrs:
            self.attribute(name, value or "")

    def attribute(self, name: str, value: str) -> None:
        if name == "style":
            self.fault("style attribute: write a class")
        if re.fullmatch(r"on[a-z]+", name):
            self.fault(f"{name} attribute: write an island")
        if name in READ_ALOUD:
            self.words(value)

    def handle_endtag(self, tag: str) -> None:
        if tag in self.open_tags:
            self.open_tags.remove(tag)

    def handle_data(self, data: str) -> None:
        if not self.open_tags:
            self.words(data)

    def words(self, text: str) -> None:
        if not self.is_text_checked:
            return
        for line, row in enumerate(text.split("\n"), self.getpos()[0]):
            if WORD.search(NEUTRAL.sub("", row)):
                self.found.append((line, f"text in one language: {row.strip()[:60]!r}"))

    def fault(self, what: str) -> None:
        self.found.append((self.getpos()[0], what))


def bare(source: str) -> str:
    """The template without its Django tags and without what they translate; lines stay where they were."""
    kept, silent = [], 0
    for piece in TAG.split(source):
        if SILENT.match(piece):
            silent += 1
        elif SPEAKS_AGAIN.match(piece):
            silent -= 1
        elif silent or piece.startswith(("{%", "{#")):
            kept.append(re.sub(r"[^\n]", "", piece))
        else:
            kept.append(PLACEHOLDER if piece.startswith("{{") else piece)
    return "".join(kept)


def faults(path: Path, source: str) -> list[Fault]:
    """Everything wrong with one template, excused lines left out."""
    lines = source.split("\n")
    reader = Reader(is_text_checked=not any(FILE_EXCUSE.search(line) for line in lines[:3]))
    if path.suffix == ".html":
        reader.feed(bare(source))
        reader.close()
    else:
        reader.words(bare(source))
    return [Fault(path, line, what) for line, what in reader.found if not excused(lines, line)]


def excused(lines: list[str], line: int) -> bool:
    return any(EXCUSE.search(row) for row in lines[max(line - 2, 0) : line])


def check() -> list[Fault]:
    """Faults of all templates that people read."""
    paths = [path for path in templates() if path.suffix in {".html", ".txt"}]
    return [fault for path in paths for fault in faults(path, path.read_text(encoding="utf-8"))]


def main() -> int:
    found = check()
    print("\n".join(str(fault) for fault in found) or "All templates are clean.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
