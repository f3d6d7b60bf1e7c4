"""Browsers that are told of notices: subscribed by their people, forgotten when they have gone."""

from __future__ import annotations

from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from okno.kit import secrets
from okno.kit.commands import command
from okno.kit.errors import Refused
from okno.kit.models.notices import PushKey, PushSubscription
from okno.kit.notices.push import encrypting
from okno.kit.permissions import Actor
from okno.kit.secrets import SecretText

LONGEST_ENDPOINT = 1000
MOST_BROWSERS = 20


@command("notices.push_key", label=gettext_lazy("Get the key of browser notices"))
def push_key(*, actor: Actor) -> str:
    """The public key that browsers subscribe with; the pair is made when it is asked for the first time."""
    known = PushKey.objects.select_for_update().first()
    if known is None:
        public, secret = encrypting.new_pair()
        known = PushKey.objects.create(public=public, secret=secrets.encrypt(secret))
    return known.public


@command("notices.subscribe", label=gettext_lazy("Notify in this browser"))
def subscribe(*, actor: Actor, endpoint: SecretText, key: str, auth: SecretText, browser: str = "") -> PushSubscription:
    """
    Keep a browser of the actor, by what it has told: whoever used it before them is told there no more.

    :param endpoint: the address of the push service: whoever knows it may send to the browser.
    :param key: the public key of the browser, and `auth` its secret, both as browsers encode them.
    :raises Refused: the address is none of a push service, or the keys are none.
    """
    _check_endpoint(endpoint.reveal())
    _check_keys(key, auth.reveal())
    values = {"user_id": actor.user_id, "key": key, "auth": secrets.encrypt(auth), "browser": browser[:200]}
    made, _is_new = PushSubscription.objects.update_or_create(endpoint=endpoint.reveal(), defaults=values)
    own = PushSubscription.objects.filter(user_id=actor.user_id or 0).order_by("-pk")
    PushSubscription.objects.filter(pk__in=list(own.values_list("pk", flat=True)[MOST_BROWSERS:])).delete()
    return made


@command("notices.unsubscribe", label=gettext_lazy("Notify there no more"))
def unsubscribe(*, actor: Actor, subscription_id: int) -> None:
    """Tell a browser of the actor's nothing more."""
    PushSubscription.objects.filter(pk=subscription_id, user_id=actor.user_id or 0).delete()


@command("notices.leave_browser", label=gettext_lazy("Leave the notices of this browser"))
def leave(*, actor: Actor, endpoint: SecretText) -> None:
    """Tell nothing more to the browser that the actor signs out of: whoever sits down next is somebody else."""
    PushSubscription.objects.filter(endpoint=endpoint.reveal(), user_id=actor.user_id or 0).delete()


@command("notices.forget_browser", told_as=gettext_lazy("Forget a browser that is gone"))
def forget(*, actor: Actor, subscription_id: int) -> None:
    """Forget a browser that its push service knows no more."""
    PushSubscription.objects.filter(pk=subscription_id).delete()


def _check_endpoint(endpoint: str) -> None:
    try:
        address = urlsplit(endpoint)
    except ValueError:
        address = urlsplit("")
    is_inside = address.hostname in settings.OKNO_HTTP_PRIVATE
    if len(endpoint) > LONGEST_ENDPOINT or not address.hostname or not (address.scheme == "https" or is_inside):
        raise Refused("notices.bad_endpoint", _("The browser has told no address of a push service."))


def _check_keys(key: str, auth: str) -> None:
    try:
        ec.EllipticCurvePublicKey.from_encoded_point(encrypting.CURVE, encrypting.decoded(key))
        is_good = len(encrypting.decoded(auth)) == encrypting.AUTH_BYTES
    except ValueError:
        is_good = False
    if not is_good:
        raise Refused("notices.bad_keys", _("The browser has told no keys."))
