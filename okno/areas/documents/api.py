"""HTTP endpoints of documents: our own organisations, for reading."""

from okno.areas.documents import queries
from okno.areas.documents.record import ORGANISATION
from okno.kit import api

router = api.record_router(ORGANISATION, queries.organisations, path="/organisations")
