"""
A real Dovecot 2.3 on loopback: mailboxes that live as long as a test, delivery over LMTP.

Debian: `apt-get install --no-install-recommends dovecot-imapd dovecot-lmtpd`.
"""

from __future__ import annotations

import getpass
import json
import os
import pwd
import shutil
import signal
import smtplib
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import Message
from pathlib import Path
from urllib.parse import parse_qs

from okno.kit.testing.fakes.certificate import write_certificate
from okno.kit.testing.fakes.web import serving

PROGRAM = "dovecot"
START_SECONDS = 15

CONFIG = """
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/dovecot.log
listen = 127.0.0.1
protocols = imap lmtp
ssl = yes
ssl_cert = <{certificate}
ssl_key = <{key}
disable_plaintext_auth = no
auth_failure_delay = 0
auth_mechanisms = plain login xoauth2
mail_location = maildir:{folder}/mail/%u
mail_uid = {mail_user}
mail_gid = {mail_group}
first_valid_uid = 1
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {login_user}
default_process_limit = 20
passdb {{
  driver = passwd-file
  args = {folder}/users
}}
passdb {{
  driver = oauth2
  mechanisms = xoauth2
  args = {folder}/oauth2.conf.ext
}}
userdb {{
  driver = static
  args = uid={mail_user} gid={mail_group} home={folder}/mail/%u
}}
namespace inbox {{
  inbox = yes
  mailbox Отправленные {{
    auto = create
    special_use = \\Sent
  }}
  mailbox Спам {{
    auto = create
    special_use = \\Junk
  }}
}}
service imap-login {{
  {chroot}
  inet_listener imap {{
    port = {imap}
  }}
  inet_listener imaps {{
    port = {imaps}
    ssl = yes
  }}
}}
service lmtp {{
  inet_listener lmtp {{
    address = 127.0.0.1
    port = {lmtp}
  }}
}}
service anvil {{
  {chroot}
  # without it a wrong password slows the next sign-ins down
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service stats {{
  {chroot}
}}
"""

OAUTH2 = """
introspection_mode = post
introspection_url = {url}/
username_attribute = email
active_attribute = active
active_value = true
"""


@dataclass(frozen=True, kw_only=True)
class Dovecot:
    """A running server: where it listens and where it keeps its files."""

    folder: Path
    imap_port: int
    imaps_port: int
    lmtp_port: int
    host: str = "127.0.0.1"

    def deliver(self, user: str, raw: bytes, sender: str = "sender@elsewhere.test") -> None:
        """Give a message to the user's mailbox as a mail server would."""
        with smtplib.LMTP(self.host, self.lmtp_port) as lmtp:
            lmtp.sendmail(sender, [user], raw)

    def log(self) -> str:
        path = self.folder / "dovecot.log"
        return path.read_text(errors="replace") if path.exists() else ""


def why_not() -> str:
    """The reason why Dovecot cannot run here; empty when it can."""
    if shutil.which(PROGRAM) is None:
        return "Dovecot is not installed (dovecot-imapd, dovecot-lmtpd)"
    version = subprocess.run([PROGRAM, "--version"], capture_output=True, text=True, check=False).stdout
    return "" if version.startswith("2.3") else f"the runner is for Dovecot 2.3, here is {version.strip()}"


@contextmanager
def running_dovecot(users: Mapping[str, str], tokens: Mapping[str, str] | None = None) -> Iterator[Dovecot]:
    """
    Start a server with these mailboxes (address: password; token: address), stop it and delete its files at the end.

    :raises RuntimeError: it did not start; the text is its log.
    """
    # paths of its sockets may have 108 letters, and its users must be able to walk there: not pytest's own folder
    folder = Path(tempfile.mkdtemp(prefix="okno-dc-"))
    folder.chmod(0o755)
    ports = _free_ports(3)
    server = Dovecot(folder=folder, imap_port=ports[0], imaps_port=ports[1], lmtp_port=ports[2])
    with _introspection(tokens or {}) as url:
        (folder / "oauth2.conf.ext").write_text(OAUTH2.format(url=url))
        _write(server, users)
        command = [PROGRAM, "-F", "-c", str(folder / "dovecot.conf")]
        process = subprocess.Popen(command, stderr=subprocess.DEVNULL, start_new_session=True)
        try:
            _wait(server, process)
            yield server
        finally:
            # its children would go on serving whoever is connected
            os.killpg(process.pid, signal.SIGTERM)
            process.wait(timeout=15)
            shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _introspection(tokens: Mapping[str, str]) -> Iterator[str]:
    """What a provider of tokens answers when Dovecot asks whose token it was shown (RFC 7662)."""

    def answer(_path: str, _headers: Message, body: bytes) -> tuple[int, bytes]:
        owner = tokens.get(parse_qs(body.decode()).get("token", [""])[0], "")
        return 200, json.dumps({"active": bool(owner), "email": owner}).encode()

    with serving(answer) as url:
        yield url


def _write(server: Dovecot, users: Mapping[str, str]) -> None:
    folder = server.folder
    certificate, key = write_certificate(folder)
    (folder / "users").write_text("".join(f"{name}:{{PLAIN}}{word}::::::\n" for name, word in users.items()))
    mail = folder / "mail"
    mail.mkdir()
    names = _system_names()
    if os.geteuid() == 0:
        shutil.chown(mail, names["mail_user"], names["mail_group"])
    text = CONFIG.format(
        folder=folder,
        certificate=certificate,
        key=key,
        imap=server.imap_port,
        imaps=server.imaps_port,
        lmtp=server.lmtp_port,
        **names,
    )
    (folder / "dovecot.conf").write_text(text)


def _system_names() -> dict[str, str]:
    """As root Dovecot changes to its own users; started by anyone else it stays that user and its root."""
    if os.geteuid() == 0:
        return {
            "user": "dovecot",
            "group": "dovecot",
            "login_user": "dovenull",
            "mail_user": "mail",
            "mail_group": "mail",
            "chroot": "",
        }
    me = getpass.getuser()
    mine = str(pwd.getpwnam(me).pw_gid)
    return {"user": me, "group": mine, "login_user": me, "mail_user": me, "mail_group": mine, "chroot": "chroot ="}


def _free_ports(count: int) -> list[int]:
    sockets = [socket.socket() for _ in range(count)]
    try:
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [int(one.getsockname()[1]) for one in sockets]
    finally:
        for one in sockets:
            one.close()


def _wait(server: Dovecot, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end and process.poll() is None:
        try:
            with (
                socket.create_connection((server.host, server.lmtp_port), timeout=5) as lmtp,
                socket.create_connection((server.host, server.imap_port), timeout=5) as imap,
            ):
                if lmtp.recv(3) == b"220" and imap.recv(4) == b"* OK":
                    return
        except OSError:
            time.sleep(0.05)
    raise RuntimeError(f"Dovecot did not start: {server.log()}")
