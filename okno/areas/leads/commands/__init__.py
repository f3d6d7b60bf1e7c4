"""Writes of leads: receiving, distributing, taking, converting, rejecting and setting up."""

from okno.areas.leads.commands.campaigns import match_campaign
from okno.areas.leads.commands.converting import convert, link_client, make_client
from okno.areas.leads.commands.escalating import escalate
from okno.areas.leads.commands.handing import distribute_waiting, give, redistribute, return_to_queue, try_rules
from okno.areas.leads.commands.handling import (
    mark_spam,
    note_answer,
    note_letter,
    note_talk,
    postpone,
    reject,
    reopen,
    take,
    update,
    wake,
)
from okno.areas.leads.commands.intake import intake
from okno.areas.leads.commands.receiving import receive, receive_mail
from okno.areas.leads.commands.setting_up import (
    drop_rule,
    order_rules,
    set_member,
    set_queue,
    set_reject_reasons,
    set_rule,
    set_source,
)

__all__ = [
    "convert",
    "distribute_waiting",
    "drop_rule",
    "escalate",
    "give",
    "intake",
    "link_client",
    "make_client",
    "mark_spam",
    "match_campaign",
    "note_answer",
    "note_letter",
    "note_talk",
    "order_rules",
    "postpone",
    "receive",
    "receive_mail",
    "redistribute",
    "reject",
    "reopen",
    "return_to_queue",
    "set_member",
    "set_queue",
    "set_reject_reasons",
    "set_rule",
    "set_source",
    "take",
    "try_rules",
    "update",
    "wake",
]
