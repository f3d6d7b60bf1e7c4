"""When something may happen to a lead, who gets it, and how it is read. Pure: no writes, no clock, no request."""

from okno.areas.leads.rules.distribution import DEAL_LOAD, LEAD_LOAD, REASONS, TASK_LOAD, Asked, Choice, Person, choose
from okno.areas.leads.rules.lifecycle import (
    ENDED,
    check_can_merge,
    check_can_postpone,
    check_can_reject,
    check_can_reopen,
    check_can_return,
    check_has_something,
    check_is_open,
    check_may_use,
    check_takes_more,
    cut,
    marks_of,
    subject_of,
)
from okno.areas.leads.rules.payload import FIELDS, check_template, mapped, places, read_letter, value_at

__all__ = [
    "DEAL_LOAD",
    "ENDED",
    "FIELDS",
    "LEAD_LOAD",
    "REASONS",
    "TASK_LOAD",
    "Asked",
    "Choice",
    "Person",
    "check_can_merge",
    "check_can_postpone",
    "check_can_reject",
    "check_can_reopen",
    "check_can_return",
    "check_has_something",
    "check_is_open",
    "check_may_use",
    "check_takes_more",
    "check_template",
    "choose",
    "cut",
    "mapped",
    "marks_of",
    "places",
    "read_letter",
    "subject_of",
    "value_at",
]
