"""Settings: what a newcomer gets, what is refused, and what is said then."""

from dataclasses import FrozenInstanceError
from pathlib import Path

import pytest

from server.settings import Settings, SettingsRefused
from server.variables import ROOT, VARIABLES, LogForm, LogLevel, WorkerPlace

POSTGRES = "postgresql://casegraph_app:s3cret@db.example.org:5432/casegraph"
REACHED = {"CASEGRAPH_HOST": "0.0.0.0", "CASEGRAPH_ALLOWED_HOSTS": "clinic.example.org"}


def said(**variables: str) -> list[str]:
    """What is said about variables that are refused, one line each."""
    with pytest.raises(SettingsRefused) as refused:
        Settings.read({f"CASEGRAPH_{name}": value for name, value in variables.items()})
    return [str(mistake) for mistake in refused.value.mistakes]


def test_a_newcomer_needs_to_set_nothing() -> None:
    assert Settings.read({}) == Settings(
        database=f"sqlite:///{ROOT}/var/casegraph.sqlite",
        database_owner=f"sqlite:///{ROOT}/var/casegraph.sqlite",
        files=f"file://{ROOT}/var/files",
        files_also=(),
        files_origin=None,
        files_accelerated=None,
        scanner=None,
        keys=ROOT / "var/keys",
        anchor=ROOT / "var/audit-anchor",
        outbox=ROOT / "var/outbox",
        site="http://localhost:8000",
        host="127.0.0.1",
        port=8000,
        allowed_hosts=("localhost", "127.0.0.1", "::1"),
        allowed_origins=(),
        trusted_proxies=(),
        graphiql=True,
        automatic_documents=True,
        allowed_documents=None,
        demo=True,
        secure_cookies=True,
        operation_seconds=30.0,
        body_bytes=1048576,
        log=LogForm.TEXT,
        log_level=LogLevel.INFO,
        worker=WorkerPlace.INSIDE,
    )


def test_an_empty_variable_is_as_good_as_none() -> None:
    assert Settings.read({variable.name: "" for variable in VARIABLES}) == Settings.read({})


def test_every_example_is_accepted() -> None:
    examples = {variable.name: variable.example for variable in VARIABLES}
    assert Settings.read(examples).worker is WorkerPlace.BESIDE


def test_settings_do_not_change_while_the_server_runs() -> None:
    with pytest.raises(FrozenInstanceError):
        Settings.read({}).port = 9  # type: ignore[misc]  # the very thing that must fail


def test_demo_data_and_graphiql_stop_at_the_loopback() -> None:
    settings = Settings.read(REACHED)
    assert (settings.demo, settings.graphiql) == (False, False)
    assert settings.log is LogForm.JSON


def test_a_name_of_the_world_behind_a_proxy_is_beyond_the_loopback_too() -> None:
    settings = Settings.read({"CASEGRAPH_ALLOWED_HOSTS": "clinic.example.org"})
    assert not settings.is_loopback
    assert (settings.demo, settings.graphiql) == (False, False)


def test_demo_data_and_graphiql_are_served_to_the_world_when_a_setting_says_so() -> None:
    settings = Settings.read(REACHED | {"CASEGRAPH_DEMO": "yes", "CASEGRAPH_GRAPHIQL": "Yes"})
    assert (settings.demo, settings.graphiql) == (True, True)


def test_demo_data_and_graphiql_can_be_left_out_on_the_loopback() -> None:
    settings = Settings.read({"CASEGRAPH_DEMO": "no", "CASEGRAPH_GRAPHIQL": "no"})
    assert (settings.demo, settings.graphiql) == (False, False)


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.8.9.1", "::1", "[::1]", "casegraph.localhost"])
def test_what_never_leaves_the_machine_is_loopback(host: str) -> None:
    assert Settings.read({"CASEGRAPH_HOST": host}).is_loopback


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.5", "localhost.example.org"])
def test_beyond_the_loopback_the_servers_names_are_asked_for(host: str) -> None:
    assert said(HOST=host) == [
        f"CASEGRAPH_ALLOWED_HOSTS is needed when CASEGRAPH_HOST is {host!r}: the names people reach the server by. "
        "For example CASEGRAPH_ALLOWED_HOSTS=clinic.example.org"
    ]


def test_a_wrong_value_is_refused_with_what_was_expected_and_an_example() -> None:
    assert said(PORT="eight") == [
        "CASEGRAPH_PORT is 'eight': expected a whole number up to 65535. For example CASEGRAPH_PORT=8000"
    ]


def test_all_mistakes_are_reported_together() -> None:
    lines = said(PORT="70000", LOG="xml", HOST="0.0.0.0", DATABSE="sqlite:///x")
    assert [line.split()[0] for line in lines] == [
        "CASEGRAPH_DATABSE",
        "CASEGRAPH_PORT",
        "CASEGRAPH_LOG",
        "CASEGRAPH_ALLOWED_HOSTS",
    ]


def test_the_message_begins_with_what_it_is_about() -> None:
    with pytest.raises(
        SettingsRefused, match=r"\ACasegraph cannot start with these settings:\n- CASEGRAPH_PORT is 'x'"
    ):
        Settings.read({"CASEGRAPH_PORT": "x"})


@pytest.mark.parametrize(
    ("name", "nearest"),
    [
        ("DATABSE", "Is it CASEGRAPH_DATABASE?"),
        ("ALLOWED_HOST", "Is it CASEGRAPH_ALLOWED_HOSTS?"),
        ("port", "Is it CASEGRAPH_PORT?"),
        ("QQQQ_ZZZZ_XXXX_JJJJ", "Remove it."),
    ],
)
def test_an_unknown_variable_is_refused_with_the_nearest_name(name: str, nearest: str) -> None:
    assert said(**{name: "1"}) == [f"CASEGRAPH_{name} is not a setting of Casegraph. {nearest}"]


def test_the_variables_of_the_tests_are_not_ours_to_refuse() -> None:
    assert Settings.read({"CASEGRAPH_TEST_DATABASE": "anything", "PATH": "/bin"}) == Settings.read({})


@pytest.mark.parametrize(
    "text",
    [
        "mysql://h/n",
        "postgresql://host",
        "postgres://h/n",
        "sqlite://",
        "sqlite:///:memory:",
        "nonsense",
        "://",
        "sqlite://host/x",
    ],
)
def test_another_database_is_refused(text: str) -> None:
    [line] = said(DATABASE=text)
    assert line.startswith("CASEGRAPH_DATABASE cannot be used (")
    assert "expected sqlite:///path or postgresql://user:password@host/name" in line


def test_a_password_is_neither_repeated_in_a_mistake_nor_printed_with_the_settings() -> None:
    assert "s3cret" not in "".join(said(DATABASE="mysql://root:s3cret@host/name", DATABASE_OWNER="s3cret"))
    settings = Settings.read({"CASEGRAPH_DATABASE": POSTGRES})
    assert "s3cret" not in repr(settings)
    assert settings.database_shown == POSTGRES.replace("s3cret", "***")


@pytest.mark.parametrize("driver", ["", "+asyncpg"])
def test_a_database_is_named_without_its_driver(driver: str) -> None:
    settings = Settings.read({"CASEGRAPH_DATABASE": POSTGRES.replace("postgresql", f"postgresql{driver}")})
    assert settings.database == settings.database_owner == POSTGRES


def test_a_relative_path_starts_at_the_checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    settings = Settings.read({"CASEGRAPH_DATABASE": "sqlite+aiosqlite:///one.sqlite", "CASEGRAPH_KEYS": "two"})
    assert settings.database == f"sqlite:///{ROOT}/one.sqlite"
    assert settings.keys == ROOT / "two"


def test_an_absolute_path_stays(sqlite_url: str) -> None:
    assert Settings.read({"CASEGRAPH_DATABASE": sqlite_url}).database == sqlite_url


def test_migrations_may_run_as_another_role_of_the_same_database() -> None:
    owner = POSTGRES.replace("casegraph_app:s3cret", "casegraph_owner:other")
    settings = Settings.read({"CASEGRAPH_DATABASE": POSTGRES, "CASEGRAPH_DATABASE_OWNER": owner})
    assert settings.database_owner == owner


def test_migrations_of_another_database_are_refused() -> None:
    [line] = said(DATABASE=POSTGRES, DATABASE_OWNER=POSTGRES.replace("5432", "5433"))
    assert line.startswith("CASEGRAPH_DATABASE_OWNER names another database than CASEGRAPH_DATABASE")


@pytest.mark.parametrize("text", ["s3://", "file://", "file://host/folder", "/var/lib", "https://bucket/x", "file:///"])
def test_another_file_store_is_refused(text: str) -> None:
    [line] = said(FILES=text)
    assert line.startswith("CASEGRAPH_FILES cannot be used")


def test_lists_are_read_with_commas() -> None:
    settings = Settings.read(
        {
            "CASEGRAPH_ALLOWED_HOSTS": "Clinic.example.org, [::1],,clinic.example.org",
            "CASEGRAPH_ALLOWED_ORIGINS": "https://App.example.org,http://localhost:3000",
            "CASEGRAPH_TRUSTED_PROXIES": "10.0.0.0/8, 192.168.1.1",
        }
    )
    assert settings.allowed_hosts == ("clinic.example.org", "::1")
    assert settings.allowed_origins == ("https://app.example.org", "http://localhost:3000")
    assert settings.trusted_proxies == ("10.0.0.0/8", "192.168.1.1/32")


@pytest.mark.parametrize(
    "text", ["example.org:80", "https://example.org", "a b", "a/b", "*", "*.example.org", "me@example.org"]
)
def test_a_host_is_a_name_and_nothing_else(text: str) -> None:
    assert len(said(ALLOWED_HOSTS=text)) == 1


@pytest.mark.parametrize(
    "text",
    [
        "example.org",
        "https://example.org/",
        "https://example.org:443",
        "null",
        "*",
        "ftp://example.org",
        "https://me@example.org",
    ],
)
def test_an_origin_is_written_as_browsers_send_it(text: str) -> None:
    assert len(said(ALLOWED_ORIGINS=text)) == 1


@pytest.mark.parametrize("text", ["nan", "inf", "0", "-1", "601", "1e9", "ten"])
def test_a_deadline_is_a_number_of_seconds_within_reason(text: str) -> None:
    assert len(said(OPERATION_SECONDS=text)) == 1


def test_cookies_without_secure_are_for_this_machine_alone() -> None:
    assert not Settings.read({"CASEGRAPH_SECURE_COOKIES": "no"}).secure_cookies


def test_cookies_without_secure_are_refused_beyond_the_loopback() -> None:
    [line] = said(HOST="0.0.0.0", ALLOWED_HOSTS="clinic.example.org", SECURE_COOKIES="no")
    assert line.startswith("CASEGRAPH_SECURE_COOKIES is 'no', but the server is reached beyond this machine")
