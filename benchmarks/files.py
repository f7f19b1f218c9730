"""What an incident file costs at 100, 10,000 and 100,000 entries, against tomli, tomli-w and a raw write with fsync."""

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import tomli
import tomli_w

from benchmarks._figures import told
from warroom.files.append import append
from warroom.files.block import block
from warroom.files.chunks import decode_in_pieces
from warroom.files.codec import decode, encode
from warroom.files.session import Pending, Session
from warroom.files.store import Store
from warroom.incident.changes import Add, Change, Edit, Revise, Set, Stamp
from warroom.incident.ids import uuid7
from warroom.incident.model import Entry, Fields, Incident

_MOST = {"append (warroom log)": 2.0, "append (open room)": 2.0, "open": 1.5, "open in pieces": 1.5}
SIZES = (100, 10_000, 100_000)
NOW = datetime(2026, 11, 21, 19, 47, 15, 120_000, tzinfo=UTC)
_IDS = count(1)


def new_id() -> str:
    number = next(_IDS)
    return uuid7(1_795_290_000_000_000_000 + number * 1_000_000, number.to_bytes(8, "big"))


def fields(number: int) -> dict[str, Any]:
    """One entry as it comes in an incident."""
    at = NOW + timedelta(seconds=number)
    text = f"restarted worker {number % 40}, queue is at {number} and falling"
    return {"id": new_id(), "at": at, "by": "ana", "kind": "action", "service": "backend", "text": text}


def contents(size: int) -> bytes:
    head = encode(Incident(Fields("2026-11-21-outage", "Backend service outage", declared_at=NOW)))
    return head + b"".join(block(fields(number)) for number in range(size))


def median(run: Callable[[], object], rounds: int) -> float:
    """The median of some runs, in seconds."""
    taken = []
    for _ in range(rounds):
        began = time.perf_counter()
        run()
        taken.append(time.perf_counter() - began)
    return statistics.median(taken)


def interleaved(runs: Mapping[str, Callable[[], object]], rounds: int) -> dict[str, float]:
    """Medians in seconds; the runs take turns, so that a busy machine hits all of them."""
    taken: dict[str, list[float]] = {name: [] for name in runs}
    for _ in range(rounds):
        for name, run in runs.items():
            began = time.perf_counter()
            run()
            taken[name].append(time.perf_counter() - began)
    return {name: statistics.median(times) for name, times in taken.items()}


def raw_append(path: Path) -> None:
    """The floor of an append: one write of the same bytes, one fsync."""
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND)
    os.write(descriptor, block(fields(7)))
    os.fsync(descriptor)
    os.close(descriptor)


def raw_rewrite(path: Path) -> None:
    """The floor of a rewrite: read, write beside, fsync, rename, fsync of the directory."""
    data = path.read_bytes()
    beside = path.with_suffix(".raw")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.write(descriptor, data)
    os.fsync(descriptor)
    os.close(descriptor)
    beside.replace(path)
    directory = os.open(path.parent, os.O_RDONLY)
    os.fsync(directory)
    os.close(directory)


def change(*edits: Edit) -> Change:
    return Change(edits, Stamp(new_id(), NOW, "ana"))


def of_appends(path: Path, raw: Path) -> Iterator[tuple[str, float, str, float]]:
    session = Session(path)
    session.look()

    def from_the_room() -> None:
        session.commit([Pending(change(Add(Entry(**fields(7)))))])

    runs = {
        "raw": lambda: raw_append(raw),
        "log": lambda: append(path, fields(7)),
    }
    found = interleaved(runs, 101)
    yield "append (warroom log)", found["log"], "write + fsync", found["raw"]
    session.look()
    room = interleaved({"raw": lambda: raw_append(raw), "room": from_the_room}, 101)
    yield "append (open room)", room["room"], "write + fsync", room["raw"]


def of_rewrites(path: Path, raw: Path, rounds: int) -> Iterator[tuple[str, float, str, float]]:
    store, session = Store(path), Session(path)
    session.look()
    middle = decode(path.read_bytes(), "x").entries
    numbers = count(1)
    entry_id = middle[len(middle) // 2].id

    def in_the_room(*edits: Edit) -> None:
        session.commit([Pending(change(*edits))])

    def with_tomli() -> None:
        tables = tomli.loads(path.read_text())
        tables["severity"] = "sev2"
        tomli_w.dumps(tables)

    runs: dict[str, Callable[[], object]] = {
        "raw": lambda: raw_rewrite(raw),
        "head": lambda: store.commit(change(Set("title", f"title {next(numbers)}"))),
        "entry": lambda: store.commit(change(Revise(entry_id, {"text": f"text {next(numbers)}"}))),
    }
    found = interleaved(runs, rounds)
    tables = median(with_tomli, 1 if rounds < 10 else 3)
    yield "rewrite of the head", found["head"], "raw rewrite", found["raw"]
    yield "rewrite of an entry", found["entry"], "raw rewrite", found["raw"]
    yield "rewrite of the head", found["head"], "tomli + tomli-w", tables
    session.look()
    room = median(lambda: in_the_room(Set("title", f"title {next(numbers)}"), Add(Entry(**fields(1)))), rounds)
    yield "milestone (open room)", room, "raw rewrite", found["raw"]


def of_opening(data: bytes, rounds: int) -> Iterator[tuple[str, float, str, float]]:
    text = data.decode()
    found = interleaved(
        {
            "tomli": lambda: tomli.loads(text),
            "decode": lambda: decode(data, "x"),
            "pieces": lambda: decode_in_pieces(data, "x", lambda: None),
        },
        rounds,
    )
    yield "open", found["decode"], "tomli.loads", found["tomli"]
    yield "open in pieces", found["pieces"], "tomli.loads", found["tomli"]


def main() -> int:
    """Prints the table; the entries of a run stay in its temporary directory."""
    kept = True
    print(f"{'entries':>8} {'MB':>6}  {'what':<24} {'ms':>9}  {'against':<16} {'ms':>9}  {'ratio':>6}")
    with tempfile.TemporaryDirectory(dir=sys.argv[1] if len(sys.argv) > 1 else None) as folder:
        for size in SIZES:
            path, raw = Path(folder, f"{size}.toml"), Path(folder, f"raw-{size}.toml")
            data = contents(size)
            path.write_bytes(data)
            raw.write_bytes(data)
            rounds = 5 if size == SIZES[-1] else 21
            for rows in (of_opening(data, min(rounds, 7)), of_appends(path, raw), of_rewrites(path, raw, rounds)):
                for what, taken, against, floor in rows:
                    print(
                        f"{size:>8} {len(data) / 1e6:>6.1f}  {what:<24} {taken * 1000:>9.3f}  "
                        f"{against:<16} {floor * 1000:>9.3f}  {taken / floor:>6.2f}"
                    )
                    if size == SIZES[-1] or what.startswith("append"):
                        kept &= told(f"{what}, {size:,} entries", against, taken / floor, _MOST.get(what))
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
