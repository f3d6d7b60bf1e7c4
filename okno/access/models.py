"""Users, the department tree, roles with grants, hidden fields, network policy and API tokens."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from okno.kit.models.base import Reach, RecordModel, RecordQuerySet

if TYPE_CHECKING:
    from okno.kit.permissions import Actor


class Department(models.Model):
    """
    A department; `path` holds the ids from the root to itself, so a subtree is one comparison. `head` is who answers
    for its people, and may work in another one.
    """

    name = models.CharField(_("Name"), max_length=150)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+")
    head = models.ForeignKey("access.User", models.SET_NULL, null=True, blank=True, related_name="+")
    path = models.CharField(max_length=200, default="", editable=False)

    journalled: ClassVar[bool] = True

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["parent", "name"], name="access_department_once", nulls_distinct=False)
        ]

    def __str__(self) -> str:
        return self.name


class People(BaseUserManager["User"]):
    """Finds users for sign-in by their mail address."""

    def get_by_natural_key(self, username: str | None) -> User:
        """
        A user by mail address in the small letters in which addresses are kept: a comparison that took more for
        equal, like «ſ» for «s», would count its failures under another name and never lock out.
        """
        return self.get(email=(username or "").strip().lower())

    def visible_to(self, actor: Actor, permission: str = "", *, narrow: bool = False) -> RecordQuerySet[User]:
        """Colleagues: everybody who may sign in sees their names."""
        rows: RecordQuerySet[User] = RecordQuerySet(self.model, using=self._db)
        return rows.visible_to(actor, permission, narrow=narrow)


class User(AbstractBaseUser, RecordModel):
    """
    A person who may sign in. `is_available`: whether new work may be given to them, `deputy`: who has it if not.

    `zone` is where their clock stands, empty for that of the organisation.
    """

    class Network(models.TextChoices):
        ANY = "any", _("Anywhere")
        OFFICE = "office", _("Only from the office")
        INTERNET = "internet", _("Only from outside")

    email = models.EmailField(_("E-mail"), unique=True)
    name = models.CharField(_("Name"), max_length=150)
    post = models.CharField(_("Post"), max_length=150, blank=True, default="")
    phone = models.CharField(_("Phone"), max_length=20, blank=True, default="")
    department = models.ForeignKey(Department, models.PROTECT, null=True, blank=True, related_name="+")
    is_active = models.BooleanField(_("May sign in"), default=True)
    is_available = models.BooleanField(_("Takes new work"), default=True)
    deputy = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="+")
    network = models.CharField(_("Where from"), max_length=10, choices=Network, default=Network.ANY)
    language = models.CharField(_("Language"), max_length=5, default="ru")
    zone = models.CharField(_("Time zone"), max_length=50, blank=True, default="")
    access_stamp = models.PositiveIntegerField(default=0, editable=False)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    objects: ClassVar[People] = People()  # type: ignore[assignment]
    reach: ClassVar[Reach] = Reach(owner="id", department="department_id", everyone=True, permission="access.view")
    not_journalled: ClassVar[tuple[str, ...]] = ("password", "last_login", "access_stamp")

    class Meta:
        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        return self.name


class Role(models.Model):
    """
    A named set of grants, given to people.

    `shipped` is the fingerprint of the rights with which the role came; while it has them still, nobody has changed it.
    `network`, the hours and `most_views` bind whoever has the role: of several roles each binds.
    """

    code = models.SlugField(_("Code"), unique=True)
    name = models.CharField(_("Name"), max_length=100)
    shipped = models.CharField(max_length=64, default="", editable=False)
    network = models.CharField(_("Where from"), max_length=10, choices=User.Network, default=User.Network.ANY)
    opens_at = models.TimeField(_("Works from"), null=True, blank=True)
    closes_at = models.TimeField(_("Works until"), null=True, blank=True)
    most_views = models.PositiveIntegerField(_("Cards an hour before a warning"), null=True, blank=True)
    people = models.ManyToManyField(User, related_name="roles", blank=True)

    journalled: ClassVar[bool] = True

    def __str__(self) -> str:
        return self.name


class RoleGrant(models.Model):
    """One permission of a role with its reach; `condition` is a tree of the condition language."""

    role = models.ForeignKey(Role, models.CASCADE, related_name="grants")
    permission = models.CharField(_("Permission"), max_length=100)
    reach = models.CharField(_("Reach"), max_length=20)
    condition = models.JSONField(null=True, blank=True)

    journalled: ClassVar[bool] = True

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["role", "permission", "reach"], name="access_grant_once"),
        ]

    def __str__(self) -> str:
        return f"{self.permission}: {self.reach}"


class DroppedRole(models.Model):
    """The code of a shipped role that somebody has deleted: the next version does not make it again."""

    code = models.SlugField(unique=True)

    journalled: ClassVar[bool] = True

    def __str__(self) -> str:
        return self.code


class HiddenField(models.Model):
    """
    A field that a role may not read: it is left out of pages, filters, sorting, search, export and the API.

    A masked one is left out as well, but cards and lists show the end of its value: `+7 *** ***-12-34`.
    """

    role = models.ForeignKey(Role, models.CASCADE, related_name="hidden_fields")
    record = models.CharField(_("Record"), max_length=60)
    field = models.CharField(_("Field"), max_length=60)
    is_masked = models.BooleanField(default=False)

    journalled: ClassVar[bool] = True

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["role", "record", "field"], name="access_hidden_once"),
        ]

    def __str__(self) -> str:
        return f"{self.record}.{self.field}"


class SensitiveRows(models.Model):
    """
    Guarded rows: those of a record that hold a condition, or all of them.

    Their every reading is kept in the access log when `is_kept`. Fields that are `hidden` or `masked` in them are so
    for everybody who has no right to see guarded rows whole.
    """

    name = models.CharField(_("Name"), max_length=100)
    record = models.CharField(_("Record"), max_length=60)
    condition = models.JSONField(null=True, blank=True)
    is_kept = models.BooleanField(default=True)
    hidden = models.JSONField(default=list)
    masked = models.JSONField(default=list)

    journalled: ClassVar[bool] = True

    def __str__(self) -> str:
        return self.name


class Reading(models.Model):
    """
    One line of the access log: who read or took out what. The database refuses to change or delete it.

    `looker` is who was looking with the eyes of `user_id`; `rows` is how many rows an export held.
    """

    class Kind(models.TextChoices):
        CARD = "card", _("Card")
        EXPORT = "export", _("Export")
        API = "api", _("API")
        MASS = "mass", _("Many cards in an hour")
        LOOK = "look", _("With the eyes of another")

    at = models.DateTimeField(_("When"), db_default=Now())
    kind = models.CharField(_("What"), max_length=10, choices=Kind)
    user_id = models.BigIntegerField(null=True)
    user_name = models.CharField(_("Who"), max_length=200)
    looker = models.CharField(max_length=200, default="")
    record = models.CharField(_("Record"), max_length=60, default="")
    row_id = models.BigIntegerField(null=True)
    title = models.CharField(max_length=300, default="")
    why = models.CharField(max_length=200, default="")
    rows = models.PositiveIntegerField(null=True)

    # A merge of cards leaves it told of the card that was read.
    is_history: ClassVar[bool] = True

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["user_id", "-id"], name="access_reading_user"),
            models.Index(fields=["record", "row_id", "-id"], name="access_reading_row"),
        ]

    def __str__(self) -> str:
        return f"{self.user_name}: {self.kind}"


class SeenCard(models.Model):
    """A card that a person has opened in an hour: many of them in one hour are told to the administrator."""

    user_id = models.BigIntegerField()
    hour = models.DateTimeField()
    record = models.CharField(max_length=60)
    row_id = models.BigIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user_id", "hour", "record", "row_id"], name="access_seen_once"),
        ]

    def __str__(self) -> str:
        return f"{self.record} {self.row_id}"


class OfficeNetwork(models.Model):
    """An address range that counts as the office."""

    cidr = models.CharField(_("Addresses"), max_length=50, unique=True)
    name = models.CharField(_("Name"), max_length=100, blank=True, default="")

    journalled: ClassVar[bool] = True

    def __str__(self) -> str:
        return self.cidr


class UserSession(models.Model):
    """A signed-in browser, so that its owner can see and end it."""

    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    session_key = models.CharField(max_length=40, unique=True)
    address = models.GenericIPAddressField(_("Address"), null=True)
    browser = models.CharField(_("Browser"), max_length=200, default="")
    started_at = models.DateTimeField(_("Signed in"), db_default=Now())

    def __str__(self) -> str:
        return f"{self.browser} {self.address}"


class ApiToken(models.Model):
    """A token of the API: only its hash is kept. `scopes` are permissions it may use, empty means all of its user."""

    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    name = models.CharField(_("Name"), max_length=100)
    sha256 = models.CharField(max_length=64, unique=True)
    scopes = models.JSONField(default=list)
    created_at = models.DateTimeField(db_default=Now())
    last_used_at = models.DateTimeField(null=True)
    is_revoked = models.BooleanField(default=False)

    def __str__(self) -> str:
        return self.name


class Authenticator(models.Model):
    """
    An app that shows one-time codes for a user; nothing asks for them until its first code was typed.

    `sealed_key` is encrypted by `kit.secrets`; `last_step` is the latest step of 30 seconds whose code was taken, as no
    code is taken twice. Repeated failures make it wait, wherever they come from.
    """

    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    sealed_key = models.CharField(max_length=255)
    is_confirmed = models.BooleanField(default=False)
    last_step = models.BigIntegerField(default=-1)
    failures = models.PositiveSmallIntegerField(default=0)
    failed_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "is_confirmed"], name="access_authenticator_once"),
        ]

    def __str__(self) -> str:
        return f"{self.user}"


class RecoveryCode(models.Model):
    """A code that stands in for a lost authenticator once; only its hash is kept."""

    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    sha256 = models.CharField(max_length=64)
    is_used = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"{self.user}"
