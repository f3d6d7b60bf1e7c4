"""What documents put on the shelf."""

from django.utils.translation import gettext_lazy as _

from okno.areas.documents import commands, queries
from okno.areas.documents.record import ORGANISATION
from okno.kit import letters
from okno.kit.registry import SettingsPage, registry

registry.add_record(ORGANISATION)
letters.add(letters.Maker(about=queries.letters, names=queries.names, of_row=queries.letter_of))
# The Bank of Russia sets the rates of the next day in the afternoon.
registry.every("20 8-18 * * *", commands.fetch_rates)
_GROUP = _("Documents and money")
registry.add_settings(
    SettingsPage(
        _GROUP,
        _("Organisations"),
        _("Our own legal entities, their requisites and bank accounts"),
        "/settings/organisations/",
        icon="building-community",
        permission="documents.set_organisation",
        position=300,
    ),
    SettingsPage(
        _GROUP,
        _("Texts of letters"),
        _("What letters with invoices and about deals say, with values of the record"),
        "/settings/templates/",
        icon="file-text",
        permission="documents.set_template",
        position=310,
    ),
    SettingsPage(
        _GROUP,
        _("VAT and currencies"),
        _("Rates by date; those of the Bank of Russia are loaded every day"),
        "/settings/rates/",
        icon="cash",
        permission="documents.load_rates",
        position=320,
    ),
)
