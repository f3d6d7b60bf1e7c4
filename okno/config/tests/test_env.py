"""Settings from the environment: defaults, what is kept, and how bad ones are told."""

from pathlib import Path

import pytest

from okno.config import env


@pytest.fixture(autouse=True)
def _clean(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("OKNO_SECRET_KEY", "OKNO_DEMO_PASSWORD", "OKNO_PORT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("OKNO_DATA_DIR", str(tmp_path / "var"))


def test_load_needs_nothing() -> None:
    settings = env.load()

    assert (settings.host, settings.port, settings.public_url) == ("127.0.0.1", 8000, "http://127.0.0.1:8000")


def test_load_keeps_the_secrets_it_makes() -> None:
    first, second = env.load(), env.load()

    assert len(first.secret_key) > 50
    assert (first.secret_key, first.demo_password) == (second.secret_key, second.demo_password)
    assert (first.data_dir / "secret-key").stat().st_mode & 0o077 == 0


def test_load_reads_a_secret_from_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "key").write_text("from a docker secret\n")
    monkeypatch.setenv("OKNO_SECRET_KEY_FILE", str(tmp_path / "key"))

    assert env.load().secret_key == "from a docker secret"


def test_load_takes_an_empty_value_for_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OKNO_PORT", "")

    assert env.load().port == 8000


def test_load_names_every_bad_value_in_russian(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OKNO_PORT", "99999")
    monkeypatch.setenv("OKNO_DATABASE_URL", "mysql://bad")
    monkeypatch.setenv("OKNO_TIME_ZONE", "Moscow")

    with pytest.raises(env.BadSettings) as caught:
        env.load()

    assert caught.value.problems == [
        "OKNO_PORT: нужен номер порта от 1 до 65535, а задано «99999».",
        "OKNO_DATABASE_URL: нужен адрес вида postgresql://user:password@host:5432/database, а задано «…».",
        "OKNO_TIME_ZONE: нужно название часового пояса, например Europe/Moscow, а задано «Moscow».",
    ]


def test_load_tells_that_the_data_folder_cannot_be_made(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("OKNO_DATA_DIR", str(tmp_path / "file" / "var"))

    with pytest.raises(env.BadSettings, match="OKNO_DATA_DIR"):
        env.load()
