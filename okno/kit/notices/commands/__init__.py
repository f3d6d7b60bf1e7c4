"""Writes of notices: people are told, notices are read and sent, choices are kept, reminders set and rung."""

from okno.kit.notices.commands.batches import take_back
from okno.kit.notices.commands.escalating import escalate
from okno.kit.notices.commands.failures import tell_delivery, tell_jobs, tell_work
from okno.kit.notices.commands.notice_rules import set_house_hours, set_late, set_rules
from okno.kit.notices.commands.own import choose, follow, read, set_hours, unfollow
from okno.kit.notices.commands.pushing import forget, leave, push_key, subscribe, unsubscribe
from okno.kit.notices.commands.reminders import add, finish, snooze
from okno.kit.notices.commands.ringing import ring
from okno.kit.notices.commands.sending import deliver, send

__all__ = [
    "add",
    "choose",
    "deliver",
    "escalate",
    "finish",
    "follow",
    "forget",
    "leave",
    "push_key",
    "read",
    "ring",
    "send",
    "set_hours",
    "set_house_hours",
    "set_late",
    "set_rules",
    "snooze",
    "subscribe",
    "take_back",
    "tell_delivery",
    "tell_jobs",
    "tell_work",
    "unfollow",
    "unsubscribe",
]
