"""HTML of mails: cleaned so that it can be shown, parted from what it quotes, and read as plain text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import nh3
from lxml import etree
from lxml.html import HTMLParser, document_fromstring, tostring

if TYPE_CHECKING:
    from lxml.html import HtmlElement

TAGS = {
    "a", "abbr", "address", "article", "b", "big", "blockquote", "br", "caption", "center", "cite", "code",
    "col", "colgroup", "dd", "del", "div", "dl", "dt", "em", "figure", "figcaption", "font", "footer", "h1",
    "h2", "h3", "h4", "h5", "h6", "header", "hr", "i", "img", "ins", "kbd", "li", "main", "mark", "ol", "p",
    "pre", "q", "s", "samp", "section", "small", "span", "strike", "strong", "sub", "sup", "table", "tbody",
    "td", "tfoot", "th", "thead", "tr", "tt", "u", "ul", "var", "wbr",
}  # fmt: skip
BOX = {"align", "bgcolor", "border", "cellpadding", "cellspacing", "height", "valign", "width", "colspan", "rowspan"}
ATTRIBUTES = {
    "*": {"style", "dir", "lang", "title", "align"},
    "a": {"href"},
    "img": {"src", "alt", "width", "height", "border"},
    "font": {"color", "size", "face"},
    "table": BOX,
    "td": BOX,
    "th": BOX,
    "tr": BOX,
    "col": BOX,
    "ol": {"start", "type"},
}
# None of these may hold an address, so a mail cannot call home through its styles
STYLES = {
    "background-color", "border", "border-bottom", "border-collapse", "border-color", "border-left",
    "border-radius", "border-right", "border-spacing", "border-style", "border-top", "border-width", "color",
    "direction", "display", "font", "font-family", "font-size", "font-style", "font-weight", "height",
    "letter-spacing", "line-height", "list-style-type", "margin", "margin-bottom", "margin-left",
    "margin-right", "margin-top", "max-width", "min-width", "padding", "padding-bottom", "padding-left",
    "padding-right", "padding-top", "table-layout", "text-align", "text-decoration", "text-indent",
    "text-transform", "vertical-align", "white-space", "width", "word-break",
}  # fmt: skip
BLOCKS = frozenset({
    "address", "article", "blockquote", "center", "dd", "div", "dl", "dt", "figure", "footer", "h1", "h2", "h3",
    "h4", "h5", "h6", "header", "hr", "li", "main", "ol", "p", "pre", "section", "table", "tr", "ul",
})  # fmt: skip
SILENT = frozenset(("head", "script", "style", "title", "template"))
IMAGE = re.compile(r'<img((?:\s+[\w-]+(?:="[^"]*")?)*)\s*/?>')
REMOTE = re.compile(r'\ssrc="((?:https?:)?//[^"]*)"', re.IGNORECASE)
LARGEST = 2_000_000

# After these marks everything is quoted, whatever follows
MARKS = (
    "//*[@id='divRplyFwdMsg' or @id='appendonsend' or @id='OLK_SRC_BODY_SECTION']",
    "//*[@id='mail-editor-reference-message-container']",
    "//div[contains(concat(' ', @class, ' '), ' gmail_quote ')]",
    "//*[contains(@class, 'mailru-blockquote') or contains(@class, 'moz-cite-prefix')]",
    "//*[contains(@class, 'yahoo_quoted')]",
    "//div[contains(@style, 'border-top:solid #') or contains(@style, 'border-top: solid #')]",
    "//div[contains(@style, 'border:none;border-top:solid') or contains(@style, 'border:none; border-top:solid')]",
)
# These only quote when nobody writes below them
CITES = ("//blockquote[@type='cite']", "//blockquote[contains(@class, 'gmail_quote')]", "//blockquote")


@dataclass(frozen=True)
class SafeHtml:
    """HTML that may be shown: the new part, the quoted part, and whether pictures of other servers were held back."""

    fresh: str
    quoted: str
    has_remote_images: bool
    text: str


def read(html: str) -> SafeHtml:
    """
    Clean a mail's HTML, part it from its quotation and read it as text.

    :raises ValueError: there is nothing in it that could be read as HTML.
    """
    tree = parse(html)
    text = as_text(tree)
    quoted = _cut_quotation(tree)
    fresh, some = clean(_source(tree))
    old, more = clean(quoted)
    return SafeHtml(fresh, old, some or more, text)


def parse(html: str) -> HtmlElement:
    """
    Read HTML of any quality.

    :raises ValueError: the text is empty or holds no elements.
    """
    # libxml2 takes NUL for the end and obeys a charset that was already applied
    source = re.sub(r"<\?xml[^>]*>", "", html).replace("\x00", "").encode("utf-8", "replace")
    # a long talk in Outlook nests deeper than the 255 levels that libxml2 takes by default; the size is limited by us
    parser = HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True)
    try:
        return document_fromstring(source, parser=parser)
    except etree.LxmlError as error:
        raise ValueError(str(error)) from error


def clean(html: str) -> tuple[str, bool]:
    """Keep what may be shown; pictures from other servers wait in `data-remote-src` until the reader asks for them."""
    if not html.strip():
        return "", False
    safe = nh3.clean(
        html,
        tags=TAGS,
        attributes=ATTRIBUTES,
        attribute_filter=_only_whole_addresses,
        clean_content_tags={"script", "style", "title", "template"},
        url_schemes={"http", "https", "mailto", "tel", "cid"},
        filter_style_properties=STYLES,
        link_rel="noopener noreferrer nofollow",
        set_tag_attribute_values={"a": {"target": "_blank"}},
    )
    blocked = IMAGE.sub(lambda image: REMOTE.sub(r' data-remote-src="\1"', image[0]), safe)
    return blocked.strip(), blocked != safe


def _only_whole_addresses(tag: str, attribute: str, value: str) -> str | None:
    if attribute in {"href", "src"} and not re.match(r"\s*(?:https?:|mailto:|tel:|cid:|//)", value, re.IGNORECASE):
        return None
    if attribute == "style" and re.search(r"url\s*\(|expression|@import|\\", value, re.IGNORECASE):
        return None
    return value


def as_text(tree: HtmlElement) -> str:
    """Plain text as a reader sees it: a line for each block, cells of a row parted by tabs, addresses after links."""
    out: list[str] = []
    silent = 0
    for event, element in etree.iterwalk(tree, events=("start", "end")):
        name = element.tag if isinstance(element.tag, str) else ""
        silent += (name in SILENT) * (1 if event == "start" else -1)
        if not silent:
            out.append(_opening(element, name) if event == "start" else _closing(element, name))
        if event == "end" and element.tail and not silent:
            out.append(_spaced(element.tail))
    return _tidy("".join(out))


def _opening(element: HtmlElement, name: str) -> str:
    before = "\n" if name in BLOCKS or name == "br" else ""
    bullet = "- " if name == "li" else ""
    return before + bullet + _spaced(element.text or "")


def _closing(element: HtmlElement, name: str) -> str:
    if name in {"td", "th"}:
        return "\t"
    if name == "a":
        target = element.get("href", "").strip()
        said = "".join(element.itertext()).strip()
        return f" <{target}>" if target.startswith("http") and target.rstrip("/") != said.rstrip("/") and said else ""
    return "\n" if name in BLOCKS else ""


def _spaced(text: str) -> str:
    return re.sub(r"[ \t\r\n\f]+", " ", text)


def _tidy(text: str) -> str:
    lines = (
        "\t".join(cell.strip() for cell in line.replace("\xa0", " ").strip().split("\t")) for line in text.split("\n")
    )
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _cut_quotation(tree: HtmlElement) -> str:
    start = _quotation_start(tree)
    if start is None:
        return ""
    pieces = [_source(start)]
    element = start
    # all that follows the mark belongs to it, on every level up to the body
    while (parent := element.getparent()) is not None and parent.tag != "html":
        for follower in list(element.itersiblings()):
            pieces.append(_source(follower))
            parent.remove(follower)
        element = parent
    start.drop_tree()
    return "".join(pieces)


def _quotation_start(tree: HtmlElement) -> HtmlElement | None:
    for path in MARKS:
        found = tree.xpath(path)
        if found and _text_before(found[0]):
            return found[0]
    for path in CITES:
        found = tree.xpath(path)
        if found and _text_before(found[-1]) and not _text_after(found[-1]):
            return found[-1]
    return None


def _text_before(element: HtmlElement) -> bool:
    return any(str(text).strip() for text in element.xpath("preceding::text()[not(ancestor::head or ancestor::style)]"))


def _text_after(element: HtmlElement) -> bool:
    return any(str(text).strip() for text in element.xpath("following::text()[not(ancestor::style)]"))


def _source(element: HtmlElement) -> str:
    # a tail outlives drop_tree() and goes with the text it follows
    return str(tostring(element, encoding="unicode"))
