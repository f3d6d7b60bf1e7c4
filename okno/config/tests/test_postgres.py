"""The supervisor of the embedded database, tried on a real one."""

import pytest
from django.contrib.sessions.models import Session
from django.db import connection


@pytest.mark.django_db
def test_db():
    assert Session.objects.count() == 0
    with connection.cursor() as c:
        c.execute("select lower('ПрИвЕт'), 'Привет' ilike 'пРИ%'")
        assert c.fetchone() == ("привет", True)
