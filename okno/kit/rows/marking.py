"""Marking what was asked for in a text: pieces of it, those that fit told from the rest."""

from __future__ import annotations

import re
from collections.abc import Iterator

from okno.kit.search import words_of

# How much of a word must be alike: endings differ, «поставка» marks «поставок».
FEWEST, ENDING = 3, 2


def marked(text: str, asked: str) -> list[tuple[str, bool]]:
    """The text in pieces, each with whether it was asked for; case, «ё» and endings do not matter."""
    tests = [_test(word) for word in words_of(asked)]
    if not text or not tests:
        return [(text, False)] if text else []
    pattern = re.compile("|".join(sorted(tests, key=len, reverse=True)))
    return list(_pieces(text, pattern))


def _test(word: str) -> str:
    """The word itself anywhere, or its beginning with another ending at the beginning of a word."""
    stem = word[: max(FEWEST, len(word) - ENDING)]
    return rf"\b{re.escape(stem)}\w*|{re.escape(word)}" if len(word) > FEWEST else re.escape(word)


def _pieces(text: str, pattern: re.Pattern[str]) -> Iterator[tuple[str, bool]]:
    folded, begin = text.lower().replace("ё", "е"), 0
    # Small letters of some alphabets are longer than capital ones: places would not fit.
    for found in pattern.finditer(folded) if len(folded) == len(text) else ():
        if found.start() > begin:
            yield text[begin : found.start()], False
        yield text[found.start() : found.end()], True
        begin = found.end()
    if begin < len(text):
        yield text[begin:], False
