"""Writes of billing: invoices, payments and shipments."""

from okno.areas.billing.commands.drawing import (
    assign,
    cancel,
    delete,
    draw,
    note_sent,
    reopen,
    reprice,
    send,
    set_head,
    set_lines,
    show_letter,
    update,
)
from okno.areas.billing.commands.facts import record_payment, set_payments, set_shipments, withdraw_payment

__all__ = [
    "assign",
    "cancel",
    "delete",
    "draw",
    "note_sent",
    "record_payment",
    "reopen",
    "reprice",
    "send",
    "set_head",
    "set_lines",
    "set_payments",
    "set_shipments",
    "show_letter",
    "update",
    "withdraw_payment",
]
