"""Forms of access: they check the shape of what is typed, commands do the work."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from okno.access import queries
from okno.access.models import Role, User
from okno.kit import zones
from okno.kit.permissions import Actor
from okno.kit.web.forms import LinkField
from okno.kit.web.widgets import Ticks

CONTROL = {"class": "form-control"}
THEMES = (
    ("auto", gettext_lazy("As in the system")),
    ("light", gettext_lazy("Light")),
    ("dark", gettext_lazy("Dark")),
)


def text(label: Any, *, most: int = 150, required: bool = False, **attrs: Any) -> forms.CharField:
    """A line of text."""
    widget = forms.TextInput({**CONTROL, **attrs})
    return forms.CharField(label=label, max_length=most, required=required, widget=widget)


def secret(label: Any, *, is_new: bool, required: bool = True, help_text: Any = "") -> forms.CharField:
    """A password, that the browser's keeper of passwords may fill in."""
    widget = forms.PasswordInput({**CONTROL, "autocomplete": "new-password" if is_new else "current-password"})
    return forms.CharField(
        label=label, max_length=500, strip=False, required=required, widget=widget, help_text=help_text
    )


def zone_field(*, help_text: str = "") -> forms.ChoiceField:
    """A time zone, or that of the organisation."""
    now = timezone.now()
    usual = _("As in the organisation: %(zone)s") % {"zone": zones.label(settings.TIME_ZONE, now)}
    choices = [("", usual), *zones.choices(now)]
    return forms.ChoiceField(label=_("Time zone"), required=False, choices=choices, help_text=help_text)


class Profile(forms.Form):
    """What colleagues know of me."""

    name = text(gettext_lazy("Name and surname"), required=True, autocomplete="name")
    post = text(gettext_lazy("Post"))
    phone = text(gettext_lazy("Phone"), most=20, type="tel")
    language = forms.ChoiceField(label=gettext_lazy("Language"), choices=settings.LANGUAGES)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        help_text = _("Times on pages, quiet hours and digests follow it.")
        self.fields["zone"] = zone_field(help_text=help_text)


class Look(forms.Form):
    """The theme of this browser."""

    theme = forms.ChoiceField(label=gettext_lazy("Theme"), choices=THEMES)


class NewPassword(forms.Form):
    """Another password of mine."""

    present = secret(gettext_lazy("Present password"), is_new=False)
    password = secret(gettext_lazy("New password"), is_new=True, help_text=gettext_lazy("At least 8 characters."))


class Present(forms.Form):
    """The password once more, before something that weakens the account."""

    present = secret(gettext_lazy("Present password"), is_new=False)


class FirstCode(forms.Form):
    """The first code of an authenticator."""

    code = text(gettext_lazy("Code from the application"), most=10, required=True, autocomplete="one-time-code")


class Token(forms.Form):
    """A token of the API."""

    name = text(gettext_lazy("What for"), most=100, required=True)
    scopes = text(gettext_lazy("Only these rights"), most=1000, placeholder="leads.*, deals.view")

    def clean_scopes(self) -> list[str]:
        """Rights parted by commas."""
        return [one.strip() for one in self.cleaned_data["scopes"].split(",") if one.strip()]


def department_choices(*, empty: object) -> list[tuple[Any, object]]:
    """Departments as a tree by their indents."""
    return [
        ("", empty),
        *((one.pk, f"{'— ' * (one.path.count('/') - 2)}{one.name}") for one in queries.departments()),
    ]


def department_field(label: Any, *, empty: object) -> forms.TypedChoiceField:
    """A department, or none."""
    choices = department_choices(empty=empty)
    return forms.TypedChoiceField(label=label, required=False, coerce=int, empty_value=None, choices=choices)


class AddUser(forms.Form):
    """A new person."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"] = text(_("Name and surname"), required=True)
        self.fields["email"] = forms.EmailField(label=_("E-mail"), widget=forms.EmailInput(CONTROL))
        self.fields["post"] = text(_("Post"))
        self.fields["phone"] = text(_("Phone"), most=20)
        self.fields["department"] = department_field(_("Department"), empty=_("Without a department"))
        self.fields["zone"] = zone_field()
        help_text = _("Without a password the person cannot sign in yet.")
        self.fields["password"] = secret(_("Password"), is_new=True, required=False, help_text=help_text)

    def clean(self) -> dict[str, Any]:
        """A password left empty is not given."""
        cleaned = super().clean() or {}
        return {name: value for name, value in cleaned.items() if name != "password" or value}


class Seen(forms.Form):
    """A change of rights: it knows which choice the person has seen the consequences of."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["seen"] = forms.CharField(required=False, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        """The command is told nothing of it."""
        cleaned = super().clean() or {}
        return {name: value for name, value in cleaned.items() if name != "seen"}


class ChangeUser(Seen):
    """What is known of a person."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"] = text(_("Name and surname"), required=True)
        self.fields["email"] = forms.EmailField(label=_("E-mail"), widget=forms.EmailInput(CONTROL))
        self.fields["post"] = text(_("Post"))
        self.fields["phone"] = text(_("Phone"), most=20)
        self.fields["department"] = department_field(_("Department"), empty=_("Without a department"))
        self.fields["network"] = forms.ChoiceField(label=_("Where from"), choices=User.Network.choices)
        self.fields["zone"] = zone_field()


class Presence(forms.Form):
    """Who gets new work while somebody takes none; whoever takes it again is asked nothing."""

    def __init__(self, *args: Any, actor: Actor, row: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if row.is_available:
            help_text = _("New enquiries of known clients and answers to letters go to them meanwhile.")
            deputy = LinkField(actor, "access.user", label=_("Deputy"), required=False, help_text=help_text)
            self.fields["deputy"] = deputy


class SetPassword(forms.Form):
    """A password given by the administrator."""

    password = secret(gettext_lazy("New password"), is_new=True)


class Roles(Seen):
    """Which roles a person has."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = list(Role.objects.order_by("name").values_list("code", "name"))
        self.fields["roles"] = forms.MultipleChoiceField(
            label=_("Roles"), required=False, choices=choices, widget=Ticks()
        )


class DepartmentForm(forms.Form):
    """A department."""

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"] = text(_("Name"), required=True)
        self.fields["parent"] = department_field(_("Stands below"), empty=_("At the root"))
        chosen, help_text = self.initial.get("head"), _("Hears of what its people do not read in time.")
        head = LinkField(actor, "access.user", label=_("Head"), required=False, chosen=chosen, help_text=help_text)
        self.fields["head"] = head


class ChangeDepartment(Seen, DepartmentForm):
    """Another name, head, or place in the tree."""

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, actor=actor, **kwargs)


class Network(forms.Form):
    """A row of the networks of the office."""

    cidr = text(gettext_lazy("Addresses"), most=50, placeholder="192.168.1.0/24")
    name = text(gettext_lazy("Name"), most=100)
