"""What holds for all tests.

Properties are judged by their answers, not by how busy the machine is. A program that a test needs may be missing at a
desk; in CI, which installs them all, that is a failure: nobody would notice the skip. Whoever runs the tests in the
background of a script has them ignore ctrl+c, and so would every command that they interrupt.
"""

import os
import signal
import threading
from collections.abc import Generator

import pytest
from hypothesis import HealthCheck, Phase, settings

settings.register_profile("warroom", deadline=None, suppress_health_check=(HealthCheck.too_slow,))
# Where only counts whether something fails, nobody waits for the smallest example, and a busy machine is no failure.
settings.register_profile(
    "mutants",
    deadline=None,
    max_examples=12,
    derandomize=True,
    database=None,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=(HealthCheck.too_slow,),
)
settings.load_profile("warroom")

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN and threading.current_thread() is threading.main_thread():
    signal.signal(signal.SIGINT, signal.default_int_handler)

_MISSING = ("is not installed", "needs ")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if report.skipped and os.environ.get("CI") == "true" and isinstance(report.longrepr, tuple):
        reason = str(report.longrepr[2])
        if any(words in reason for words in _MISSING):
            report.outcome = "failed"
            report.longrepr = f"{item.nodeid}: must not be skipped in CI: {reason}"
    return report


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """The seed of the order, also where the head of the report is left out: --randomly-seed repeats it."""
    if config.pluginmanager.hasplugin("randomly"):
        terminalreporter.write_line(f"the order was that of --randomly-seed={config.getoption('randomly_seed')}")
