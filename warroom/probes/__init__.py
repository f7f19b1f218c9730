"""One file a kind of probe; with `shell` the only users of httpx, psutil, sockets and subprocesses."""
