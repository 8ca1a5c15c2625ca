"""Pack the Lambda functions: python infra/lambda/pack.py build/change_events.zip [--installed].

The handler of change events needs deltalake and arro3 and nothing else. By default pip fetches them for Lambda's
platform; with --installed the packages of this environment are packed, which is what the test measures.
"""

import argparse
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HANDLER = "lakehouse.connectors.change_events.handler"
OWN = (
    "lakehouse/__init__.py",
    "lakehouse/catalog.py",
    "lakehouse/errors.py",
    "lakehouse/schemas.py",
    "lakehouse/connectors/__init__.py",
    "lakehouse/connectors/change_events.py",
    "lakehouse/connectors/redaction.py",
)
PACKAGES = ("deltalake", "arro3-core", "deprecated", "wrapt", "typing_extensions")
PLATFORM = ("--platform", "manylinux2014_x86_64", "--python-version", "3.12", "--only-binary=:all:")
LIMIT_UNZIPPED = 250 * 1024 * 1024  # of a function with its layers


def files(packages: Path | None) -> Iterator[tuple[Path, str]]:
    """What goes into the package: each file and its name there. `packages` is a folder that pip filled, or None."""
    for name in OWN:
        yield ROOT / name, name
    if packages is not None:
        for path in sorted(packages.rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                yield path, str(path.relative_to(packages))
        return
    for package in PACKAGES:
        for file in metadata.files(package) or ():
            path = Path(str(file.locate()))
            if ".." not in file.parts and "__pycache__" not in file.parts and path.is_file():
                yield path, str(file)


def unzipped_size(packages: Path | None = None) -> int:
    """The bytes that count against Lambda's limit."""
    return sum(path.stat().st_size for path, _ in files(packages))


def pack(target: Path, packages: Path | None = None, *, level: int = 6) -> int:
    """Write the zip; its size in bytes. Refuses what Lambda would refuse."""
    size = unzipped_size(packages)
    if size > LIMIT_UNZIPPED:
        raise SystemExit(f"{size / 2**20:.0f} MB unzipped, Lambda takes {LIMIT_UNZIPPED / 2**20:.0f} MB")
    target.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=level) as archive:
        for path, name in files(packages):
            archive.write(path, name)
    return target.stat().st_size


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("target", type=Path)
    parser.add_argument("--installed", action="store_true", help="pack this environment's packages, fetch nothing")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        packages = None if chosen.installed else Path(folder)
        if packages is not None:
            install = [sys.executable, "-m", "pip", "install", "--quiet", "--target", folder, *PLATFORM]
            subprocess.run([*install, "-r", str(Path(__file__).with_name("requirements.txt"))], check=True)
        size = pack(chosen.target, packages)
        unzipped = unzipped_size(packages)
    sys.stdout.write(
        f"{chosen.target}: {size / 2**20:.0f} MB zipped, {unzipped / 2**20:.0f} MB unzipped; handler {HANDLER}\n"
    )


if __name__ == "__main__":
    main()
