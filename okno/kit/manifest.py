"""What the kit itself puts on the shelf: commands of views and files, jobs, custom fields, the long work of lists."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from okno.kit import conditions, jobs, journal, journal_runs, notices
from okno.kit.api.webhooks import commands as webhooks
from okno.kit.api.webhooks.record import WEBHOOK
from okno.kit.attachments import commands as attachments
from okno.kit.fields import beside, custom, following, reading, settling, tagging, travelling
from okno.kit.layouts import commands as layouts
from okno.kit.merging import events as merging
from okno.kit.notices import channels, escalating, houses
from okno.kit.notices import commands as notice_commands
from okno.kit.notices.commands import batches, failures, ringing, sending
from okno.kit.notices.push import sending as push
from okno.kit.permissions import SYSTEM
from okno.kit.purging import commands as purging
from okno.kit.registry import Portable, SettingsPage, Settling, registry
from okno.kit.saved_views import commands as saved_views
from okno.kit.timeline import entries, history, kinds
from okno.kit.timeline.events import NoteWritten
from okno.kit.troubles import commands as troubles
from okno.kit.web import purging as marking
from okno.kit.web.notices import centre
from okno.kit.web.pages import bulk, export

registry.read_custom_fields = reading.load
registry.read_logic = reading.load_logic
registry.read_retired = reading.load_retired
registry.settling.append(Settling(settling.settle))
registry.settling.append(Settling(following.mark, "exists (select from kit_watchedtable)"))
beside.follow(following.mark_rows)
registry.withdrawing.append(webhooks.withdraw)
registry.every("20 0 * * *", lambda: custom.compute(actor=SYSTEM), "fields.compute")
kinds.add("merging.merged", _("merged the card “%(title)s” into this one"), icon="git-merge")
kinds.add("merging.parted", _("took the merged card “%(title)s” apart"), icon="git-branch")
registry.add_portable(Portable("kit.fields", _("Custom fields"), travelling.read, travelling.write, 100))
registry.add_portable(
    Portable(
        "kit.logic",
        _("Logic of forms"),
        travelling.read_logic,
        travelling.write_logic,
        110,
        travelling.LogicPart,
    )
)
registry.add_portable(
    Portable("kit.sets", _("Sets of fields"), travelling.read_sets, travelling.write_set, 120, travelling.SetPart)
)
registry.add_portable(
    Portable("kit.notices", _("Notices of the organisation"), houses.read, houses.write, 520, houses.Part)
)
registry.add_portable(
    Portable(
        "kit.notice_hours",
        _("Quiet hours of the organisation"),
        houses.read_hours,
        houses.write_hours,
        530,
        houses.HoursPart,
    )
)
conditions.keep("kit.SavedView", "config", record="record", names=("f", "paint"))
conditions.keep("kit.PersonalView", "config", record="record", names=("f", "paint"))
conditions.keep(
    "kit.FieldLogic", "shown", "required", "options", record="record", label=_("Rules of fields"), changed=custom.renew
)
conditions.keep("kit.FieldSet", "condition", record="record", label=_("Field sets"), changed=custom.renew)
registry.add_record(WEBHOOK)
registry.add_portable(
    Portable(
        "kit.notice_late",
        _("Notices that are not read in time"),
        houses.read_late,
        houses.write_late,
        540,
        houses.LatePart,
    )
)
bulk.OFFERED.append(marking.for_rows)
registry.every("40 3 * * *", lambda: webhooks.forget_old(actor=SYSTEM), "webhooks.forget_old")
registry.notices = centre.bell_of
registry.every("* * * * *", lambda: ringing.ring(actor=SYSTEM), "ringing.ring")
registry.every("* * * * *", lambda: notice_commands.escalate(actor=SYSTEM), "escalating.escalate")
registry.every("* * * * *", lambda: sending.deliver(actor=SYSTEM), "sending.deliver")
registry.add_settings(
    SettingsPage(
        _("System"),
        _("Notices"),
        _("What people are told of and how, what nobody may switch off, and what was delivered"),
        "/settings/notices/",
        "bell",
        notice_commands.set_rules.name,
        70,
    )
)
channels.add(
    channels.Channel(
        code=channels.PUSH,
        label=_("Browser"),
        icon="device-desktop",
        send=push.push,
        is_ready=push.is_ready,
        addresses=push.addresses,
    )
)
registry.every("35 3 * * *", lambda: troubles.forget(actor=SYSTEM), "troubles.forget")
registry.every("*/5 * * * *", lambda: failures.tell_jobs(actor=SYSTEM), "failures.tell_jobs")
journal_runs.BATCHES.add(history.BATCH)
notices.add(
    failures.WORK,
    _("Long work of mine was not done"),
    _("“%(label)s” was not done: %(error)s"),
    tab=notices.FAILURES,
    icon="alert-triangle",
    pops=True,
    modes={"mail": notices.Mode.NOW},
)
notices.add(
    failures.BROKEN,
    _("The program failed at something"),
    _("a background job failed and waits for you: %(what)s"),
    tab=notices.FAILURES,
    icon="alert-triangle",
    permission=troubles.retry.name,
    modes={"mail": notices.Mode.HOURLY},
)
notices.add(ringing.KIND, _("Reminders"), _("You asked to be reminded"), icon="alarm")
notices.add(
    "timeline.mentioned",
    _("I am mentioned in a note"),
    _("%(who)s mentioned you in a note"),
    event=NoteWritten,
    record="record",
    row="row_id",
    to=[("mentioned", notices.MENTIONED)],
    when=lambda event: bool(event.mentioned),
    tab=notices.MENTIONS,
    icon="at",
    values=["text"],
    pops=True,
    modes={"mail": notices.Mode.NOW},
)
notices.add(
    "timeline.noted",
    _("A note on what I am responsible for"),
    _("%(who)s wrote a note"),
    event=NoteWritten,
    record="record",
    row="row_id",
    to=[notices.OWNER, notices.PARTICIPANT],
    icon="note",
    values=["text"],
)
notices.add(
    batches.KIND,
    _("What I was told of is taken back"),
    _("%(who)s took it back: “%(about)s”, %(number)s"),
    icon="arrow-back-up",
    modes={"mail": notices.Mode.HOURLY},
)
notices.add(
    escalating.KIND,
    _("My people do not read a notice"),
    _("%(person)s has not read “%(about)s” for %(minutes)s min"),
    icon="alarm",
    pops=True,
    modes={"mail": notices.Mode.NOW},
    many=ngettext_lazy(
        "%(person)s has not read of %(number)s record for %(minutes)s min: “%(about)s”",
        "%(person)s has not read of %(number)s records for %(minutes)s min: “%(about)s”",
        "count",
    ),
)

__all__ = [
    "attachments",
    "bulk",
    "entries",
    "export",
    "jobs",
    "journal",
    "layouts",
    "merging",
    "purging",
    "saved_views",
    "tagging",
    "troubles",
    "webhooks",
]
