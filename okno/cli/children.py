"""What `okno run` starts: web processes and the worker. Servers start them one by one."""

from __future__ import annotations

import argparse
import signal
import socket

from okno.config import web as web_process
from okno.config import worker as worker_process
from okno.config.postgres import die_with_parent
from okno.config.words import _


def web(arguments: list[str]) -> int:
    """Answer requests on the socket with this number, inherited from the process that opened it."""
    parser = argparse.ArgumentParser(prog="okno web")
    parser.add_argument("socket", type=int, help=_("number of an inherited listening socket"))
    asked = parser.parse_args(arguments)
    die_with_parent(signal.SIGTERM)
    web_process.serve(socket.socket(fileno=asked.socket))
    return 0


def worker(arguments: list[str]) -> int:
    """Do background jobs until SIGTERM."""
    parser = argparse.ArgumentParser(prog="okno worker")
    parser.add_argument("--alone", action="store_true", help=_("no other worker serves this database"))
    asked = parser.parse_args(arguments)
    if asked.alone:
        # A worker that outlives its supervisor would wait for a database that is gone.
        die_with_parent(signal.SIGKILL)
    worker_process.run(alone=asked.alone)
    return 0
