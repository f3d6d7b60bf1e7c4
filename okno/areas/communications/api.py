"""HTTP endpoints of mail: letters within reach; they are given to others and dealt with."""

from okno.areas.communications import commands, queries
from okno.areas.communications.record import MAIL
from okno.kit import api

router = api.record_router(MAIL, queries.mails, commands=[commands.assign, commands.handle])
