"""The page of a public form: works without scripts, without a cookie and inside a frame of another site."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar
from urllib.parse import urlencode

from django.http import HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from okno.fronts.portal import commands, queries
from okno.fronts.portal.models import PublicForm
from okno.fronts.portal.web import tokens
from okno.kit.errors import Missing, Refused
from okno.kit.web import pages

# A field that people do not see; a name that programs like to fill in.
TRAP = "website"
MARKS = (
    "utm_source",
    "utm_medium",
    "utm_campaign",
    "utm_content",
    "utm_term",
    "roistat_visit",
    "comagic_session",
    "client_id",
    "referrer",
    "landing",
)
LONGEST_MARK, LONGEST_ANSWER = 500, 100_000
TYPES = {"phone": "tel", "email": "email", "inn": "text"}
AUTOCOMPLETE = {"name": "name", "phone": "tel", "email": "email", "company": "organization", "city": "address-level2"}


@method_decorator(csrf_exempt, name="dispatch")
class FormPage(pages.Page):
    """
    A form of the site at `/f/<code>`.

    No session stands behind it, so there is nothing that a foreign page could misuse: the signed token of the form
    takes the place of the CSRF one, whose cookie browsers do not send inside frames.
    """

    public: ClassVar[str] = "visitors fill it in; it shows nothing but the texts of the form itself"

    def form(self) -> PublicForm:
        """The form. :raises Missing: there is none, or it takes nothing now."""
        found = queries.open_form(self.kwargs["code"])
        if found is None:
            raise Missing("portal.no_form", _("This form takes no enquiries now."))
        return found

    def show(self, **_address: Any) -> HttpResponse:
        """The empty form, or the thanks."""
        form = self.form()
        if self.request.GET.get("sent"):
            return self.framed(form, "portal/thanks.html", {"form": form, "again_url": self.request.path})
        return self.draw(form, {})

    def act(self, **_address: Any) -> HttpResponse:
        """Take what was sent, or say what is wrong with it beside the fields."""
        form, now = self.form(), timezone.now()
        answers = self.answers(form)
        token = tokens.read(self.request.POST.get("token", ""), form.code, now)
        if token is None:
            text = _("The page was open for too long. Look it over and send it once more, nothing is lost.")
            return self.draw(form, answers, text=text, status=422)
        try:
            self.give(form, answers, token)
        except Refused as refusal:
            faults = refusal.params.get("faults", {})
            text = "" if faults else refusal.message
            return self.draw(form, answers, faults, text, 422 if faults else 429)
        query = {"sent": "1", **({"embed": "1"} if self.is_embedded else {})}
        return HttpResponseRedirect(f"{self.request.path}?{urlencode(query)}")

    def give(self, form: PublicForm, answers: Mapping[str, str], token: tokens.Token) -> None:
        """Send it once, however often the button was pressed; other words from the same page are another sending."""
        commands.send.run(
            commands.VISITOR,
            idempotency_key=f"form:{token.number}:{tokens.digest(answers)}",
            code=form.code,
            answers=dict(answers),
            marks=self.marks(),
            sender=tokens.sender_of(str(self.request.META.get("REMOTE_ADDR", ""))),
            trap=self.request.POST.get(TRAP, "")[:LONGEST_MARK],
            seconds=token.age.total_seconds(),
        )

    def answers(self, form: PublicForm) -> dict[str, str]:
        """Values of the form's own fields; signs that cannot be kept are left out."""
        sent = self.request.POST
        keys = [str(one["key"]) for one in form.fields]
        return {key: sent.get(key, "")[:LONGEST_ANSWER].replace("\x00", "").strip() for key in keys}

    def marks(self) -> dict[str, str]:
        """UTM and other marks: of the address when the page is opened, of hidden fields when it is sent."""
        given = self.request.POST if self.request.method == "POST" else self.request.GET
        found = {name: given.get(name, "")[:LONGEST_MARK].replace("\x00", "") for name in MARKS}
        if self.request.method != "POST":
            found["referrer"] = found["referrer"] or self.request.headers.get("Referer", "")[:LONGEST_MARK]
            found["landing"] = found["landing"] or self.request.build_absolute_uri()[:LONGEST_MARK]
        return {name: value for name, value in found.items() if value}

    @property
    def is_embedded(self) -> bool:
        """Whether the form stands in a frame of a site."""
        return bool(self.request.GET.get("embed"))

    def draw(
        self,
        form: PublicForm,
        answers: Mapping[str, str],
        faults: Mapping[str, str] | None = None,
        text: str = "",
        status: int = 200,
    ) -> HttpResponse:
        """The form with what was typed and what is wrong with it."""
        faults = faults or {}
        fields = [_field(one, answers.get(str(one["key"]), ""), faults) for one in form.fields]
        context = {
            "form": form,
            "fields": fields,
            "errors": [one for one in fields if one["error"]],
            "text": text,
            "token": tokens.issue(form.code, timezone.now()),
            "trap": TRAP,
            "marks": self.marks().items(),
            "post_url": f"{self.request.path}?embed=1" if self.is_embedded else self.request.path,
        }
        return self.framed(form, "portal/form.html", context, status)

    def framed(self, form: PublicForm, template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
        """An answer that only the sites of the form may show in a frame."""
        context = {**context, "is_embedded": self.is_embedded}
        response = self.answer(template, context, status)
        response._csp_replace = {"frame-ancestors": ["'self'", *form.origins]}  # type: ignore[attr-defined]  # noqa: SLF001 - the door of django-csp
        response.xframe_options_exempt = bool(form.origins)
        return response


def _field(question: Mapping[str, Any], answer: str, faults: Mapping[str, str]) -> dict[str, Any]:
    key = str(question["key"])
    return {
        "key": key,
        "label": question["label"],
        "required": bool(question.get("required")),
        "type": TYPES.get(key, "text"),
        "autocomplete": AUTOCOMPLETE.get(key, "off"),
        "is_long": key == "text",
        "is_tick": key in queries.TICKS,
        "value": answer,
        "error": faults.get(key, ""),
    }
