"""What everybody may do about their own account: profile, password, second step, tokens."""

from __future__ import annotations

import base64
import hashlib
import secrets

from django.conf import settings
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from okno.access import queries, rules
from okno.access.commands.sessions import end_all, sessions_of_user
from okno.access.models import ApiToken, Authenticator, RecoveryCode, User
from okno.kit.commands import command, moment
from okno.kit.errors import Missing, Refused
from okno.kit.permissions import Actor
from okno.kit.secrets import SecretText, decrypt, encrypt

RECOVERY_CODES = 10
KEY_BYTES = 20  # of HMAC-SHA-1, which every authenticator knows: RFC 4226, 4


@command("access.update_own_profile", label=gettext_lazy("Change my profile"))
def update_own_profile(
    *, actor: Actor, name: str, post: str = "", phone: str = "", language: str = "ru", zone: str | None = None
) -> User:
    """
    Change what colleagues know of the actor, the language of their pages and the clock by which they are shown.

    :param zone: empty for that of the organisation; None leaves it as it is.
    :raises Refused: there is no such zone.
    """
    user = _self(actor)
    user.name, user.post, user.phone = name.strip() or user.name, post.strip(), phone.strip()
    user.language = rules.check_language(language)
    user.zone = user.zone if zone is None else rules.check_zone(zone)
    user.save(update_fields=["name", "post", "phone", "language", "zone"])
    return user


@command("access.change_own_password", label=gettext_lazy("Change my password"))
def change_own_password(*, actor: Actor, present: SecretText, password: SecretText, keep: str = "") -> User:
    """
    Change the actor's password; their other browsers are signed out.

    :param keep: key of the session that stays.
    :raises Refused: the present password is wrong, or the new one is too simple.
    """
    user = _self(actor)
    if not user.check_password(present.reveal()):
        raise Refused("access.wrong_password", _("The present password is wrong."), missing=["present"])
    user.set_password(rules.check_password(actor, password.reveal(), user))
    user.save(update_fields=["password"])
    end_all(sessions_of_user(user, but=keep))
    return user


@command("access.begin_two_step", label=gettext_lazy("Set up the second step"))
def begin_two_step(*, actor: Actor) -> Authenticator:
    """
    Make a new secret for an authenticator; it is asked for only once the first code from it was typed.

    :raises Refused: the second step is on: whoever finds a browser open may not put their own phone in its place.
    """
    user = _self(actor)
    if queries.has_two_step(user):
        raise Refused("access.two_step_on", _("The second step is on. Turn it off first."))
    Authenticator.objects.filter(user=user, is_confirmed=False).delete()
    key = base64.b32encode(secrets.token_bytes(KEY_BYTES)).decode()
    return Authenticator.objects.create(user=user, sealed_key=encrypt(key))


@command("access.confirm_two_step", label=gettext_lazy("Turn on the second step"))
def confirm_two_step(*, actor: Actor, code: SecretText) -> list[str]:
    """
    Turn the second step on with a first code. Returns recovery codes, shown once: only their hashes are kept.

    :raises Refused: nothing was begun, or the code is wrong.
    """
    user = _self(actor)
    begun = Authenticator.objects.filter(user=user, is_confirmed=False).first()
    if begun is None or not _is_code_of(begun, _typed(code)):
        raise Refused(
            "access.wrong_code",
            _("The code is wrong or too old. Check the clock of the phone and type the code that is shown now."),
            missing=["code"],
        )
    Authenticator.objects.filter(user=user, is_confirmed=True).delete()
    begun.is_confirmed = True
    begun.save(update_fields=["is_confirmed"])
    return _new_codes(user)


@command("access.renew_recovery_codes", label=gettext_lazy("New recovery codes"))
def renew_recovery_codes(*, actor: Actor) -> list[str]:
    """Replace the recovery codes. Returns them, shown once."""
    return _new_codes(_self(actor))


@command("access.stop_two_step", label=gettext_lazy("Turn off the second step"))
def stop_two_step(*, actor: Actor, present: SecretText) -> User:
    """Turn the second step off. :raises Refused: the password is wrong."""
    user = _self(actor)
    if not user.check_password(present.reveal()):
        raise Refused("access.wrong_password", _("The present password is wrong."), missing=["present"])
    _forget_steps(user)
    return user


@command("access.reset_two_step", label=gettext_lazy("Reset the second step of a user"))
def reset_two_step(*, actor: Actor, user: User) -> User:
    """Turn the second step of a user off who has lost their phone and codes."""
    _forget_steps(user)
    return user


@command("access.check_code", label=gettext_lazy("Check the second step"))
def check_code(*, actor: Actor, user: User, code: SecretText) -> bool:
    """Whether this is the present code of the user's authenticator or an unused recovery code, which is used up."""
    text = _typed(code)
    authenticator = Authenticator.objects.select_for_update().filter(user=user, is_confirmed=True).first()
    if authenticator is not None and _is_code_of(authenticator, text):
        return True
    unused = RecoveryCode.objects.filter(user=user, is_used=False, sha256__in=_code_hashes(text))
    return unused.update(is_used=True) > 0


@command("access.issue_token", label=gettext_lazy("Issue an API token"))
def issue_token(*, actor: Actor, user: User, name: str, scopes: list[str]) -> str:
    """Issue a token of the API. Returns its text, which is shown once: only the hash is kept."""
    text = f"okno_{secrets.token_urlsafe(32)}"
    ApiToken.objects.create(user=user, name=name, scopes=scopes, sha256=_hash(text))
    return text


@command("access.revoke_token", label=gettext_lazy("Revoke an API token"))
def revoke_token(*, actor: Actor, token: ApiToken) -> ApiToken:
    """End a token at once."""
    token.is_revoked = True
    token.save(update_fields=["is_revoked"])
    return token


@command("access.issue_own_token", label=gettext_lazy("Issue an API token for myself"))
def issue_own_token(*, actor: Actor, name: str, scopes: list[str]) -> str:
    """Issue a token with the actor's rights, or fewer. Returns its text, which is shown once."""
    text = f"okno_{secrets.token_urlsafe(32)}"
    ApiToken.objects.create(user=_self(actor), name=name, scopes=scopes, sha256=_hash(text))
    return text


@command("access.revoke_own_token", label=gettext_lazy("Revoke my API token"))
def revoke_own_token(*, actor: Actor, token_id: int) -> None:
    """End one of the actor's tokens at once. :raises Missing: it is not theirs."""
    if not ApiToken.objects.filter(pk=token_id, user_id=actor.user_id or 0).update(is_revoked=True):
        raise Missing("not_found", _("Not found, or out of your reach."))


@command("access.note_token_use", label=gettext_lazy("Token used"))
def note_token_use(*, actor: Actor, token: ApiToken) -> None:
    """Keep when a token was last used, so that its owner sees the ones that nobody needs."""
    ApiToken.objects.filter(pk=token.pk).update(last_used_at=moment())


def _self(actor: Actor) -> User:
    found = User.objects.select_for_update(of=("self",)).filter(pk=actor.user_id or 0).first()
    if found is None:
        raise Missing("not_found", _("Not found, or out of your reach."))
    return found


def _new_codes(user: User) -> list[str]:
    RecoveryCode.objects.filter(user=user).delete()
    codes = [f"{secrets.token_hex(3)}-{secrets.token_hex(3)}" for _one in range(RECOVERY_CODES)]
    RecoveryCode.objects.bulk_create(RecoveryCode(user=user, sha256=_code_hashes(one)[0]) for one in codes)
    return codes


def _forget_steps(user: User) -> None:
    Authenticator.objects.filter(user=user).delete()
    RecoveryCode.objects.filter(user=user).delete()


def _typed(code: SecretText) -> str:
    return code.reveal().replace(" ", "").lower()


def _is_code_of(authenticator: Authenticator, text: str) -> bool:
    """Whether an authenticator shows this code now; a code is taken once, and failures make the next try wait."""
    now = moment()
    if len(text) != rules.DIGITS or rules.waits(authenticator, now):
        return False
    key = base64.b32decode(decrypt(authenticator.sealed_key).reveal())
    step = rules.step_of_code(key, text, at=now, after=authenticator.last_step)
    if step is None:
        authenticator.failures, authenticator.failed_at = authenticator.failures + 1, now
    else:
        authenticator.last_step, authenticator.failures, authenticator.failed_at = step, 0, None
    authenticator.save(update_fields=["last_step", "failures", "failed_at"])
    return step is not None


def _code_hashes(text: str) -> list[str]:
    """A code is short, so a key of the installation goes into its hash: the present one first, then former ones."""
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    salt = "okno.access.recovery"
    return [salted_hmac(salt, text, secret=key, algorithm="sha256").hexdigest() for key in keys]


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
