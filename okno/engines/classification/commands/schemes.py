"""Schemes are set up, changed and marked for deletion."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from okno.engines.classification import rules
from okno.engines.classification.commands import showing
from okno.engines.classification.models import Scheme
from okno.kit.commands import command
from okno.kit.errors import Refused
from okno.kit.permissions import Actor


@command("classification.add", label=gettext_lazy("Add a scheme of classes"))
def add(
    *,
    actor: Actor,
    name: str,
    record: str,
    of: str,
    link: str,
    day: str,
    amount: str = "",
    condition: dict[str, Any] | None = None,
    months: int = 12,
    a_share: Decimal = Decimal(80),
    b_share: Decimal = Decimal(95),
    x_spread: Decimal = Decimal(25),
    y_spread: Decimal = Decimal(60),
    drop: Decimal = Decimal(30),
    is_main: bool = False,
) -> Scheme:
    """
    Set up how rows of a record are classified; the first scheme of a record is its main one.

    :raises Refused: the name is taken, or the parts do not fit together.
    """
    made = Scheme(
        name=_free_name(name), record=record, of=of, link=link, day=day, amount=amount, condition=condition,
        months=months, a_share=a_share, b_share=b_share, x_spread=x_spread, y_spread=y_spread, drop=drop,
    )  # fmt: skip
    rules.check_scheme(made)
    showing.wait_for_others(record)
    made.is_main = is_main or not _main_of(record).exists()
    _make_room(made)
    made.save()
    return made


@command("classification.change", label=gettext_lazy("Change the scheme"))
def change(
    *,
    actor: Actor,
    scheme: Scheme,
    name: str,
    day: str,
    amount: str = "",
    condition: dict[str, Any] | None = None,
    months: int = 12,
    a_share: Decimal = Decimal(80),
    b_share: Decimal = Decimal(95),
    x_spread: Decimal = Decimal(25),
    y_spread: Decimal = Decimal(60),
    drop: Decimal = Decimal(30),
    is_main: bool = False,
) -> Scheme:
    """
    Change a scheme; what was worked out stays as it is until it is worked out anew, and is the fields of rows once the
    scheme is the main one.

    :raises Refused: the name is taken, or the parts do not fit together.
    """
    scheme.name = _free_name(name, scheme.pk)
    scheme.day, scheme.amount, scheme.condition, scheme.months = day, amount, condition, months
    scheme.a_share, scheme.b_share, scheme.x_spread, scheme.y_spread = a_share, b_share, x_spread, y_spread
    scheme.drop = drop
    rules.check_scheme(scheme)
    showing.wait_for_others(scheme.record)
    scheme.is_main = is_main or scheme.is_main
    _make_room(scheme)
    scheme.save()
    if scheme.is_main:
        showing.show(scheme)
    return scheme


@command("classification.delete", label=gettext_lazy("Mark for deletion"))
def delete(*, actor: Actor, scheme: Scheme) -> Scheme:
    """Mark a scheme for deletion; its classes are fields of rows no more."""
    showing.wait_for_others(scheme.record)
    if scheme.is_main:
        with showing.changing(scheme.record):
            showing.hide(scheme.record)
    scheme.is_deleted, scheme.is_main = True, False
    scheme.save(update_fields=["is_deleted", "is_main"])
    return scheme


def _main_of(record: str) -> Any:
    return Scheme.objects.filter(record=record, is_main=True, is_deleted=False)


def _make_room(scheme: Scheme) -> None:
    """One scheme of a record is the main one."""
    if scheme.is_main:
        _main_of(scheme.record).exclude(pk=scheme.pk).update(is_main=False)


def _free_name(name: str, own: int = 0) -> str:
    found = name.strip()[:100]
    if not found:
        raise Refused("classification.name", _("Write what it is called."), missing=["name"])
    if Scheme.objects.filter(name__iexact=found, is_deleted=False).exclude(pk=own).exists():
        raise Refused("classification.name_taken", _("There is a scheme of this name already."), missing=["name"])
    return found
