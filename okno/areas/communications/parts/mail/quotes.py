"""Which part of a mail is new, which is a signature and which is quoted: Russian and English ways of quoting."""

from __future__ import annotations

import re
from typing import NamedTuple

DATE = (
    r"(?:\d{1,2}[./]\d{1,2}[./]\d{2,4}|\d{4}-\d{2}-\d{2}|\d{1,2}\s+[а-яё]{3,9}\.?\s+\d{4}"
    r"|[A-Z][a-z]{2,8}\s+\d{1,2},?\s+\d{4}|\d{1,2}\s+[A-Z][a-z]{2,8}\.?\s+\d{4})"
)
SAID = r"(?:написал(?:\(?а?\)?|а|и)?|пишет|писал(?:\(?а?\)?|а)?|wrote|writes)"

# A line (or two or three that a mailer has wrapped) after which the quotation begins
ATTRIBUTIONS = tuple(
    re.compile(pattern, re.IGNORECASE | re.DOTALL)
    for pattern in (
        # Apple Mail, Gmail, Thunderbird: «21 нояб. 2026 г., в 10:15, Иван <i@x.ru> написал(а):», «On ... wrote:»
        rf"^.{{0,250}}\b{SAID}\s*:\s*$",
        # Mail.ru: «Вторник, 4 марта 2026, 10:00 +03:00 от Имя <i@x.ru>:»
        rf"^.{{0,40}}{DATE}.{{0,40}}\s(?:от|from)\s.{{1,150}}<?\S+@\S+>?\s*:\s*$",
        # Yandex: «12.03.2026, 10:15, "Имя" <i@x.ru>:»
        rf"^.{{0,20}}{DATE},?\s.{{0,20}}\d{{1,2}}:\d{{2}}.{{0,120}}<?\S+@\S+>?\s*:\s*$",
    )
)
SEPARATOR = re.compile(
    r"^\s*[-_*=]{2,}\s*(?:исходное сообщение|пересылаемое сообщение|пересланное сообщение|пересланн\w+ письмо|"
    r"начало переадресованного сообщения|original message|forwarded message|original appointment)\s*[-_*=]*\s*$"
    r"|^\s*(?:начало переадресованного сообщения|begin forwarded message)\s*:\s*$",
    re.IGNORECASE,
)
FROM = re.compile(r"^[\s*>]*(?:от|from|от кого)\s*:\s*\S", re.IGNORECASE)
MORE_OF_BLOCK = re.compile(r"^[\s*>]*(?:отправлено|дата|кому|копия|тема|sent|date|to|cc|subject)\s*:", re.IGNORECASE)
SIGNATURE_MARK = re.compile(r"^--\s?$")
SIGNATURE_WORDS = re.compile(
    r"^\s*(?:[-–—]{1,3}\s*)?(?:с\s+(?:\w+\s+)?уважением|с наилучшими пожеланиями|best regards|kind regards|regards"
    r"|sincerely|отправлено (?:из|с) (?:\w+\s){0,3}\w+|sent from my \w+)\b",
    re.IGNORECASE,
)
LONGEST_SIGNATURE = 15
LONGEST_SCAN = 5_000
# No mailer writes a longer one, and patterns must not crawl over what somebody made to slow us
LONGEST_LINE = 500


class Split(NamedTuple):
    """The parts of a text; joined by new lines they give it back."""

    reply: str
    signature: str
    quoted: str


def split(text: str) -> Split:
    """
    Part what the sender wrote now from his signature and from what he quotes.

    Answers between the lines of a quotation are left as they are: parting them would lose what they answer.
    """
    lines = text.split("\n")
    start = _quotation_start(lines)
    fresh, quoted = lines[:start], lines[start:]
    end = _signature_start(fresh)
    return Split(_joined(fresh[:end]), _joined(fresh[end:]), _joined(quoted))


def _joined(lines: list[str]) -> str:
    return "\n".join(lines).strip("\n").rstrip()


def _quotation_start(lines: list[str]) -> int:
    for at, line in enumerate(lines[:LONGEST_SCAN]):
        if len(line) > LONGEST_LINE:
            continue
        if SEPARATOR.match(line) or _is_outlook_block(lines, at):
            return at
        if height := _attribution_height(lines, at):
            return at if _all_quoted(lines, at + height) else len(lines)
    return _trailing_quote(lines)


def _is_outlook_block(lines: list[str], at: int) -> bool:
    if not FROM.match(lines[at]):
        return False
    following = [line for line in lines[at + 1 : at + 8] if line.strip()][:4]
    return sum(bool(MORE_OF_BLOCK.match(line)) for line in following) >= 2


def _attribution_height(lines: list[str], at: int) -> int:
    """How many lines the attribution that begins here takes; nothing when none begins."""
    if not lines[at].strip() or lines[at].lstrip().startswith(">"):
        return 0
    for height in (1, 2, 3):
        block = lines[at : at + height]
        joined = " ".join(line.strip() for line in block)
        if not block[-1].strip() or len(block[-1]) > LONGEST_LINE or not _names_somebody(block[0]):
            return 0
        if any(pattern.match(joined) for pattern in ATTRIBUTIONS):
            return height
    return 0


def _names_somebody(line: str) -> bool:
    """A date or an address stands in the line: «Он написал:» alone is the sender's own sentence."""
    return (
        "@" in line or re.search(DATE, line, re.IGNORECASE) is not None or re.search(r"\d{1,2}:\d{2}", line) is not None
    )


def _all_quoted(lines: list[str], start: int) -> bool:
    """Nothing new below: either every line is marked, or no line is (the mailer quotes without marks)."""
    rest = [line for line in lines[start:] if line.strip()]
    marked = sum(line.lstrip().startswith(">") for line in rest)
    if not marked:
        return True
    last_marked = max(place for place, line in enumerate(rest) if line.lstrip().startswith(">"))
    own = [line for line in rest[:last_marked] if not line.lstrip().startswith(">")]
    # a signature may stand below the quotation; a longer text there is the answer
    return len(own) <= marked // 4 and len(rest) - 1 - last_marked <= 2


def _trailing_quote(lines: list[str]) -> int:
    at = len(lines)
    while at and (not lines[at - 1].strip() or lines[at - 1].lstrip().startswith(">")):
        at -= 1
    return at if any(line.strip() for line in lines[at:]) and at else len(lines)


def _signature_start(lines: list[str]) -> int:
    for at in range(len(lines) - 1, max(len(lines) - LONGEST_SIGNATURE - 10, -1), -1):
        if SIGNATURE_MARK.match(lines[at]):
            return at
    for at in range(max(len(lines) - LONGEST_SIGNATURE, 0), len(lines)):
        if SIGNATURE_WORDS.match(lines[at]):
            return at
    return len(lines)
