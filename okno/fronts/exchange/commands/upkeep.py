"""Upkeep of the exchange: what grows is trimmed."""

from __future__ import annotations

import shutil
from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy

from okno.fronts.exchange.commands.packages import inbox_folder
from okno.fronts.exchange.models import ExchangeSession, Outcome, SignInFailure
from okno.kit.commands import command
from okno.kit.permissions import Actor

DULL_DAYS, FILES_DAYS = 14, 3
DULL = (Outcome.Result.UNCHANGED, Outcome.Result.IGNORED)


@command("exchange.tidy", told_as=gettext_lazy("Forget old traces of exchanges"))
def tidy(*, actor: Actor, at: datetime) -> int:
    """
    Forget outcomes older than two weeks that say that nothing changed, and files of sessions that ended three days
    ago: the packages themselves stay in the file store. Returns how many outcomes went.
    """
    old = Outcome.objects.filter(package__at__lt=at - timedelta(days=DULL_DAYS), result__in=DULL)
    gone, _by_model = old.delete()
    ended = ExchangeSession.objects.filter(last_call_at__lt=at - timedelta(days=FILES_DAYS))
    for session in ended.order_by("-id")[:1000]:
        shutil.rmtree(inbox_folder(session), ignore_errors=True)
    SignInFailure.objects.filter(last_at__lt=at - timedelta(days=1)).delete()
    return gone
