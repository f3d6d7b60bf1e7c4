"""
How a push message is encrypted, so that the push service that carries it cannot read it: RFC 8291 (keys) over RFC 8188
(`aes128gcm`), and RFC 8292 (VAPID), by which the service knows who sends.
"""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import json
import os
from urllib.parse import urlsplit

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

CURVE = ec.SECP256R1()
POINT_BYTES, AUTH_BYTES, SALT_BYTES, NUMBER_BYTES = 65, 16, 16, 32
RECORD_BYTES = 4096
# One record holds the header of 86 bytes, the text, its end mark and the tag of 16 bytes.
LONGEST = RECORD_BYTES - 86 - 1 - 16
# Push services take no promise for longer than a day.
PROMISE = dt.timedelta(hours=12)


def encoded(data: bytes) -> str:
    """Base64 for addresses, without padding."""
    return base64.urlsafe_b64encode(data).decode("ascii").rstrip("=")


def decoded(text: str) -> bytes:
    """What `encoded` gave. :raises ValueError: it is none."""
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except binascii.Error as error:
        raise ValueError(text) from error


def point(key: ec.EllipticCurvePublicKey) -> bytes:
    """A public key as browsers write it: an uncompressed point."""
    return key.public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)


def key_at(number: bytes) -> ec.EllipticCurvePrivateKey:
    """The private key of a number."""
    return ec.derive_private_key(int.from_bytes(number, "big"), CURVE)


def new_pair() -> tuple[str, str]:
    """A public and a private key, encoded."""
    made = ec.generate_private_key(CURVE)
    number = made.private_numbers().private_value.to_bytes(NUMBER_BYTES, "big")
    return encoded(point(made.public_key())), encoded(number)


def encrypted(
    plain: bytes,
    *,
    key: bytes,
    auth: bytes,
    salt: bytes | None = None,
    own: ec.EllipticCurvePrivateKey | None = None,
) -> bytes:
    """
    One record that only the browser with this key can open.

    :param key: the public key of the browser, a point.
    :param auth: the secret that the browser shares with us only.
    :param salt: drawn anew for each message, as `own` is.
    :raises ValueError: the text is too long, or the key is no point of the curve.
    """
    if len(plain) > LONGEST:
        raise ValueError(len(plain))
    salt, own = salt or os.urandom(SALT_BYTES), own or ec.generate_private_key(CURVE)
    sender = point(own.public_key())
    shared = own.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(CURVE, key))
    seed = _derived(shared, auth, b"WebPush: info\0" + key + sender, 32)
    cipher = AESGCM(_derived(seed, salt, b"Content-Encoding: aes128gcm\0", 16))
    nonce = _derived(seed, salt, b"Content-Encoding: nonce\0", 12)
    header = salt + RECORD_BYTES.to_bytes(4, "big") + bytes([len(sender)]) + sender
    return header + cipher.encrypt(nonce, plain + b"\x02", None)


def promise(endpoint: str, *, public: str, secret: str, subject: str, at: dt.datetime) -> str:
    """The header by which a push service knows us: a token for its origin, signed with our key (RFC 8292)."""
    address = urlsplit(endpoint)
    claims = {"aud": f"{address.scheme}://{address.netloc}", "exp": int((at + PROMISE).timestamp()), "sub": subject}
    signed = f"{_json({'typ': 'JWT', 'alg': 'ES256'})}.{_json(claims)}"
    r, s = utils.decode_dss_signature(key_at(decoded(secret)).sign(signed.encode(), ec.ECDSA(hashes.SHA256())))
    signature = r.to_bytes(NUMBER_BYTES, "big") + s.to_bytes(NUMBER_BYTES, "big")
    return f"vapid t={signed}.{encoded(signature)}, k={public}"


def _derived(seed: bytes, salt: bytes, info: bytes, length: int) -> bytes:
    return HKDF(algorithm=hashes.SHA256(), length=length, salt=salt, info=info).derive(seed)


def _json(value: dict[str, object]) -> str:
    return encoded(json.dumps(value, separators=(",", ":")).encode())
