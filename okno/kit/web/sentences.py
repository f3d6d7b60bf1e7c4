"""The tags of translation for templates; a sentence that quotes a name with quotes of its own has inner ones."""

from __future__ import annotations

from django.template import Context, Library, Node
from django.template.base import Parser, Token
from django.templatetags import i18n

from okno.kit import quotes

register = Library()
register.tags.update(i18n.register.tags)
register.filters.update(i18n.register.filters)


class Sentence(Node):
    """A translated sentence with names in it."""

    def __init__(self, told: i18n.BlockTranslateNode) -> None:
        self.told = told

    def render(self, context: Context) -> str:
        """The sentence in the language of the reader."""
        return quotes.nested(self.told.render(context))


@register.tag("blocktranslate")
@register.tag("blocktrans")
def sentence(parser: Parser, token: Token) -> Sentence:
    """A translated sentence between its tags, as Django reads it."""
    return Sentence(i18n.do_block_translate(parser, token))
