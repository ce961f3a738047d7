#!/usr/bin/env python3
"""baulotse side by side with its peers: one table, one machine, rounds in turn, one Markdown table of ratios.

Run by `make compare`. A peer that is missing is named in the table with the reason, and the rest goes on.

  COMPARE_PARCELS=1000000   parcels in the table
  COMPARE_MEMORY=10000000   parcels of the largest snapshot in memory (10 GB); 0: leave that measure out
  COMPARE_REAL=FILE         real parcels in degrees, for what depends on real shapes
  COMPARE_ROUNDS=5          rounds of each measure
  COMPARE_SECONDS=3         length of a load
  COMPARE_ONLY=WORD         only measures whose name has this word
  COMPARE_MARTIN=1          build martin, and take its tiles for the peer
"""

import functools
import os
import platform
import signal
import sys

import peers
from measures import Measures
from setting import ROOT, Setting
from tools import Unavailable, first_line, say

HEAD = ["| measure | baulotse | peer | ratio | goal | met |", "|---|---|---|---|---|---|"]


class Row:
    """A line of the table."""

    def __init__(self, name: str, goal: str, measure, unit: str):
        try:
            ours, theirs, ratio = measure()
        except Unavailable as reason:
            self.cells = [name, "", "", f"not measured: {reason}", goal, ""]
            return
        values = [number(ours) + unit, number(theirs) + unit, number(ratio)]
        self.cells = [name, *values, goal, is_met(ratio, goal)]

    def __str__(self):
        return "| " + " | ".join(cell.replace("|", "\\|") for cell in self.cells) + " |"


def is_met(ratio: float, goal: str) -> str:
    """Nothing where there is no goal."""
    if not goal:
        return ""
    limit = float(goal.split()[1])
    return "yes" if (ratio <= limit if goal.startswith("≤") else ratio >= limit) else "**no**"


def number(value: float) -> str:
    return f"{value:,.0f}" if value >= 1000 else f"{value:.3g}"


def lines(measures: Measures):
    """Name, goal, measure, unit: the ratio must be at least, or at most, the goal."""
    at = measures.at
    tiles = "martin" if at.martin else "ST_AsMVT"
    box = "box of about 1,000"
    yield f"{box} / nginx, static file of the same bytes", "≥ 0.8", measures.box_static, "/s"
    yield f"{box} / best feature server on PostGIS", "≥ 100", measures.box_feature_servers, "/s"
    yield f"{box}, gzip / the same, plain", "≥ 1.0", measures.packed_plain, "/s"
    yield f"{box}, gzip / nginx gzip_static of the same bytes", "≥ 0.5", measures.packed_static, "/s"
    yield f"{box}, gzip / nginx gzip level 6", "≥ 30", measures.packed_live, "/s"
    yield "size of gzip answers / gzip -6, real parcels", "≤ 1.0", measures.size_real, " B"
    yield "size of gzip answers / gzip -6, generated parcels", "≤ 1.2", measures.size_generated, " B"
    yield "one by id / nginx, static file of that size", "≥ 0.7", measures.one_by_id, "/s"
    yield "count and area in 500 corners / PostGIS", "≥ 50", measures.area, "/s"
    yield "count in a box of two codes / PostGIS", "≥ 500", measures.codes, "/s"
    yield f"fresh tiles, zoom 15 / {tiles}", "≥ 10", lambda: measures.tiles(15), "/s"
    yield f"fresh tiles, zoom 16 / {tiles}", "≥ 10", lambda: measures.tiles(16), "/s"
    yield "GeoPackage to ready / ogr2ogr -f Memory", "≤ 1.0", measures.ready, " s"
    yield "import of real parcels into PostGIS / ogr2ogr", "≤ 2.0", measures.import_real, " s"
    yield "edit until another reads it, 99 of 100 / 50 ms", "≤ 1.0", measures.edits, " ms"
    yield "memory a parcel / 1 kB", "≤ 1.0", measures.memory, " B"
    sizes = f"of {at.memory_parcels:,} / of 10,000"
    yield f"1,000 parcels over HTTP, p50: {sizes}", "≤ 1.3", measures.growth, " µs"
    # What of it are misses of the caches, which whatever surrounds it hides.
    for what, said in [("ready", "until it can be sent"), ("read", "read to its end")]:
        yield f"the same without HTTP, {said}: {sizes}", "", functools.partial(measures.growth_within, what), " µs"


def facts(measures: Measures) -> str:
    """Machine, data and versions: without them a number says nothing."""
    at = measures.at
    processor = first_line(["lscpu"], r"Model name:\s*(.*)")
    commit = first_line(["git", "-C", ROOT, "describe", "--always", "--dirty"])
    versions = [f"baulotse {first_line([at.baulotse.program, '--version'], r'baulotse (.*)')} ({commit})"]
    versions += [at.database.version(), *(server.version for server in at.feature_servers)]
    versions += [peers.Nginx.version()] if at.nginx else []
    versions += [at.martin[1]] if at.martin else []
    versions += [first_line(["ogrinfo", "--version"], r"(GDAL \S+),"), first_line(["rustc", "--version"])]
    told = [
        f"Machine: {os.cpu_count()} cores, {processor}, Linux {platform.release()}, load {os.getloadavg()[0]:.1f}.",
        f"Data: {at.parcels:,} generated parcels of six corners and six attributes; 500 boxes in turn.",
        f"Rounds: {at.rounds} in turn, medians; 8 connections from one thread, {at.driver.span:g} s each.",
        f"Versions: {'; '.join(versions)}.",
    ]
    if measures.peer_rates:
        rates = "; ".join(f"{name} {rate:.1f}" for name, rate in measures.peer_rates.items())
        told.append(f"Feature servers, boxes a second: {rates}.")
    told += [f"Not running: {name}: {reason}." for name, reason in at.missing.items()]
    return "\n".join(f"- {line}" for line in told)


def main() -> int:
    # Whoever ends us ends what we started, too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    setting = Setting()
    try:
        setting.prepare()
        measures, table = Measures(setting), list(HEAD)
        for name, goal, measure, unit in lines(measures):
            if os.environ.get("COMPARE_ONLY", "").lower() in name.lower():
                say(name)
                table.append(str(Row(name, goal, measure, unit)))
                say(table[-1])
        print(facts(measures), "", *table, sep="\n")
        return 0
    except Unavailable as reason:
        say(str(reason))
        return 1
    finally:
        setting.clean()


if __name__ == "__main__":
    sys.exit(main())
