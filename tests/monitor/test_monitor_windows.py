"""Maintenance by configuration and by hand: what is in force, and what outlives what."""

from datetime import UTC, datetime, timedelta

from warroom.config.settings import Maintenance
from warroom.monitor.windows import Windows

NOW = datetime(2026, 11, 21, 20, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def test_a_window_by_hand_covers_one_service_for_its_length() -> None:
    windows = Windows()
    assert windows.reason("api", "core", NOW) is None
    windows.open("api", NOW, HOUR, "upgrade")
    assert windows.reason("api", "core", NOW) == "upgrade"
    assert windows.reason("db", "core", NOW) is None
    assert windows.reason("api", "core", NOW + HOUR) is None


def test_without_a_reason_it_is_called_maintenance() -> None:
    windows = Windows([Maintenance(("group:core",), NOW, HOUR)])
    windows.open("web", NOW, HOUR, "")
    assert windows.reason("api", "core", NOW) == windows.reason("web", "", NOW) == "maintenance"


def test_what_was_opened_by_hand_outlives_a_new_configuration() -> None:
    windows = Windows([Maintenance(("*",), NOW, HOUR, "planned")])
    windows.open("api", NOW, HOUR, "upgrade")
    windows.configure(())
    assert windows.reason("api", "", NOW) == "upgrade"
    assert windows.reason("db", "", NOW) is None


def test_closing_takes_a_service_out_of_every_window_in_force_and_of_no_later_one() -> None:
    later = Maintenance(("*",), NOW + 2 * HOUR, HOUR, "later")
    windows = Windows([Maintenance(("*",), NOW - HOUR, 2 * HOUR, "planned"), later])
    windows.open("api", NOW, HOUR, "upgrade")
    windows.close("api", NOW)
    assert windows.reason("api", "", NOW) is None
    assert windows.reason("db", "", NOW) == "planned"
    assert windows.reason("api", "", NOW + 2 * HOUR) == "later"
    windows.open("api", NOW, HOUR, "again")
    assert windows.reason("api", "", NOW) == "again"
