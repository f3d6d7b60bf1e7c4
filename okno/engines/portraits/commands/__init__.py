"""Writes of portraits: questionnaires, how much of them is answered, interests."""

from okno.engines.portraits.commands.asking import (
    add_question,
    change_question,
    drop_question,
    drop_questionnaire,
    order_questions,
    set_questionnaire,
)
from okno.engines.portraits.commands.filling import FOLLOWER, fill_all, keep, recount, recount_all
from okno.engines.portraits.commands.interests import add_topic, drop_interest, note_interest, take_topics, update_topic

__all__ = [
    "FOLLOWER",
    "add_question",
    "add_topic",
    "change_question",
    "drop_interest",
    "drop_question",
    "drop_questionnaire",
    "fill_all",
    "keep",
    "note_interest",
    "order_questions",
    "recount",
    "recount_all",
    "set_questionnaire",
    "take_topics",
    "update_topic",
]
