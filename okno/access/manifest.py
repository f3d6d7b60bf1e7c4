"""What access puts on the shelf."""

from django.utils.translation import gettext_lazy as _

from okno.access import commands, queries
from okno.access.events import ManyCardsOpened
from okno.access.record import USER
from okno.access.web import people
from okno.kit import conditions, notices
from okno.kit.permissions import SYSTEM
from okno.kit.registry import MenuItem, Panel, Portable, SettingsPage, registry

registry.add_record(USER)
registry.actor_of_user = queries.actor_of_user_id
registry.asks_about_others = "access.explain"
registry.add_right("access.explain", _("Ask why colleagues see a row or do not"))
registry.add_right("access.view_security", _("Look at the journal of security"))
registry.add_right(queries.READS_LOG, _("Look at the access log"))
registry.add_right(queries.SEES_GUARDED, _("See guarded cards whole"))
registry.colleagues = queries.people_by_name
registry.heads = queries.heads
registry.departments = queries.department_labels
registry.note_reading = commands.note_reading
registry.every("50 3 * * *", lambda: commands.forget_seen_cards(actor=SYSTEM), "access.forget_seen_cards")
conditions.keep(
    "access.SensitiveRows", "condition", record="record", label=_("Sensitive rows"), changed=commands.renew_guards
)
conditions.keep(
    "access.RoleGrant",
    "condition",
    record=lambda grant: getattr(queries.main_record(grant.permission), "name", ""),
    label=_("Rights of roles"),
    changed=commands.renew_grants,
)
registry.add_menu(MenuItem("settings", _("All settings"), "/settings/", "settings", "access.update_user", 10))
registry.add_panel(
    "access.user",
    Panel("roles", _("Roles"), "settings/panel_roles.html", people.rights_panel, "access.set_roles", position=10),
)
registry.add_panel(
    "access.user",
    Panel(
        "sessions",
        _("Signed in"),
        "settings/panel_sessions.html",
        people.sessions_panel,
        "access.sign_out_user",
        position=20,
    ),
)
for _portable in (
    Portable(
        "access.departments",
        _("Departments"),
        queries.read_departments,
        commands.write_department,
        5,
        queries.DepartmentPart,
    ),
    Portable(
        "access.networks",
        _("Networks of the office"),
        queries.read_networks,
        commands.write_network,
        10,
        queries.NetworkPart,
    ),
    Portable("kit.views", _("Views shared with all"), queries.read_views, commands.write_view, 500, queries.ViewPart),
    Portable(
        "kit.layouts", _("Layouts of cards"), queries.read_layouts, commands.write_layout, 510, queries.LayoutPart
    ),
    Portable("access.roles", _("Roles and rights"), queries.read_roles, commands.write_role, 900, queries.RolePart),
    Portable("access.watches", _("Guarded cards"), queries.read_watches, commands.write_watch, 910, queries.WatchPart),
):
    registry.add_portable(_portable)
_PEOPLE, _SYSTEM = _("People and rights"), _("System")
registry.add_settings(
    SettingsPage(
        _PEOPLE,
        _("Users"),
        _("Who may sign in, their roles and where they work"),
        "/settings/users/",
        "users",
        "access.update_user",
        10,
    ),
    SettingsPage(
        _PEOPLE,
        _("Departments"),
        _("The tree by which heads see the rows of those below"),
        "/settings/departments/",
        "building",
        "access.add_department",
        11,
    ),
    SettingsPage(
        _PEOPLE,
        _("Roles and rights"),
        _("What each role may do, to which rows, and what it does not see"),
        "/settings/roles/",
        "shield",
        "access.set_role",
        12,
    ),
    SettingsPage(
        _PEOPLE,
        _("Networks of the office"),
        _("Addresses from which those may work who may work only in the office"),
        "/settings/networks/",
        "network",
        "access.set_office_networks",
        13,
    ),
    SettingsPage(
        _PEOPLE,
        _("Security"),
        _("Sign-ins, failures, changes of rights"),
        "/settings/security/",
        "lock",
        "access.view_security",
        14,
    ),
    SettingsPage(
        _PEOPLE,
        _("Access log"),
        _("Who read sensitive cards, who took lists out, who opened too many; which cards are guarded"),
        "/settings/readings/",
        "eye",
        queries.READS_LOG,
        15,
    ),
    SettingsPage(
        _SYSTEM,
        _("Settings as a file"),
        _("Roles, fields, stages and more: taken out, compared, brought in"),
        "/settings/file/",
        "file-settings",
        "access.bring_settings",
        905,
    ),
    SettingsPage(
        _SYSTEM,
        _("Custom fields"),
        _("Fields of your own on clients, deals and all other records"),
        "/settings/fields/",
        "forms",
        "fields.add",
        900,
    ),
    SettingsPage(
        _SYSTEM,
        _("Deletion of what is marked"),
        _("What is marked for deletion, what holds it, and the way to be rid of it for good"),
        "/settings/purge/",
        "trash",
        "purging.start",
        990,
    ),
    SettingsPage(
        _SYSTEM,
        _("Troubles"),
        _("Work behind the pages that failed or is stuck: why, once more, or given up"),
        "/settings/troubles/",
        "alert-triangle",
        "troubles.retry",
        910,
    ),
)
notices.add(
    "access.many_cards",
    _("Somebody opens very many cards"),
    _("%(title)s opened %(count)s cards within an hour"),
    event=ManyCardsOpened,
    record="access.user",
    row="user_id",
    to=[("watchers", notices.WATCHER)],
    icon="eye",
    values=["count"],
    url="/settings/readings/?who={id}",
    pops=True,
    permission=queries.READS_LOG,
    modes={"mail": notices.Mode.NOW},
)

__all__ = ["commands"]
