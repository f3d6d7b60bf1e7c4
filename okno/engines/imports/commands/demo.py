"""What the demo company shows of imports: clients of an exhibition brought from a file, and the settings kept of it."""

from __future__ import annotations

import io
from typing import Any

from okno.access import queries as access
from okno.access.models import User
from okno.engines.imports.commands import running, setting
from okno.engines.imports.models import Import
from okno.kit.registry import registry

RECORD = "clients.client"
# The last row is there to be refused: its INN has a slip.
FILE = """Наименование;ИНН;КПП;Телефон;Эл. почта;Город;Контакт: ФИО;Контакт: телефон
ООО «Складские решения Юг»;2310031475;231001001;8 861 200-10-20;info@sklad-yug.test;Краснодар;Ткаченко Олег;89182001020
ООО «Складские решения Юг»;2310031475;;;;;Мороз Светлана;89182001021
ИП Ахметов Р. И.;;;8 843 200-30-40;ahmetov@stellazh.test;Казань;;
ООО «Логистик Парк»;5047041033;504701001;8 495 200-50-60;office@logpark.test;Химки;Белов Денис;89162005060
ООО «Опечатка»;5047041034;;;;Химки;;
"""


def fill(size: str = "small", **_more: Any) -> list[str]:
    """Import the file in the name of the head of the company, once."""
    user = User.objects.filter(roles__code="director").order_by("pk").first()
    if user is None or RECORD not in registry.records or Import.objects.exists():
        return []
    actor = access.actor_of(user)
    row = setting.taken_in(actor, RECORD, io.BytesIO(FILE.encode("windows-1251")), "Выставка CeMAT.csv")
    settings = {**row.settings, "constants": {"source": "Выставка"}}
    row = setting.set_up(actor=actor, row=row, settings=settings)
    running.run_now(actor, row, is_dry=True)
    row = running.run_now(actor, row)
    setting.keep_settings(actor=actor, row=row, name="Клиенты с выставки", is_shared=True)
    return []
