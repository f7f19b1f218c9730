"""Processes that are killed, and processes that write at once: what was acknowledged is there, once."""

import os
from collections import Counter
from pathlib import Path

from filekit import entry, new_file, python
from warroom.files.codec import decode
from warroom.files.doctor import examine
from warroom.files.store import Store

MOMENTS = 200
PROCESSES, ENTRIES = 8, 1000

# Forks writers that acknowledge each entry on a pipe once it is on disk, and kills them in the middle of it. Each stops
# by itself after some entries: on a busy machine it would else write on for seconds before the other gets in its first.
NURSERY = """
import os, random, select, signal, sys, time
from datetime import UTC, datetime
from warroom.files.append import append
from warroom.files.store import Store
from warroom.incident.changes import Add, Change, Revise, Set, Stamp
from warroom.incident.model import Entry

path, moments = sys.argv[1], int(sys.argv[2])
now = datetime.now(UTC)
chance = random.Random(9)


def write_on(name, acknowledge):
    store = Store(path)
    for number in range(1, 31):
        one = f"{name}-{number}"
        if number % 3:
            append(path, {"id": one, "at": now, "by": name, "text": "word " * (number % 60)})
        else:
            edits = (Add(Entry(one, "rewritten")), Set("title", one), Revise(f"{name}-{number - 1}", {"text": one}))
            store.commit(Change(edits, Stamp(f"change-{one}", now, name)))
        os.write(acknowledge, one.encode() + b"\\n")
    signal.pause()


def child(name):
    ours, theirs = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(ours)
        try:
            write_on(name, theirs)
        except BaseException as error:
            os.write(theirs, f"failed {error!r}\\n".encode())
        finally:
            os._exit(1)
    os.close(theirs)
    return pid, ours


for moment in range(moments // 2):
    pair = [child(f"p{moment}a"), child(f"p{moment}b")]
    for pid, pipe in pair:
        select.select([pipe], [], [])
        time.sleep(chance.random() * 0.01)
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
    for _, pipe in pair:
        while part := os.read(pipe, 65536):
            os.write(1, part)
        os.close(pipe)
"""

WRITER = """
import sys
from datetime import UTC, datetime
from warroom.files.append import append
from warroom.files.store import Store
from warroom.incident.changes import Change, Set, Stamp

path, name, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
now = datetime.now(UTC)
store = Store(path)
sys.stdin.readline()
for number in range(count):
    append(path, {"id": f"{name}-{number}", "at": now, "by": name, "text": f"entry {number} of {name}"})
    if number % 100 == 50:
        store.commit(Change((Set(f"roles.{name}", str(number)),), Stamp(f"{name}-c{number}", now, name)))
"""


def test_kill_9_at_any_moment_loses_nothing_that_was_acknowledged(tmp_path: Path) -> None:
    path = new_file(tmp_path, entry("e1"))
    nursery = python(NURSERY, str(path), str(MOMENTS))
    acknowledged, errors = nursery.communicate(timeout=100)
    assert (nursery.returncode, errors) == (0, "")
    ids = acknowledged.split()
    assert "failed" not in ids
    assert len({name.partition("-")[0] for name in ids}) == MOMENTS, "each writer got an entry in before it was killed"
    counts = Counter(found.id for found in Store(path).load().entries)
    assert [name for name in ids if counts[name] != 1] == []
    assert [finding for finding in examine(path) if finding.wrong] == []


def test_eight_processes_lose_no_entry_of_one_another(tmp_path: Path) -> None:
    path = new_file(tmp_path)
    writers = [python(WRITER, str(path), f"w{number}", str(ENTRIES)) for number in range(PROCESSES)]
    for writer in writers:
        assert writer.stdin is not None
        writer.stdin.write("go\n")
        writer.stdin.flush()
    for writer in writers:
        _, errors = writer.communicate(timeout=100)
        assert (writer.returncode, errors) == (0, "")
    incident = decode(path.read_bytes(), "x")
    expected = {f"w{process}-{number}" for process in range(PROCESSES) for number in range(ENTRIES)}
    assert len(incident.entries) == PROCESSES * ENTRIES
    assert {found.id for found in incident.entries} == expected
    assert incident.roles == {f"w{number}": str(ENTRIES - 50) for number in range(PROCESSES)}
    assert {name for name in os.listdir(tmp_path) if not name.endswith(".lock")} == {path.name}  # noqa: PTH208
