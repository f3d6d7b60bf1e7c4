"""HTTP endpoints of mail: letters within reach, for reading."""

from okno.areas.communications import queries
from okno.areas.communications.record import MAIL
from okno.kit import api

router = api.record_router(MAIL, queries.mails)
