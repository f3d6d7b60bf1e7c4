"""Cards of the client base: clients, legal entities with bank accounts, contacts, ways to reach them."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from okno.areas.clients.models.wording import Channel, countries, languages, zones
from okno.kit.models.base import Reach, RecordModel
from okno.kit.search import Folded, Trigrams


class Client(RecordModel):
    """
    A commercial counterparty: a company, a sole proprietor, a person, or a group of companies.

    `relation_types` is a list of what it is to us. `consents` and `refusals` are lists of channels, the last word on
    each: a trigger of the table of consents keeps them.
    """

    class Kind(models.TextChoices):
        COMPANY = "company", _("Company")
        SOLE = "sole", _("Sole proprietor")
        PERSON = "person", pgettext_lazy("a kind of client", "Person")
        GROUP = "group", _("Group of companies")

    class Status(models.TextChoices):
        PROSPECT = "prospect", _("Potential")
        ONE_OFF = "one_off", _("One-off")
        REGULAR = "regular", _("Regular")
        SLEEPING = "sleeping", _("Sleeping")
        LOST = "lost", _("Lost")
        TROUBLED = "troubled", _("Troubled")
        REFUSED = "refused", _("We do not work together")

    name = models.CharField(pgettext_lazy("a company", "Name"), max_length=255)
    name_key = models.CharField(max_length=255, default="", editable=False)
    kind = models.CharField(_("Kind"), max_length=10, choices=Kind, default=Kind.COMPANY)
    status = models.CharField(_("Status"), max_length=10, choices=Status, default=Status.PROSPECT)
    relation_types = models.JSONField(_("What it is to us"), default=list, blank=True)
    inn = models.CharField(_("INN"), max_length=12, blank=True, default="")
    is_nonresident = models.BooleanField(_("Not a resident of Russia"), default=False)
    country = models.CharField(_("Country"), max_length=2, choices=countries, blank=True, default="")
    tax_number = models.CharField(_("Tax number abroad"), max_length=40, blank=True, default="")
    phone = models.CharField(_("Phone"), max_length=40, blank=True, default="")
    email = models.CharField(_("E-mail"), max_length=254, blank=True, default="")
    site = models.CharField(_("Site"), max_length=200, blank=True, default="")
    city = models.CharField(_("City"), max_length=100, blank=True, default="")
    address = models.CharField(_("Address"), max_length=500, blank=True, default="")
    source = models.CharField(_("Source"), max_length=100, blank=True, default="")
    time_zone = models.CharField(_("Time zone"), max_length=40, choices=zones, blank=True, default="")
    preferred_channel = models.CharField(_("Preferred channel"), max_length=10, choices=Channel, blank=True, default="")
    language = models.CharField(_("Language"), max_length=3, choices=languages, blank=True, default="")
    consents = models.JSONField(_("Consents to mailings"), default=list, blank=True, editable=False)
    refusals = models.JSONField(_("Refused mailings"), default=list, blank=True, editable=False)
    logo = models.ForeignKey(
        "kit.Attachment", models.SET_NULL, null=True, blank=True, db_index=False, related_name="+", editable=False
    )
    comment = models.TextField(_("Comment"), blank=True, default="")
    is_vip = models.BooleanField(_("VIP"), default=False)
    owner = models.ForeignKey("access.User", models.PROTECT, null=True, blank=True, db_index=False, related_name="+")
    department = models.ForeignKey(
        "access.Department", models.PROTECT, null=True, blank=True, db_index=False, related_name="+"
    )

    reach: ClassVar[Reach] = Reach(
        owner="owner_id",
        department="department_id",
        participants=("clients.ClientMember", "client_id", "user_id"),
    )

    class Meta:
        indexes: ClassVar = [
            models.Index(Folded(F("name")), F("id"), name="clients_client_by_name"),
            GinIndex(Trigrams(F("name")), name="clients_client_name_trgm"),
            models.Index(fields=["name_key"], name="clients_client_name_key"),
            GinIndex(Trigrams(F("name_key")), name="clients_client_key_trgm"),
            models.Index(fields=["inn"], name="clients_client_inn", condition=~Q(inn="")),
            models.Index(fields=["owner", "-id"], name="clients_client_owner"),
            models.Index(fields=["department", "-id"], name="clients_client_department"),
        ]

    def __str__(self) -> str:
        return self.name


class ClientMember(models.Model):
    """A colleague who works with a client besides the responsible one."""

    class Level(models.TextChoices):
        VIEW = "view", _("May look")
        WORK = "work", _("May work")

    client = models.ForeignKey(Client, models.CASCADE, db_index=False, related_name="members")
    user = models.ForeignKey("access.User", models.CASCADE, related_name="+")
    level = models.CharField(_("Level"), max_length=10, choices=Level, default=Level.WORK)

    journalled: ClassVar[bool] = True

    class Meta:
        verbose_name = _("colleague of a client")
        verbose_name_plural = _("colleagues of clients")
        constraints: ClassVar = [models.UniqueConstraint(fields=["client", "user"], name="clients_member_once")]

    def __str__(self) -> str:
        return f"{self.client} · {self.user}"


class LegalEntity(RecordModel):
    """A registered entity of a client, as documents name it."""

    client = models.ForeignKey(Client, models.CASCADE, related_name="legal_entities")
    name = models.CharField(pgettext_lazy("a company", "Name"), max_length=255)
    full_name = models.CharField(_("Full name"), max_length=500, blank=True, default="")
    inn = models.CharField(_("INN"), max_length=12, blank=True, default="")
    kpp = models.CharField(_("KPP"), max_length=9, blank=True, default="")
    ogrn = models.CharField(_("OGRN"), max_length=15, blank=True, default="")
    is_nonresident = models.BooleanField(_("Not a resident of Russia"), default=False)
    country = models.CharField(_("Country"), max_length=2, choices=countries, blank=True, default="")
    tax_number = models.CharField(_("Tax number abroad"), max_length=40, blank=True, default="")
    reg_number = models.CharField(_("Registration number abroad"), max_length=40, blank=True, default="")
    iban = models.CharField(_("IBAN"), max_length=34, blank=True, default="")
    swift = models.CharField(_("SWIFT"), max_length=11, blank=True, default="")
    legal_address = models.CharField(_("Legal address"), max_length=500, blank=True, default="")
    bank_name = models.CharField(_("Bank"), max_length=255, blank=True, default="")
    bic = models.CharField(_("BIC"), max_length=9, blank=True, default="")
    account = models.CharField(_("Account"), max_length=20, blank=True, default="")
    corr_account = models.CharField(_("Correspondent account"), max_length=20, blank=True, default="")

    reach: ClassVar[Reach] = Reach(via=("client",))

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["inn", "kpp"], name="clients_entity_inn", condition=~Q(inn="")),
            GinIndex(Trigrams(F("inn")), name="clients_entity_inn_trgm"),
        ]

    def __str__(self) -> str:
        return self.name


class Contact(RecordModel):
    """A person at a client, or one who is not yet at any."""

    class Role(models.TextChoices):
        NONE = "", _("Not set")
        DECIDES = "decides", _("Decides")
        INFLUENCES = "influences", _("Influences")
        USES = "uses", _("Uses")
        BOOKKEEPER = "bookkeeper", _("Bookkeeper")
        EXPERT = "expert", _("Technical expert")

    client = models.ForeignKey(Client, models.CASCADE, null=True, blank=True, db_index=False, related_name="contacts")
    name = models.CharField(pgettext_lazy("a person", "Name"), max_length=200)
    post = models.CharField(_("Post"), max_length=150, blank=True, default="")
    role = models.CharField(_("Role"), max_length=12, choices=Role, blank=True, default=Role.NONE)
    birthday = models.DateField(_("Birthday"), null=True, blank=True)
    left_date = models.DateField(_("Left the company"), null=True, blank=True)
    phone = models.CharField(_("Phone"), max_length=40, blank=True, default="")
    email = models.CharField(_("E-mail"), max_length=254, blank=True, default="")
    consents = models.JSONField(_("Consents to mailings"), default=list, blank=True, editable=False)
    refusals = models.JSONField(_("Refused mailings"), default=list, blank=True, editable=False)
    comment = models.TextField(_("Comment"), blank=True, default="")
    owner = models.ForeignKey("access.User", models.PROTECT, null=True, blank=True, related_name="+")
    department = models.ForeignKey("access.Department", models.PROTECT, null=True, blank=True, related_name="+")

    reach: ClassVar[Reach] = Reach(owner="owner_id", department="department_id", via=("client",))

    class Meta:
        indexes: ClassVar = [
            models.Index(Folded(F("name")), F("id"), name="clients_contact_by_name"),
            GinIndex(Trigrams(F("name")), name="clients_contact_name_trgm"),
            models.Index(fields=["client", "-id"], name="clients_contact_client"),
        ]

    def __str__(self) -> str:
        return self.name


class ContactPoint(models.Model):
    """
    A phone, mail address or other way to reach a client or a contact.

    `value` is shown, `key` is compared: the last ten digits of a phone, a mail address in lower case, the service and
    the name of a messenger, the domain of a site. One that somebody has already is not kept twice in a merge.
    """

    class Kind(models.TextChoices):
        PHONE = "phone", _("Phone")
        EMAIL = "email", _("E-mail")
        MESSENGER = "messenger", _("Messenger")
        SITE = "site", _("Site")

    client = models.ForeignKey(Client, models.CASCADE, null=True, blank=True, related_name="points")
    contact = models.ForeignKey(Contact, models.CASCADE, null=True, blank=True, related_name="points")
    kind = models.CharField(_("Kind"), max_length=10, choices=Kind)
    value = models.CharField(_("Value"), max_length=254)
    key = models.CharField(max_length=254)
    is_main = models.BooleanField(_("Main"), default=False)
    note = models.CharField(_("Note"), max_length=100, blank=True, default="")

    journalled: ClassVar[bool] = True
    same_when: ClassVar[tuple[str, ...]] = ("kind", "key")

    class Meta:
        verbose_name = _("way to reach")
        verbose_name_plural = _("ways to reach")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(client__isnull=False) | Q(contact__isnull=False), name="clients_point_of_somebody"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["kind", "key"], name="clients_point_key"),
            GinIndex(Trigrams(F("key")), name="clients_point_key_trgm"),
        ]

    def __str__(self) -> str:
        return self.value
