"""Everything said to people is said in Russian, and the tool that gathers texts reads all their shapes."""

from __future__ import annotations

import gettext
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.urls import get_resolver

from okno.fronts.home.queries import known_events
from okno.kit.translations import compile_all
from okno.kit.web.pages.command import CommandPage
from tools import messages
from tools.extraction import Place, Text, all_texts, in_python, in_template

PYTHON = """
from django.utils.translation import gettext_lazy as _, ngettext, pgettext
TITLE = _("Title")
LONG = _("one " "two")
def told(n, word):
    return [ngettext("%(n)s row", "%(n)s rows", n), pgettext("a deal", "Open"), _(word)]
"""
TEMPLATE = """{% load i18n %}
<h1>{% translate "Deals" %}</h1>
{% translate "Open" context "a deal" as open %}
{% blocktranslate trimmed with name=client.name %}
    Sent by
    {{ name }}.
{% endblocktranslate %}
{% blocktranslate count n=rows %}{{ n }} row{% plural %}{{ n }} rows{% endblocktranslate %}
{{ value|default:_("none") }}
"""
SHARED = """
msgid "Title"
msgstr "Заголовок"

msgctxt "a deal"
msgid "Open"
msgstr "Открыта"

msgid "%(n)s row"
msgid_plural "%(n)s rows"
msgstr[0] "%(n)s строка"
msgstr[1] "%(n)s строки"
msgstr[2] "%(n)s строк"
"""


@pytest.fixture
def locale(tmp_path: Path) -> Path:
    (tmp_path / "ru").mkdir()
    (tmp_path / "ru" / "deals.po").write_text(SHARED, encoding="utf-8")
    return tmp_path


def said(*texts: Text) -> dict[Text, Place]:
    return {text: Place(Path("deals.py"), 1) for text in texts}


def test_in_python_reads_every_shape(tmp_path: Path):
    file = tmp_path / "x.py"
    file.write_text(PYTHON, encoding="utf-8")
    assert {text for text, _ in in_python(file)} == {
        Text("", "Title"),
        Text("", "one two"),
        Text("", "%(n)s row", "%(n)s rows"),
        Text("a deal", "Open"),
    }


def test_in_template_reads_every_shape(tmp_path: Path):
    file = tmp_path / "x.html"
    file.write_text(TEMPLATE, encoding="utf-8")
    assert {text for text, _ in in_template(file)} == {
        Text("", "Deals"),
        Text("a deal", "Open"),
        Text("", "Sent by %(name)s."),
        Text("", "%(n)s row", "%(n)s rows"),
        Text("", "none"),
    }


def test_merge_makes_a_catalogue_that_speaks(locale: Path):
    messages.merge(locale)
    compile_all(locale)
    spoken = gettext.translation("django", locale, ["ru"])
    assert spoken.gettext("Title") == "Заголовок"
    assert spoken.pgettext("a deal", "Open") == "Открыта"
    assert [spoken.ngettext("%(n)s row", "%(n)s rows", n) % {"n": n} for n in (1, 3, 11)] == [
        "1 строка",
        "3 строки",
        "11 строк",
    ]


def test_merge_writes_only_what_changed(locale: Path):
    assert messages.merge(locale) is True
    assert messages.merge(locale) is False


def test_compile_all_writes_only_what_is_newer(locale: Path):
    messages.merge(locale)
    assert len(compile_all(locale)) == 1
    assert compile_all(locale) == []


def test_report_tells_what_has_no_russian(locale: Path):
    told = messages.report(said(Text("", "Title"), Text("", "Deal")), locale)
    assert told.missing == ["deals.py:1 'Deal'"]


def test_report_tells_what_lacks_its_plural(locale: Path):
    told = messages.report(said(Text("", "Title", "Titles")), locale)
    assert told.missing == ["deals.py:1 'Title'"]


def test_report_tells_what_is_written_in_russian(locale: Path):
    told = messages.report(said(Text("", "Сделка")), locale)
    assert told.russian == ["deals.py:1 'Сделка'"]


def test_report_tells_what_is_said_nowhere(locale: Path):
    told = messages.report(said(Text("", "Title"), Text("", "%(n)s row", "%(n)s rows")), locale)
    assert told.unused == ["'Open'"]


def test_report_tells_of_two_translations(locale: Path):
    (locale / "ru" / "other.po").write_text('msgid "Title"\nmsgstr "Название"\n', encoding="utf-8")
    told = messages.report({}, locale)
    assert told.clashing == ["'Title' in other.po: 'Заголовок' and 'Название'"]


def test_a_fragment_that_cannot_be_read_is_named_with_its_line(locale: Path):
    (locale / "ru" / "other.po").write_text('msgid "Title"\noops\n', encoding="utf-8")
    with pytest.raises(SystemExit, match=r"other\.po:\d+"):
        messages.gathered(locale)


def test_texts_of_the_house_are_all_in_russian():
    told = messages.report(all_texts())
    assert (told.missing, told.clashing, told.russian) == ([], [], [])


def test_catalogue_is_what_the_fragments_make():
    assert messages.is_fresh()


def test_every_form_of_a_command_says_in_words_what_it_does():
    assert get_resolver().url_patterns
    nameless = {
        f"{page.__module__}.{page.__name__}"
        for page in _pages_of_commands(CommandPage)
        if str(page.command.label) == page.command.name and not (page.title and page.submit)
    }
    assert nameless == set()


def test_every_event_that_webhooks_ask_for_says_in_words_what_it_tells():
    assert [name for name, told in known_events() if str(told) == name] == []


def _pages_of_commands(page: type[CommandPage]) -> Iterator[type[CommandPage]]:
    """Those of the house that give a command; tests have toys of their own."""
    for one in page.__subclasses__():
        yield from _pages_of_commands(one)
        if hasattr(one, "command") and ".tests" not in one.__module__ and one.__module__.startswith("okno."):
            yield one
