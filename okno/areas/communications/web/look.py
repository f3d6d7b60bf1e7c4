"""How letters look: columns of the list, the letter on its page, its HTML shut in a frame."""

from __future__ import annotations

import base64
import re
from collections.abc import Sequence
from typing import Any

from django.utils.html import escape
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from okno.areas.communications import queries, rules
from okno.areas.communications.models import Mail
from okno.kit import formats, reached
from okno.kit.attachments import reading
from okno.kit.errors import allowed
from okno.kit.permissions import Actor
from okno.kit.registry import registry
from okno.kit.rows.cells import Moment
from okno.kit.web.pages import Column

Context = dict[str, Any]
COLOURS = {
    Mail.State.QUEUED: "yellow",
    Mail.State.SENT: "green",
    Mail.State.UNSURE: "yellow",
    Mail.State.FAILED: "red",
    Mail.State.BOUNCED: "red",
}
LONG_LETTER = 12
# The frame runs nothing, loads nothing and sends nothing; pictures of other servers only when the reader asks.
FRAME_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:{images}; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox"
)
FRAME_PAGE = """<!doctype html><html><head><meta charset="utf-8"><meta name="referrer" content="no-referrer">
<style>html{{color-scheme:light}}body{{margin:8px;font:14px/20px system-ui,sans-serif;color:#1d2328;background:#fff;
overflow-wrap:anywhere}}img{{max-width:100%;height:auto}}table{{max-width:100%}}
img[data-remote-src]{{min-width:24px;min-height:24px;outline:1px dashed #87929a}}</style></head>
<body>{body}</body></html>"""
NAMED_IMAGE = re.compile(r'src="cid:([^"]+)"', re.IGNORECASE)


def _who(values: Sequence[Any], _moment: Moment) -> Context:
    direction, name, address, to, is_handled = values
    if direction == Mail.Direction.OUT:
        return {"text": _("to %(whom)s") % {"whom": ", ".join(to)}, "title": ", ".join(to)}
    return {"text": name or address, "title": address, "class": "" if is_handled else "is-strong"}


def _subject(values: Sequence[Any], _moment: Moment) -> Context:
    subject, direction, is_handled = values
    unread = direction == Mail.Direction.IN and not is_handled
    return {"text": subject or _("(no subject)"), "class": "is-strong" if unread else ""}


WHO = Column(
    "who",
    gettext_lazy("Who"),
    ("direction", "from_name", "from_address", "to", "is_handled"),
    _who,
)
SUBJECT = Column("letter", gettext_lazy("Subject"), ("subject", "direction", "is_handled"), _subject)


def colour(values: Sequence[Any], _moment: Moment) -> str:
    """The colour of a row: red for what did not go out, yellow for what waits."""
    (state,) = values
    return {"failed": "red", "bounced": "red", "unsure": "yellow"}.get(state, "")


def letter(actor: Actor, mail: Mail, moment: Moment) -> Context:
    """A letter ready for its page."""
    return {
        "id": mail.pk,
        "subject": mail.subject or _("(no subject)"),
        "from": f"{mail.from_name} <{mail.from_address}>" if mail.from_name else mail.from_address,
        "to": ", ".join(mail.to),
        "cc": ", ".join(mail.cc),
        "when": formats.moment_text(mail.at, moment.at, moment.zone),
        "when_title": formats.moment_full(mail.at, moment.zone),
        "account": mail.account.address,
        "is_incoming": mail.direction == Mail.Direction.IN,
        "is_handled": mail.is_handled,
        "badge": badge(mail),
        "error": mail.error,
        "can_send_again": allowed(rules.check_can_send_again, mail),
        "text": mail.text,
        "quoted": mail.quoted,
        "html_url": f"/mail/{mail.pk}/html/" if mail.html else "",
        "has_remote": "data-remote-src=" in mail.html,
        "is_long": len(mail.html) > 4000 or mail.text.count("\n") > LONG_LETTER,
        "files": files_of(mail),
        "problems": queries.problems_of(mail),
        "client": {"name": mail.client.name, "url": f"/clients/{mail.client_id}/"} if mail.client else None,
        "about": about(actor, mail.about_record, mail.about_id),
        "owner": mail.owner.name if mail.owner else "",
    }


def badge(mail: Mail) -> Context | None:
    """The state of a letter of ours; of an incoming one, whether it waits."""
    if mail.direction == Mail.Direction.OUT:
        state = Mail.State(mail.state)
        return {"label": str(state.label), "due": COLOURS.get(state, "grey")}
    return None if mail.is_handled else {"label": _("not dealt with"), "due": "yellow"}


def about(actor: Actor, record_name: str, row_id: int | None) -> Context | None:
    """What a letter is about besides the client, when the actor may see it."""
    row = reached.row(actor, record_name, row_id)
    if row is None:
        return None
    record = registry.record(record_name)
    return {"label": str(record.label), "title": str(row), "url": record.url_of(row.pk)}


def files_of(mail: Mail) -> list[Context]:
    """Files of a letter in their latest versions."""
    return [
        {
            "id": one.pk,
            "name": one.attachment.name,
            "url": f"/files/{one.pk}/",
            "size": formats.size_text(one.size),
        }
        for one in reading.latest_of("communications.mail", mail.pk)
    ]


def framed(mail: Mail, *, with_images: bool) -> str:
    """The HTML of a letter as a page for the frame: pictures that came with it stand inside it."""
    body = mail.html.replace("data-remote-src=", "src=") if with_images else mail.html
    images = queries.inline_images(mail)

    def inside(found: re.Match[str]) -> str:
        known = images.get(found[1])
        if known is None:
            return f'alt="{escape(found[1])}"'
        return f'src="data:{escape(known[0])};base64,{base64.b64encode(known[1]).decode("ascii")}"'

    return FRAME_PAGE.format(body=NAMED_IMAGE.sub(inside, body))
