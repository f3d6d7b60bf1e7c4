"""What a browser is called: enough for its owner to recognise it among their sessions."""

from __future__ import annotations

import re

# Others name themselves Chrome or Safari too, so the particular ones come first.
BROWSERS = (
    ("YaBrowser", "Yandex Browser"),
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Version", "Safari"),
    ("curl", "curl"),
)
SYSTEMS = (
    ("Windows", "Windows"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Mac OS X", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


def browser_of(agent: str) -> str:
    """`Firefox 140, Windows` of what a browser says of itself; its own words when it is none of the known."""
    system = next((name for mark, name in SYSTEMS if mark in agent), "")
    for mark, name in BROWSERS:
        if found := re.search(rf"{mark}/(\d+)", agent):
            return ", ".join(part for part in (f"{name} {found[1]}", system) if part)
    return agent[:100]
