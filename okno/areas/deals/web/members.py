"""Co-executors of a deal: the panel of its card, and letting them in to the client when they have no access to it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from okno.areas.clients.models import ClientMember
from okno.areas.deals import commands, queries
from okno.areas.deals.models import Deal
from okno.kit.permissions import Actor
from okno.kit.rows.cells import short_name
from okno.kit.web import pages
from okno.kit.web.forms import LinkField


class Member(forms.Form):
    """Which colleague; how far to let them in to the client is asked when they have no access to it."""

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["user"] = LinkField(actor, "access.user", label=_("Colleague"))
        choices = [("", _("do not let in")), *ClientMember.Level.choices]
        self.fields["level"] = forms.ChoiceField(label=_("Access to the client"), choices=choices, required=False)


class Dropped(forms.Form):
    """Which colleague is not needed any more."""

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["user"] = LinkField(actor, "access.user", label=_("Colleague"))


class AddMember(pages.CommandPage):
    """A colleague who works on the deal too."""

    command, form, on, query = commands.add_member, Member, "deal", queries.deal_for_card
    submit, stays = _("Add"), True


class DropMember(pages.CommandPage):
    """A colleague who works on the deal no more."""

    command, form, on, query = commands.drop_member, Dropped, "deal", queries.deal_for_card
    stays = True


def members(actor: Actor, deal: Deal) -> dict[str, Any]:
    """Colleagues who work on a deal besides the responsible person."""
    drop_url = f"/deals/{deal.pk}/drop-member/" if actor.may("deals.drop_member") else ""
    return {
        "members": [
            {
                "name": short_name(one.user.name),
                "full_name": one.user.name,
                "user_id": one.user_id,
                "drop_url": drop_url,
            }
            for one in queries.members_of(deal)
        ],
        "create_url": f"/deals/{deal.pk}/member/" if actor.may("deals.add_member") else "",
    }
