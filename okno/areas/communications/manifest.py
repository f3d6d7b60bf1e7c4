"""What communications put on the shelf."""

from okno.areas.communications import commands
from okno.areas.communications.record import MAIL
from okno.kit.registry import registry

registry.add_record(MAIL)
registry.add_loop("mailboxes", commands.watch)
