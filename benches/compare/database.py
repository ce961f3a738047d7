"""PostGIS: one cluster, one table, and SQL as a peer."""

import os
import re
from pathlib import Path

from tools import Unavailable, run

# Fair to the database: what its manual recommends for a machine of its own, and no compiling of short queries.
SETTINGS = {
    "shared_buffers": "1GB",
    "effective_cache_size": "4GB",
    "work_mem": "64MB",
    "maintenance_work_mem": "512MB",
    "random_page_cost": "1.1",
    "max_wal_size": "8GB",
    "jit": "off",
}


class Database:
    """A throw-away cluster with the table `parcels` in EPSG:4326, indexed."""

    def __init__(self, root: Path, folder: Path):
        self.script = root / "tests/postgres.sh"
        self.folder = folder
        self.url = run([self.script, "start", folder]).strip().splitlines()[-1]
        for name, value in SETTINGS.items():
            self.sql(f"ALTER SYSTEM SET {name} = '{value}'")
        run([self.script, "stop", folder])
        self.url = run([self.script, "start", folder]).strip().splitlines()[-1]
        # PostGIS is in the template, and so in databases made from now on.
        self.url = self.create("compare")
        found = re.fullmatch(r"postgres://(\w+)@([\d.]+):(\d+)/(\w+)", self.url)
        self.user, self.host, self.port, self.name = found.groups()
        self.bin = sorted(Path("/usr/lib/postgresql").glob("*/bin"))[-1]

    def sql(self, statement: str) -> str:
        return run(["psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", self.url, "-c", statement]).strip()

    def gdal(self, name: str) -> str:
        return f"PG:host={self.host} port={self.port} user={self.user} dbname={name}"

    def load(self, file: Path):
        """The generated parcels, once."""
        command = ["ogr2ogr", "-f", "PostgreSQL", self.gdal(self.name), file, "-nln", "parcels", "-t_srs", "EPSG:4326"]
        run([*command, "-lco", "GEOMETRY_NAME=geom", "-lco", "FID=fid", "-lco", "SPATIAL_INDEX=NONE"])
        self.sql("CREATE INDEX parcels_geom ON parcels USING gist (geom)")
        self.sql("CREATE INDEX ON parcels (land_use)")
        self.sql("CREATE UNIQUE INDEX ON parcels (parcel_id)")
        # In the order of the index, as a careful administrator would.
        self.sql("CLUSTER parcels USING parcels_geom")
        self.sql("VACUUM ANALYZE parcels")

    def tiles(self, zoom: int, tiles) -> None:
        rows = ",".join(f"({number},{x},{y})" for number, (x, y) in enumerate(tiles, 1))
        self.sql(f"CREATE TABLE tiles_{zoom} (id int PRIMARY KEY, x int, y int); INSERT INTO tiles_{zoom} VALUES {rows}")

    def rate(self, script: str, span: float, **variables) -> float:
        """Answers a second to a script of pgbench, from eight connections on one thread."""
        path = self.folder.parent / f"script-{os.getpid()}.sql"
        path.write_text(script)
        defines = [part for name, value in variables.items() for part in ("-D", f"{name}={value}")]
        command = [self.bin / "pgbench", "-n", "-c", "8", "-j", "1", "-T", max(1, round(span)), "-f", path, *defines]
        try:
            printed = run([*command, self.url])
        finally:
            path.unlink()
        found = re.search(r"tps = ([\d.]+)", printed)
        if not found:
            raise Unavailable("pgbench gave no rate")
        return float(found.group(1))

    def create(self, name: str) -> str:
        self.sql(f"DROP DATABASE IF EXISTS {name}")
        self.sql(f"CREATE DATABASE {name}")
        return self.url.rsplit("/", 1)[0] + f"/{name}"

    def version(self) -> str:
        server = self.sql("SHOW server_version").split()[0]
        return f"PostgreSQL {server}, PostGIS {self.sql('SELECT postgis_lib_version()')}"

    def remove(self):
        run([self.script, "remove", self.folder])


def ring(points) -> str:
    return ", ".join(f"{x:.9f} {y:.9f}" for x, y in points)


def figures(star) -> str:
    """Count and area sum inside of a polygon."""
    return (
        "SELECT count(*), sum(official_area_m2) FROM parcels "
        f"WHERE ST_Intersects(geom, ST_GeomFromText('POLYGON(({ring(star)}))', 4326));\n"
    )


def filtered_count(box, codes) -> str:
    """Exact count in a box of what has one of the codes."""
    listed = ", ".join(f"'{code}'" for code in codes)
    envelope = "ST_MakeEnvelope({:.9f}, {:.9f}, {:.9f}, {:.9f}, 4326)".format(*box)
    return f"SELECT count(*) FROM parcels WHERE land_use IN ({listed}) AND ST_Intersects(geom, {envelope});\n"


def tile(zoom: int) -> str:
    """A tile with the same content as ours: one layer, the id of each parcel."""
    return rf"""\set i random(1, :count)
WITH place AS (
  SELECT ST_TileEnvelope({zoom}, x, y) AS tile, ST_TileEnvelope({zoom}, x, y, margin => 64.0 / 4096) AS around
  FROM tiles_{zoom} WHERE id = :i
), shape AS (
  SELECT parcel_id AS id, ST_AsMVTGeom(ST_Transform(geom, 3857), tile, 4096, 64, true) AS geom
  FROM parcels, place WHERE parcels.geom && ST_Transform(around, 4326)
)
SELECT ST_AsMVT(shape, 'parcels', 4096, 'geom') FROM shape WHERE geom IS NOT NULL;
"""
