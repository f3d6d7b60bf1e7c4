"""Page classes: ListPage, BoardPage, CardPage and CommandPage, declared by areas with class attributes."""

from okno.kit.rows.columns import Column
from okno.kit.web.pages.base import Page
from okno.kit.web.pages.board import Board, BoardColumn, Move
from okno.kit.web.pages.bulk import Bulk
from okno.kit.web.pages.card import CardPage
from okno.kit.web.pages.card_sections import Section
from okno.kit.web.pages.command import CommandPage
from okno.kit.web.pages.due import Due
from okno.kit.web.pages.list import Action, BoardPage, ListPage, Switch
from okno.kit.web.pages.selection import Tab
from okno.kit.web.pages.table import TablePage

__all__ = [
    "Action",
    "Board",
    "BoardColumn",
    "BoardPage",
    "Bulk",
    "CardPage",
    "Column",
    "CommandPage",
    "Due",
    "ListPage",
    "Move",
    "Page",
    "Section",
    "Switch",
    "Tab",
    "TablePage",
]
