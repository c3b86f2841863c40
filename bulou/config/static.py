"""Static files are collected when they have changed, not at every start: naming and packing them takes a second."""

from __future__ import annotations

import hashlib
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command


def collect() -> None:
    """Bring STATIC_ROOT up to date with the files that the apps bring."""
    stamp, now = Path(settings.STATIC_ROOT) / ".collected", _fingerprint()
    if stamp.is_file() and stamp.read_text() == now:
        return
    call_command("collectstatic", interactive=False, verbosity=0)
    stamp.parent.mkdir(parents=True, exist_ok=True)
    stamp.write_text(now)


def _fingerprint() -> str:
    """Changes with every file that is added, left out or written anew."""
    said = hashlib.blake2b(str(settings.STORAGES["staticfiles"]["BACKEND"]).encode(), digest_size=16)
    for finder in get_finders():
        for name, storage in sorted(finder.list([]), key=lambda found: str(found[0])):
            about = Path(storage.path(name)).stat()
            said.update(f"{name}\0{about.st_size}\0{about.st_mtime_ns}\n".encode())
    return said.hexdigest()
