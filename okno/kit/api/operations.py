"""Operations beside those of a record: each named, told and answered in the one way of the API."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

from ninja import Router

from okno.kit.api.problems import RESPONSES


def operation(
    router: Router, method: str, path: str, *, name: str, summary: object, answer: Any = None, tag: str = "common"
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """
    Put a view on a router: its docstring describes it, `answer` is the shape of what it gives, 201 for a POST to a list
    that it names with a `Status`.
    """

    def put(view: Callable[..., Any]) -> Callable[..., Any]:
        good = answer if isinstance(answer, dict) else {200: answer}
        router.add_api_operation(
            path,
            [method],
            view,
            response={**good, **RESPONSES},
            operation_id=name,
            summary=str(summary),
            description=inspect.getdoc(view) or str(summary),
            tags=[tag],
        )
        return view

    return put
