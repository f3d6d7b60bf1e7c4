"""Tests of the outbound door against a real server on this machine."""

from __future__ import annotations

import datetime as dt
import gzip
import io
import itertools
import logging
import ssl
from decimal import Decimal

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from okno.kit import netguard
from okno.kit.http import Door, Timeouts, TransportError, door
from okno.kit.secrets import SecretText
from okno.kit.tests.fakes.web import Said, serving

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])
HERE = ("127.0.0.0/8",)


def here(_host, _port):
    return ["127.0.0.1"]


def nowhere(host, _port):
    raise OSError(host)


def patient(pauses=None, **options):
    """A door that does not really wait between attempts."""
    waited = [] if pauses is None else pauses
    return Door(**{"private": HERE, "resolve": here, "sleep": waited.append, **options})


def failing(way, *args, **options) -> TransportError:
    with pytest.raises(TransportError) as caught:
        way.send(*args, **options)
    assert "%(" not in caught.value.message
    return caught.value


def replies(*statuses, **headers):
    """Answer with these statuses in turn, with the last one for ever."""
    order = itertools.chain(statuses, itertools.repeat(statuses[-1]))
    return lambda _asked: Said(status=next(order), headers=headers)


def test_send_gives_the_answer_whatever_its_status():
    with serving(lambda _asked: Said(status=404, body=b'{"a": 1.10}')) as server, patient() as way:
        answer = way.get(server.url("/x"), params={"q": "да"})

    assert (answer.status, answer.json()) == (404, {"a": Decimal("1.10")})
    assert server.asked[0].path == "/x?q=%D0%B4%D0%B0"


@pytest.mark.parametrize(("status", "permanent"), [(400, True), (404, True), (302, True), (429, False), (503, False)])
def test_checked_tells_permanent_errors_from_passing_ones(status, permanent):
    with serving(replies(status)) as server, patient(attempts=1) as way:
        answer = way.post(server.url())

    with pytest.raises(TransportError) as caught:
        answer.checked()
    assert (caught.value.permanent, caught.value.status) == (permanent, status)


@pytest.mark.parametrize("body", [b"", b"<html>", b"{", b"\xff\xfe\xfa", b"[" * 200_000])
def test_json_refuses_what_is_no_json(body):
    with serving(lambda _asked: Said(body=body)) as server, patient() as way, pytest.raises(TransportError):
        way.get(server.url()).json()


def test_send_repeats_a_reading_request_with_growing_pauses():
    pauses: list[float] = []
    with serving(replies(503, 502, 200)) as server, patient(pauses) as way:
        answer = way.get(server.url())

    assert answer.status == 200
    assert len(server.asked) == 3
    assert 0 < pauses[0] < pauses[1] < 2


def test_send_waits_as_long_as_the_other_system_asks_but_not_for_ever():
    pauses: list[float] = []
    with serving(replies(503, 503, 200, **{"retry-after": "7200"})) as server, patient(pauses) as way:
        way.get(server.url())

    assert pauses == [30.0, 30.0]


def test_send_does_not_repeat_a_writing_request_that_was_answered():
    with serving(replies(503)) as server, patient() as way:
        answer = way.post(server.url(), json={"a": 1})

    assert answer.status == 503
    assert len(server.asked) == 1


def test_send_repeats_a_writing_request_with_a_key_and_sends_its_body_anew():
    with serving(replies(503, 200)) as server, patient() as way:
        way.post(server.url(), body=lambda: iter([b"one", b"two"]), headers={"Content-Length": "6"}, idempotent=True)

    assert [asked.body for asked in server.asked] == [b"onetwo", b"onetwo"]


def test_send_repeats_a_writing_request_that_was_turned_away():
    with serving(replies(429, 200)) as server, patient() as way:
        assert way.post(server.url()).status == 200


def test_send_says_that_it_is_unknown_whether_a_writing_request_was_done():
    with serving(lambda _asked: Said(breaks=True)) as server, patient() as way:
        error = failing(way, "POST", server.url())

    assert (error.permanent, error.is_unknown) == (False, True)
    assert len(server.asked) == 1


def test_send_repeats_when_nobody_listens_and_nothing_was_sent():
    pauses: list[float] = []
    with serving(replies(200)) as server:
        url = server.url()
    with patient(pauses) as way:
        error = failing(way, "POST", url)

    assert (error.permanent, error.is_unknown) == (False, False)
    assert len(pauses) == 2


def test_send_takes_no_more_than_it_can_hold_even_when_packed():
    packed = gzip.compress(b"0" * 1_000_000)
    with serving(lambda _asked: Said(body=packed, headers={"content-encoding": "gzip"})) as server, patient() as way:
        error = failing(way, "GET", server.url(), largest=100_000)

    assert error.permanent


def test_send_gives_up_on_a_whole_attempt_that_lasts_too_long():
    with serving(lambda _asked: Said(body=b"x")) as server, patient(timeouts=Timeouts(total=-1)) as way:
        error = failing(way, "GET", server.url())

    assert (error.permanent, error.is_unknown) == (False, True)


def test_send_writes_a_large_body_into_a_file_from_its_place():
    target = io.BytesIO()
    target.write(b"head ")
    with serving(replies(503, 200)) as server, patient() as way:
        way.get(server.url(), into=target)
    with serving(lambda _asked: Said(body=b"body")) as server, patient() as way:
        answer = way.get(server.url(), into=target)

    assert (target.getvalue(), answer.body) == (b"head body", b"")


def test_send_keeps_what_an_error_says_out_of_the_file():
    target = io.BytesIO()
    with serving(lambda _asked: Said(status=404, body=b"no such key")) as server, patient() as way:
        answer = way.get(server.url(), into=target)

    assert (target.getvalue(), answer.body) == (b"", b"no such key")


def test_send_follows_redirects_within_an_origin_with_headers():
    def reply(asked):
        return Said(status=302, headers={"location": "../b"}) if asked.path == "/a/a" else Said(body=b"there")

    with serving(reply) as server, patient() as way:
        answer = way.get(server.url("/a/a"), headers={"X-Key": "k"})

    assert answer.body == b"there"
    assert [(asked.path, asked.headers.get("x-key")) for asked in server.asked] == [("/a/a", "k"), ("/b", "k")]


def test_send_takes_no_headers_to_another_origin():
    with (
        serving(lambda _asked: Said(body=b"there")) as other,
        serving(lambda _asked: Said(status=302, headers={"location": other.url()})) as server,
        patient() as way,
    ):
        way.get(server.url(), headers={"Authorization": SecretText("Bearer t"), "X-Key": "k"})

    assert "authorization" not in other.asked[0].headers
    assert "x-key" not in other.asked[0].headers


def test_send_is_not_led_inside_by_a_redirect():
    inside = {"location": "http://169.254.169.254/latest/meta-data/"}
    with serving(lambda _asked: Said(status=302, headers=inside)) as server, patient(private=("*",)) as way:
        error = failing(way, "GET", server.url())

    assert error.permanent


def test_send_does_not_run_in_circles():
    with serving(lambda _asked: Said(status=302, headers={"location": "/"})) as server, patient() as way:
        error = failing(way, "GET", server.url())

    assert error.permanent
    assert len(server.asked) == 6


def test_send_leaves_a_redirect_of_a_writing_request_to_the_caller():
    with serving(lambda _asked: Said(status=307, headers={"location": "/other"})) as server, patient() as way:
        assert way.post(server.url()).status == 307


@pytest.mark.parametrize("url", ["", "ftp://example.ru/", "http://", "example.ru", "http://[::1", "file:///etc/passwd"])
def test_send_refuses_what_is_no_web_address(url):
    with patient() as way:
        assert failing(way, "GET", url).permanent


@pytest.mark.parametrize(
    "url",
    ["http://127.0.0.1/", "http://[::1]/", "http://[::ffff:10.0.0.1]/", "http://192.168.0.1/", "http://0.0.0.0/",
     "http://[64:ff9b::7f00:1]/", "http://[2002:7f00:1::]/", "http://inside.example/"],
)  # fmt: skip
def test_send_calls_no_private_network_unless_allowed(url):
    with Door(resolve=here) as way:
        error = failing(way, "GET", url)

    assert error.permanent
    assert not error.is_unknown


def test_send_says_when_a_name_is_unknown():
    with patient(resolve=nowhere) as way:
        error = failing(way, "GET", "http://no.example/")

    assert not error.permanent


def test_send_asks_for_the_name_once_and_calls_that_very_address():
    names = []

    def resolve(host, _port):
        names.append(host)
        # A name that changes between check and use would give another address the second time.
        return ["127.0.0.1"] if len(names) == 1 else ["192.0.2.1"]

    with serving(lambda _asked: Said(body=b"there")) as server, patient(resolve=resolve) as way:
        answer = way.get(server.url(host="moving.example"))

    assert answer.body == b"there"
    assert server.asked[0].headers["host"] == f"moving.example:{server.port}"
    assert names == ["moving.example"]


@pytest.mark.parametrize(
    ("private", "address", "is_allowed"),
    [
        ((), "8.8.8.8", True),
        ((), "10.1.2.3", False),
        (("10.0.0.0/8",), "10.1.2.3", True),
        (("10.0.0.0/8",), "192.168.1.1", False),
        (("1c.lan",), "192.168.1.1", True),
        (("*",), "192.168.1.1", True),
        (("*",), "127.0.0.1", True),
        (("*",), "169.254.169.254", False),
        (("169.254.169.254",), "169.254.169.254", True),
        (("*",), "0.0.0.0", False),
        (("*",), "224.0.0.1", False),
        (("*",), "fe80::1%eth0", False),
        (("fd00::/8",), "fd12::1", True),
        ((), "2a02:6b8::feed:ff", True),
        (("*",), "::7f00:1", False),
        (("*",), "64:ff9b:1::7f00:1", False),
        ((), "fec0::1", False),
        ((), "240.0.0.1", False),
    ],
)
def test_may_call_knows_networks_hosts_and_the_star(private, address, is_allowed):
    assert netguard.may_call("1c.lan", address, private) is is_allowed


def test_door_of_the_installation_may_call_what_its_setting_names(settings):
    settings.OKNO_HTTP_PRIVATE = ("127.0.0.0/8",)
    with serving(lambda _asked: Said(body=b"there")) as server, door(attempts=1) as out:
        assert out.get(server.url()).body == b"there"
    settings.OKNO_HTTP_PRIVATE = ()
    with door() as out:
        assert failing(out, "GET", server.url()).permanent


def test_callable_addresses_leaves_out_the_private_ones():
    found = netguard.callable_addresses("mixed.example", 80, resolve=lambda _host, _port: ["10.0.0.1", "8.8.8.8"])

    assert found == ["8.8.8.8"]


def test_secrets_never_reach_the_log_nor_the_error(caplog):
    caplog.set_level(logging.DEBUG)
    token = SecretText("http://127.0.0.1:1/bot123:TOKEN/send?key=TOKEN")
    with serving(replies(200)) as server, patient() as way:
        way.get(SecretText(server.url("/botTOKEN/send?key=TOKEN")), headers={"X-Key": SecretText("TOKEN")})
        error = failing(way, "GET", token)

    assert server.asked[0].headers["x-key"] == "TOKEN"
    assert "GET 127.0.0.1: 200" in caplog.text
    assert "TOKEN" not in caplog.text + repr(error.args) + repr(error.params)


def certificate(name, folder) -> tuple[str, str]:
    """Make a certificate that signs itself for a name; return the files of the certificate and the key."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    made = (
        x509.CertificateBuilder(subject, subject, key.public_key(), x509.random_serial_number())
        .not_valid_before(dt.datetime(2020, 1, 1, tzinfo=dt.UTC))
        .not_valid_after(dt.datetime(2120, 1, 1, tzinfo=dt.UTC))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem, key_pem = folder / "cert.pem", folder / "key.pem"
    pem.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    key_pem.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        ),
    )
    return str(pem), str(key_pem)


def test_send_checks_the_certificate_against_the_name_and_not_the_address(tmp_path):
    pem, key = certificate("books.example", tmp_path)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(pem, key)

    with serving(lambda _asked: Said(body=b"there"), tls=tls) as server, patient(ca_file=pem) as way:
        answer = way.get(server.url(host="books.example", scheme="https"))
        stranger = failing(way, "GET", server.url(host="other.example", scheme="https"))
        with patient() as distrustful:
            unknown = failing(distrustful, "GET", server.url(host="books.example", scheme="https"))

    assert answer.body == b"there"
    assert stranger.permanent
    assert unknown.permanent
