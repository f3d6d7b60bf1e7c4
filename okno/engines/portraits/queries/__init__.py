"""Reads of portraits: questionnaires, how much is answered, answers put together, interests."""

from okno.engines.portraits.queries.answers import (
    Answers,
    answers,
    interests,
    subject_rows,
    subjects,
    sums_of,
    topics,
)
from okno.engines.portraits.queries.asking import (
    applies,
    asked_of,
    fills,
    parsed,
    portrayed,
    question_for_page,
    questionnaire_for_page,
    questionnaires,
    the_record,
    watches,
)

__all__ = [
    "Answers",
    "answers",
    "applies",
    "asked_of",
    "fills",
    "interests",
    "parsed",
    "portrayed",
    "question_for_page",
    "questionnaire_for_page",
    "questionnaires",
    "subject_rows",
    "subjects",
    "sums_of",
    "the_record",
    "topics",
    "watches",
]
