"""
Notices, mentions and reminders: who is told of what, by which channel, and why.

An area declares its kinds in its manifest: `notices.add("deals.assigned", _("A deal is given to me"), …)`.
"""

from okno.kit.notices.audiences import AUTHOR, HEAD, INVITED, MENTIONED, OWN, OWNER, PARTICIPANT, WATCHER
from okno.kit.notices.declaring import add
from okno.kit.notices.ending import add as ends
from okno.kit.notices.kinds import FAILURES, MENTIONS, MINE, ROBOTS, Act, Mode

__all__ = [
    "AUTHOR",
    "FAILURES",
    "HEAD",
    "INVITED",
    "MENTIONED",
    "MENTIONS",
    "MINE",
    "OWN",
    "OWNER",
    "PARTICIPANT",
    "ROBOTS",
    "WATCHER",
    "Act",
    "Mode",
    "add",
    "ends",
]
