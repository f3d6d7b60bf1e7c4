"""Writes of leads: receiving, giving, taking, converting and rejecting enquiries."""

from okno.areas.leads.commands.converting import convert
from okno.areas.leads.commands.handing import give, return_to_queue
from okno.areas.leads.commands.handling import mark_spam, postpone, reject, reopen, take, update, wake
from okno.areas.leads.commands.receiving import receive, receive_mail
from okno.areas.leads.commands.setting_up import set_queue, set_reject_reasons, set_source

__all__ = [
    "convert",
    "give",
    "mark_spam",
    "postpone",
    "receive",
    "receive_mail",
    "reject",
    "reopen",
    "return_to_queue",
    "set_queue",
    "set_reject_reasons",
    "set_source",
    "take",
    "update",
    "wake",
]
