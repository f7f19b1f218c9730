"""The one background thread that owns the disk for an open war room: it commits, retries, and watches the file."""

import os
import threading
from collections import deque
from collections.abc import Callable
from itertools import zip_longest
from time import monotonic, sleep
from typing import Final

from warroom.files.errors import FileError
from warroom.files.messages import Broken, Message, Outside, Saved, Unsaved
from warroom.files.session import Pending, Session
from warroom.incident.changes import Change
from warroom.incident.model import Incident

POLL_SECONDS: Final = 0.2
_FIRST_RETRY_SECONDS: Final = 0.25
_LONGEST_RETRY_SECONDS: Final = 5.0


class Writer:
    """Takes changes at once and reports through `post`, called in the writer's thread with each `Message`.

    The first message is `Outside` with what is in the file (or `Broken`). The view of a room is always the last
    incident from `Outside` and `Saved`, with its pending changes applied again.
    """

    def __init__(
        self, path: str | os.PathLike[str], post: Callable[[Message], object], *, poll: float = POLL_SECONDS
    ) -> None:
        self._post = post
        self._poll = poll
        self._session = Session(path, self._between_pieces)
        self._queue: deque[Pending] = deque()
        self._changed = threading.Condition()
        self._closing = self._hurry = self._wanted_back = False
        self._putting_back: bool | None = None
        self._retry_at, self._retry_after = 0.0, _FIRST_RETRY_SECONDS
        self._thread = threading.Thread(target=self._run, name=f"writer of {os.path.basename(path)}", daemon=True)
        self._thread.start()

    @property
    def pending(self) -> tuple[Change, ...]:
        """The changes that are not on disk yet, oldest first."""
        with self._changed:
            return tuple(item.change for item in self._queue)

    def submit(self, change: Change, seen: Incident | None = None) -> None:
        """Queues a change. With `seen`, the incident as its author saw it, an overwritten text becomes a `Conflict`."""
        with self._changed:
            if self._closing:
                raise RuntimeError("the writer is closed")
            self._queue.append(Pending(change, seen))
            self._changed.notify_all()

    def flush(self, timeout: float) -> bool:
        """Waits until all that was submitted is on disk, trying at once; False where `timeout` seconds do not do."""
        with self._changed:
            self._hurry = True
            self._changed.notify_all()
            return self._changed.wait_for(lambda: not self._queue, timeout)

    def close(self, timeout: float) -> bool:
        """Flushes and ends the thread; False where something could not be written: see `pending`."""
        done = self.flush(timeout)
        with self._changed:
            self._closing = True
            self._changed.notify_all()
        self._thread.join(timeout)
        return done

    def put_back(self) -> bool:
        """Writes the file anew as it was last seen, where it was deleted; False where that can't be done."""
        with self._changed:
            self._putting_back = None
            self._wanted_back = True
            self._changed.notify_all()
            self._changed.wait_for(lambda: self._putting_back is not None, _LONGEST_RETRY_SECONDS)
            return bool(self._putting_back)

    def _run(self) -> None:
        self._look()
        while True:
            with self._changed:
                if not (self._closing or self._wanted_back or self._due()):
                    self._changed.wait(self._poll)
                if self._closing:
                    return
                wanted_back, self._wanted_back = self._wanted_back, False
                batch = list(self._queue) if self._due() else []
                self._hurry = False
            if wanted_back:
                self._put_back()
            if batch:
                self._commit(batch)
            else:
                self._look()

    def _put_back(self) -> None:
        try:
            done = self._session.put_back()
        except FileError as error:
            done = False
            self._post(Broken(error))
        with self._changed:
            self._putting_back = done
            self._changed.notify_all()

    def _due(self) -> bool:
        return bool(self._queue) and (self._hurry or monotonic() >= self._retry_at)

    def _look(self) -> None:
        try:
            messages = self._session.look()
            self._session.prepare()
        except Exception as error:  # noqa: BLE001 - a thread that dies would take acknowledged entries with it
            messages = [Broken(FileError(self._session.path, f"can't be watched: {error!r}"))]
        self._tell(messages)

    def _commit(self, batch: list[Pending]) -> None:
        try:
            messages = self._session.commit(batch)
        except FileError as error:
            self._wait_with(batch, str(error))
            return
        except Exception as error:  # noqa: BLE001 - as above: what is pending stays, and is said to be
            self._wait_with(batch, f"{self._session.path}: can't be written: {error!r}")
            return
        self._retry_at, self._retry_after = 0.0, _FIRST_RETRY_SECONDS
        self._tell(messages)
        self._done(len(batch))

    def _wait_with(self, batch: list[Pending], reason: str) -> None:
        self._retry_at = monotonic() + self._retry_after
        self._retry_after = min(self._retry_after * 2, _LONGEST_RETRY_SECONDS)
        self._post(Unsaved(tuple(item.change.stamp.id for item in batch), reason))

    def _done(self, count: int) -> None:
        with self._changed:
            for _ in range(count):
                self._queue.popleft()
            self._changed.notify_all()

    def _tell(self, messages: list[Message]) -> None:
        """Posts messages; of incidents that follow one another the last one alone, since each is whole.

        What is asked about one comes behind it: whoever answers at once must have seen what is in the file.
        """
        for message, following in zip_longest(messages, messages[1:]):
            if not (isinstance(message, Outside) and isinstance(following, Outside)):
                self._post(message)

    def _between_pieces(self) -> None:
        """While a long file is still being read: lets other threads run, and logs what only adds."""
        sleep(0)
        with self._changed:
            batch = list(self._queue)
        if not batch or not all(item.change.only_adds for item in batch):
            return
        if self._session.append_early([item.change for item in batch]):
            self._post(Saved(tuple(item.change.stamp.id for item in batch)))
            self._done(len(batch))
