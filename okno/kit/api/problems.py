"""What scripts are told when something may not happen: `{code, message}` with the right status."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import partial
from typing import Any

from django.db import DataError, IntegrityError
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI, Schema
from ninja.errors import AuthenticationError, HttpError, ValidationError

from okno.kit.arguments import plain
from okno.kit.errors import Conflict, Moved, Told
from okno.kit.web.answers import UNREAD, status_of, too_much

log = logging.getLogger("okno.api")


class Problem(Schema):
    """Why not: `code` for programs, `message` for people, `details` where there is more to tell."""

    code: str
    message: str
    details: dict[str, Any] = {}


STATUSES = frozenset({308, 400, 401, 403, 404, 409, 413, 422})
RESPONSES: dict[Any, Any] = {STATUSES: Problem}


def prepare(api: NinjaAPI) -> None:
    """Teach an API to answer refusals."""
    handlers: dict[Any, Callable[[NinjaAPI, HttpRequest, Any], HttpResponse]] = {
        Told: told,
        ValidationError: _shape,
        AuthenticationError: _sign_in,
        HttpError: _http,
        DataError: _range,
        OverflowError: _range,
        IntegrityError: _integrity,
        Http404: _missing,
        **dict.fromkeys(UNREAD, _too_much),
    }
    for kind, handler in handlers.items():
        api.add_exception_handler(kind, partial(handler, api))


def told(api: NinjaAPI, request: HttpRequest, error: Told) -> HttpResponse:
    """The answer to a refusal of ours."""
    details: dict[str, Any] = {}
    if isinstance(error, Conflict):
        details = {"fields": plain(error.params.get("fields", {})), "version": error.params.get("version")}
    elif "missing" in error.params:
        details = {"missing": list(error.params["missing"])}
    if isinstance(error, Moved):
        answer = _answer(api, request, 308, error.code, error.message, details)
        answer.headers["Location"] = error.params["url"]
        return answer
    return _answer(api, request, status_of(error), error.code, error.message, details)


def _shape(api: NinjaAPI, request: HttpRequest, error: ValidationError) -> HttpResponse:
    wrong = [{"where": ".".join(str(part) for part in one["loc"]), "what": one["msg"]} for one in error.errors]
    return _answer(api, request, 422, "bad_input", _("The input cannot be read."), {"errors": wrong})


def _sign_in(api: NinjaAPI, request: HttpRequest, _error: Exception) -> HttpResponse:
    return _answer(api, request, 401, "sign_in", _("A token is needed: Authorization: Bearer …"), {})


def _http(api: NinjaAPI, request: HttpRequest, error: HttpError) -> HttpResponse:
    return _answer(api, request, error.status_code, "bad_request", str(error), {})


def _range(api: NinjaAPI, request: HttpRequest, _error: Exception) -> HttpResponse:
    """A value passed its type but not the column or the calendar: too long a text, too large a number or date."""
    return _answer(api, request, 422, "out_of_range", _("A value is too long or too large."), {})


def _integrity(api: NinjaAPI, request: HttpRequest, error: Exception) -> HttpResponse:
    """A row points to one that is not there, or takes a place that is taken: the constraint of the table said no."""
    log.warning("the input broke a constraint: %s", error)
    return _answer(api, request, 422, "integrity", _("The values do not fit to what is stored already."), {})


def _missing(api: NinjaAPI, request: HttpRequest, _error: Exception) -> HttpResponse:
    return _answer(api, request, 404, "not_found", _("Not found, or out of your reach."), {})


def _too_much(api: NinjaAPI, request: HttpRequest, _error: Exception) -> HttpResponse:
    return told(api, request, too_much())


def _answer(
    api: NinjaAPI, request: HttpRequest, status: int, code: str, message: str, details: dict[str, Any]
) -> HttpResponse:
    body = {"code": code, "message": message, "details": details}
    answer: HttpResponse = api.create_response(request, body, status=status)
    return answer
