"""Writes of access: people, departments, roles, grants, networks, sign-in, sessions, tokens."""

from okno.access.commands.departments import add_department, change_department, drop_department, set_office_networks
from okno.access.commands.own import (
    begin_two_step,
    change_own_password,
    check_code,
    confirm_two_step,
    issue_own_token,
    issue_token,
    note_token_use,
    renew_recovery_codes,
    reset_two_step,
    revoke_own_token,
    revoke_token,
    stop_two_step,
    update_own_profile,
)
from okno.access.commands.people import (
    add_user,
    set_active,
    set_available,
    set_password,
    sign_out_user,
    update_user,
)
from okno.access.commands.roles import (
    drop_role,
    give_role,
    set_default_roles,
    set_role,
    set_roles,
    take_role,
)
from okno.access.commands.sessions import end_session, note_failure, sign_in, sign_out
from okno.access.commands.troubles import retry

__all__ = [
    "add_department",
    "add_user",
    "begin_two_step",
    "change_department",
    "change_own_password",
    "check_code",
    "confirm_two_step",
    "drop_department",
    "drop_role",
    "end_session",
    "give_role",
    "issue_own_token",
    "issue_token",
    "note_failure",
    "note_token_use",
    "renew_recovery_codes",
    "reset_two_step",
    "retry",
    "revoke_own_token",
    "revoke_token",
    "set_active",
    "set_available",
    "set_default_roles",
    "set_office_networks",
    "set_password",
    "set_role",
    "set_roles",
    "sign_in",
    "sign_out",
    "sign_out_user",
    "stop_two_step",
    "take_role",
    "update_own_profile",
    "update_user",
]
