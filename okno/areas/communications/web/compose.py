"""Writing a letter: answers, forwards, templates, files, and the draft that is kept."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django import forms as django_forms
from django.db.models import Model
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from okno.areas.clients import queries as clients
from okno.areas.communications import commands, queries
from okno.areas.communications.models import Mail
from okno.areas.communications.web import forms, look
from okno.kit import files, formats, letters, reached
from okno.kit.attachments import reading
from okno.kit.ids import id_of
from okno.kit.letters import Letter
from okno.kit.permissions import Actor
from okno.kit.registry import registry
from okno.kit.web import form_context
from okno.kit.web.pages import CommandPage

Context = dict[str, Any]
NAMES = ("client", "about_record", "about_id", "answers", "forwards")
LONGEST_QUOTE = 20_000


class Compose(CommandPage):
    """
    A new letter. The address names what it is about: `client`, `about_record` with `about_id`, `answers` or `forwards`
    (ids of letters), and `template`.
    """

    command, form = commands.write, forms.Compose
    title, submit, multipart = gettext_lazy("New letter"), gettext_lazy("Send"), True
    parts: ClassVar[dict[str, str]] = {"panel": "panel"}

    def asked(self, name: str) -> int | None:
        """A number in the address."""
        text = self.request.GET.get(name, "")
        return id_of(text)

    @property
    def about(self) -> tuple[str, int] | None:
        """What the letter is about: as the address says, else as the letter that it answers."""
        record, row_id = self.request.GET.get("about_record", ""), self.asked("about_id")
        if record in registry.records and row_id:
            return record, row_id
        source = self.source
        return (source.about_record, source.about_id) if source and source.about_id else None

    @property
    def source(self) -> Mail | None:
        """The letter that is answered or forwarded, when the actor may see it."""
        found = self.asked("answers") or self.asked("forwards")
        return queries.mail_for_card(self.actor, found) if found else None

    def letters(self) -> list[Letter]:
        """Texts to choose from, made of the row that the letter is about."""
        return list(letters.about(self.actor, *self.about)) if self.about else []

    def initial(self, row: Model | None) -> Context:
        """What the form begins with."""
        source, is_forward = self.source, self.asked("forwards") is not None
        if source is not None:
            return _forward_of(source) if is_forward else answer_to(source, self.moment.zone)
        chosen = next((one for one in self.letters() if one.id == self.asked("template")), None)
        found: Context = {"to": [one for one in [self.request.GET.get("to") or self._address()] if one]}
        if chosen is not None:
            found |= {"subject": chosen.subject, "text": chosen.text}
        return found

    def make_form(self, row: Model | None, **given: Any) -> django_forms.BaseForm:
        """The form with the files that may go along."""
        made: Any = super().make_form(row, **given)
        made.offer_files(self._files())
        form: django_forms.BaseForm = made
        return form

    def arguments(self, cleaned: Any) -> Context:
        """Kept files and what the letter is about, beside what was typed."""
        about = self.about
        client_id = self.asked("client")
        known = clients.clients(self.actor).filter(pk=client_id).exists() if client_id else False
        return {
            **{name: cleaned[name] for name in ("to", "cc", "subject", "text", "account")},
            "versions": cleaned.get("versions", []),
            "uploads": [_kept(one) for one in cleaned["uploads"]],
            "client": client_id if known else None,
            "about_record": about[0] if about else "",
            "about_id": about[1] if about else None,
            "answers": self.source.pk if self.source and not self.asked("forwards") else None,
        }

    def success_url(self, result: Any, row: Model | None) -> str:
        """To the letter, or back to the card it was written on."""
        about = self.about
        if about and registry.record(about[0]).url:
            return registry.record(about[0]).url_of(about[1])
        client_id = self.asked("client")
        if client_id:
            return f"/clients/{client_id}/"
        return f"/mail/{result.pk}/" if isinstance(result, Mail) else "/mail/"

    def panel(self, **_address: Any) -> HttpResponse:
        """The form as a tab of the composer on a card."""
        form = self.make_form(None, initial=self.initial(None))
        return self.answer("communications/compose_panel.html", self._context(form))

    def render(self, form: django_forms.BaseForm, row: Model | None, status: int = 200) -> HttpResponse:
        """The page of the letter."""
        return self.answer("communications/compose.html", self._context(form), status)

    def _context(self, form: django_forms.BaseForm) -> Context:
        source = self.source
        title = _("New letter")
        if source is not None:
            title = _("Forward") if self.asked("forwards") else _("Answer")
        template = self.request.GET.get("template", "")
        return {
            "page_title": title,
            "title": title,
            "fields": {one["name"]: one for one in form_context.fields_of(form)},
            "errors": form_context.errors_of(form),
            "post_url": f"/mail/new/?{self._query()}",
            "once": self.request.POST.get("once") or uuid.uuid4().hex,
            "draft": f"mail:{self._query(but='template')}:{template}",
            "letters": [
                {
                    "name": one.name,
                    "problem": one.problem,
                    "url": f"/mail/new/?{self._query(but='template')}&template={one.id}",
                    "active": str(one.id) == template,
                }
                for one in self.letters()
            ],
            "about": look.about(self.actor, *self.about) if self.about else None,
            "cancel_url": self.success_url(source, None),
            "is_ready": bool(queries.account_to_send_from(self.actor.user_id)),
        }

    def _query(self, but: str = "") -> str:
        kept = self.request.GET.copy()
        for name in {"part", but, *(name for name in kept if name not in {*NAMES, "template"})}:
            kept.pop(name, None)
        return kept.urlencode()

    def _address(self) -> str:
        """The address of whoever the letter is about: of the client, or of the contact of the row."""
        about = self.about
        if about:
            return address_about(self.actor, *about)
        client_id = self.asked("client")
        return address_about(self.actor, "clients.client", client_id) if client_id else ""

    def _files(self) -> list[tuple[int, str]]:
        """Files of the row that the letter is about, and of the letter that is forwarded."""
        found: list[tuple[int, str]] = []
        source = self.source
        if source is not None and self.asked("forwards"):
            found += [(one["id"], f"{one['name']} · {one['size']}") for one in look.files_of(source)]
        if self.about and look.about(self.actor, *self.about):
            found += [
                (one.pk, f"{one.attachment.name} · {formats.size_text(one.size)}")
                for one in reading.latest_of(*self.about)
            ]
        return found


def address_about(actor: Actor, record_name: str, row_id: int) -> str:
    """The mail address that belongs to a row within reach: its own, its contact's, or its client's."""
    row = reached.row(actor, record_name, row_id)
    if row is None:
        return ""
    found = (getattr(one, "email", "") for one in (getattr(row, "contact", None), row, getattr(row, "client", None)))
    return next((str(one) for one in found if one), "")


def answer_to(source: Mail, zone: Any) -> Context:
    """An answer: to whoever wrote, under the same subject, with the letter quoted below."""
    to = source.to if source.direction == Mail.Direction.OUT else [source.from_address]
    said = _("%(when)s, %(who)s:") % {
        "when": formats.moment_full(source.at, zone).rpartition(" UTC")[0],
        "who": source.from_name or source.from_address,
    }
    quoted = "\n".join(f"> {line}" for line in source.text[:LONGEST_QUOTE].splitlines())
    return {"to": to, "subject": _marked("Re", source.subject), "text": f"\n\n{said}\n{quoted}\n"}


def _forward_of(source: Mail) -> Context:
    head = _("From: %(from)s\nSubject: %(subject)s") % {"from": source.from_address, "subject": source.subject}
    text = f"\n\n---\n{head}\n\n{source.text[:LONGEST_QUOTE]}\n"
    chosen = [one["id"] for one in look.files_of(source)]
    return {"to": [], "subject": _marked("Fwd", source.subject), "text": text, "versions": chosen}


def _marked(mark: str, subject: str) -> str:
    return subject if subject.lower().startswith(f"{mark.lower()}:") else f"{mark}: {subject}"


def _kept(upload: Any) -> Context:
    stored = files.store(upload.file, upload.name or "file")
    return {"sha256": stored.sha256, "size": stored.size, "mime": stored.mime, "name": stored.name}
