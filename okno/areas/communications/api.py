"""HTTP endpoints of mail: letters within reach are written, given to others and dealt with; mailboxes are looked at."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from ninja import Router, Schema

from okno.areas.communications import commands, queries
from okno.areas.communications.record import ACCOUNT, MAIL
from okno.kit import api, permissions, reached
from okno.kit import letters as texts
from okno.kit.api.asking import Id, actor_of
from okno.kit.api.giving import Giving
from okno.kit.api.operations import operation

# What is no id stands before the addresses of rows.
router = Router()
giving = Giving(router, "communications")
giving.post("/mail/send-out", commands.send_out)
api.record_router(MAIL, queries.mails, commands=[commands.assign, commands.handle, commands.link], router=router)
api.record_router(ACCOUNT, queries.accounts, path="/mailboxes", commands=[commands.drop_account], router=router)
giving.post("/mail", commands.write, without=["uploads"])
giving.post("/mail/{id}/send-again", commands.send_again, on="mail")


class LetterText(Schema):
    """A text of a letter about a row, made by a template; `problem` says what is wrong with the template."""

    template: int
    name: str
    subject: str
    text: str
    problem: str


@operation(
    router, "GET", "/records/{record}/{id}/letters", name="communications_letters", answer=list[LetterText],
    summary=_("Texts of letters about a row"), tag="communications",
)  # fmt: skip
def letters(request: HttpRequest, record: str, id: Id) -> Any:  # noqa: A002 - the name in addresses
    """What templates make of a row, the default one first: subject and text, ready to be sent with `POST /mail`."""
    actor = actor_of(request)
    permissions.check_may(actor, commands.write.name)
    reached.the_row(actor, record, id)
    return [
        {"template": one.id, "name": one.name, "subject": one.subject, "text": one.text, "problem": one.problem}
        for one in texts.about(actor, record, id)
    ]
