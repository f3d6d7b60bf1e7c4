"""Loaded by pytest before anything else: the tests get a data folder of their own, and no setting of the machine."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from pathlib import Path

# Short on purpose: the database's socket lives in it.
FOLDER = Path(tempfile.mkdtemp(prefix="okno-"))
# The database's user must get in when the tests run as root.
FOLDER.chmod(0o755)
atexit.register(shutil.rmtree, FOLDER, ignore_errors=True)

# Not a setting: asks the browser tests to take the pictures of the documents anew.
KEPT = {"OKNO_PICTURES"}
for name in [name for name in os.environ if name.startswith("OKNO_") and name not in KEPT]:
    del os.environ[name]
os.environ |= {
    "OKNO_DATA_DIR": str(FOLDER),
    "OKNO_SECRET_KEY": "only-for-tests",
    "OKNO_DEMO_PASSWORD": "only-for-tests",
    "DJANGO_ALLOW_ASYNC_UNSAFE": "true",  # the browser tests run inside Playwright's event loop
}
