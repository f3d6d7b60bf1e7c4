"""One web process of the product on a socket that is given by its number."""

from __future__ import annotations

import socket
import sys

from okno.config.web import serve

if __name__ == "__main__":
    serve(socket.socket(fileno=int(sys.argv[1])))
