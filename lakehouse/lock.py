"""One writer at a time: a lock file with an owner and an expiry beside the tables."""

import json
import os
import socket
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from lakehouse.errors import Locked

EXPIRES_AFTER_SECONDS = 3600.0
POLL_SECONDS = 0.1
LOCK_FILE = "_writer.lock"


@contextmanager
def writer(folder: Path, owner: str, *, wait_seconds: float = 0.0) -> Iterator[None]:
    """Hold the lakehouse for writing; Locked names the present owner once `wait_seconds` have passed."""
    path = folder / LOCK_FILE
    mine = claim(owner)
    give_up_at = time.monotonic() + wait_seconds
    while not _acquire(path, mine):
        held = _read(path)
        if held is None or is_stale(held):
            _remove_stale(path, held)
        elif time.monotonic() >= give_up_at:
            raise Locked(refusal(folder, held))
        else:
            time.sleep(POLL_SECONDS)
    try:
        yield
    finally:
        held = _read(path)
        if held is not None and held["token"] == mine["token"]:
            path.unlink(missing_ok=True)


def claim(owner: str) -> dict[str, Any]:
    """What a lock tells of the one who holds it."""
    return {
        "owner": owner,
        "pid": os.getpid(),
        "host": socket.gethostname(),
        "token": uuid.uuid4().hex,
        "expires_at": time.time() + EXPIRES_AFTER_SECONDS,
    }


def refusal(where: object, held: dict[str, Any]) -> str:
    """What the second writer is told."""
    return (
        f"{where} is being written by {held['owner']} (process {held['pid']} on {held['host']}); "
        "wait until it has finished, or stop that process"
    )


def _acquire(path: Path, mine: dict[str, Any]) -> bool:
    """Put a complete lock file in place in one step, or find one there."""
    draft = path.with_name(f"{LOCK_FILE}.{mine['token']}")
    draft.write_text(json.dumps(mine))
    try:
        os.link(draft, path)
    except FileExistsError:
        return False
    finally:
        draft.unlink()
    return True


def _read(path: Path) -> dict[str, Any] | None:
    try:
        return json.loads(path.read_text())
    except (FileNotFoundError, json.JSONDecodeError):
        return None


def is_stale(held: dict[str, Any]) -> bool:
    """Expired, or left behind by a process of this host that is gone."""
    if held["expires_at"] < time.time():
        return True
    if held["host"] != socket.gethostname():
        return False
    try:
        os.kill(held["pid"], 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False


def _remove_stale(path: Path, held: dict[str, Any] | None) -> None:
    """Move the dead lock aside; of two that try, one moves it, and a lock taken meanwhile is put back."""
    aside = path.with_name(f"{LOCK_FILE}.stale.{uuid.uuid4().hex}")
    try:
        os.rename(path, aside)
    except FileNotFoundError:
        return
    moved = _read(aside)
    if moved is not None and held is not None and moved["token"] != held["token"]:
        with suppress(FileExistsError):
            os.link(aside, path)
    aside.unlink(missing_ok=True)
