"""The measures: each returns ours, theirs, and the ratio of the two."""

import contextlib
import functools
import http.client
import json
import shutil
import time
import urllib.parse
import zlib
from statistics import median

import database
from serving import Serving
from setting import GZIP, Setting, items
from tools import Unavailable, alternate, seconds

CODES = ["Wald", "Landwirtschaft"]


class Measures:
    def __init__(self, setting: Setting):
        self.at = setting
        self.peer_rates = {}

    # ---- rates

    def rate(self, url, lines, headers=()):
        return lambda: self.at.driver.load(url, lines, headers)["per_second"]

    def own(self, lines, headers=()):
        return self.rate(self.at.serving.url, lines, headers)

    def static(self, kind, headers=()):
        return self.rate(self.at.required_nginx().url, self.at.static[kind], headers)

    def sql(self, script, **variables):
        return lambda: self.at.database.rate(script, self.at.driver.span, **variables)

    def against(self, ours, theirs):
        found = alternate(self.at.rounds, ours, theirs)
        return *found, found[0] / found[1]

    def box_static(self):
        return self.against(self.own(self.at.boxes), self.static("boxes"))

    def box_feature_servers(self):
        servers = self.at.feature_servers
        if not servers:
            raise Unavailable("none of them runs")
        theirs = [self.rate(server.url, server.lines) for server in servers]
        ours, *rates = alternate(self.at.rounds, self.own(self.at.boxes), *theirs)
        self.peer_rates = {server.name: rate for server, rate in zip(servers, rates)}
        return ours, max(rates), ours / max(rates)

    def one_by_id(self):
        return self.against(self.own(self.at.ids), self.static("ids"))

    # ---- compressed

    def packed(self):
        if any(answer["encoding"] != "gzip" for answer in self.at.packed):
            raise Unavailable("answers do not come compressed")
        return self.own(self.at.boxes, GZIP)

    def packed_plain(self):
        return self.against(self.packed(), self.own(self.at.boxes))

    def packed_static(self):
        return self.against(self.packed(), self.static("packed", GZIP))

    def packed_live(self):
        return self.against(self.packed(), self.static("live", GZIP))

    def size_generated(self):
        self.packed()
        return sizes(self.at.packed, self.at.scratch / "www/boxes")

    def size_real(self):
        at, saved = self.at, self.at.scratch / "real"
        file, store = at.folder / "real.fgb", at.scratch / "real.gpkg"
        boxes = at.driver.call("copies", "--from", self.real(), file)["boxes"]
        at.baulotse.run("import", file, "--store", store, *LAYER, "--visibility", "public", may_leave_rows=True)
        with at.baulotse.serve(store).settle() as serving:
            lines = at.driver.lines("real", [f"GET {items('real', box)}" for box in boxes])
            answers = at.driver.probe(serving.url, lines, GZIP, saved)
        if any(answer["encoding"] != "gzip" for answer in answers):
            raise Unavailable("answers do not come compressed")
        return sizes(answers, saved)

    def real(self):
        if not self.at.real:
            raise Unavailable("COMPARE_REAL names no file")
        return self.at.real

    # ---- figures

    def area(self):
        star = self.at.places["star"]
        polygon = {"type": "Polygon", "coordinates": [star]}
        lines, mine = self.at.figures("area", [{"op": "s_intersects", "args": [{"property": "geometry"}, polygon]}])
        script = database.figures(star)
        self.same_count(mine["matched"], script)
        return self.against(self.own(lines), self.sql(script))

    def codes(self):
        boxes = quarters(self.at.places["boxes"])
        listed = ", ".join(f"'{code}'" for code in CODES)
        more = f"&limit=1&filter={urllib.parse.quote(f'land_use IN ({listed})')}"
        # The count without the records: of a page with one of them.
        lines, mine = self.at.first_of("codes", [f"GET {items('parcels', box, more)}" for box in boxes])
        script = database.filtered_count(boxes[0], CODES)
        self.same_count(mine["numberMatched"], script)
        return self.against(self.own(lines), self.sql(script))

    def same_count(self, ours: int, script: str):
        """A parcel more or less at an edge is a matter of CRS; more is another question."""
        theirs = int(self.at.database.sql(script).split("|")[0])
        if abs(ours - theirs) > 0.002 * theirs:
            raise Unavailable(f"baulotse counts {ours}, PostGIS {theirs}")

    # ---- tiles

    def tiles(self, zoom):
        """Each of our tiles is asked for once a server: none was given before."""
        at, places = self.at, self.at.places[f"tiles_{zoom}"]
        paths = [f"GET /ogc/collections/parcels/tiles/WebMercatorQuad/{zoom}/{y}/{x}" for x, y in places]
        lines = at.driver.lines(f"tiles-{zoom}", paths)
        status = at.driver.probe(at.serving.url, at.driver.lines("tile", paths[:1]))[0]["status"]
        if status not in (200, 204):
            raise Unavailable(f"baulotse answers {status}")

        def fresh():
            with at.baulotse.serve(at.spare).settle() as serving:
                return at.driver.once(serving.url, lines)["per_second"]

        if at.martin:
            url = at.martin[0]
            theirs = at.driver.lines(f"martin-{zoom}", [f"GET /parcels/{zoom}/{x}/{y}" for x, y in places])
            return self.against(fresh, lambda: at.driver.once(url, theirs)["per_second"])
        return self.against(fresh, self.sql(database.tile(zoom), count=len(places)))

    # ---- time and memory

    def ready(self):
        def ours():
            with self.at.baulotse.serve(self.at.spare) as serving:
                return serving.ready_s

        return self.against(ours, lambda: seconds(["ogr2ogr", "-f", "Memory", "none", self.at.spare, "parcel"]))

    def import_real(self):
        at, file = self.at, self.real()

        def ours():
            store = at.database.create("ours")
            begun = time.monotonic()
            at.baulotse.run("import", file, "--store", store, *LAYER, may_leave_rows=True)
            return time.monotonic() - begun

        def theirs():
            at.database.create("theirs")
            into = at.database.gdal("theirs")
            return seconds(["ogr2ogr", "-f", "PostgreSQL", into, file, "-nln", "real"])

        return self.against(ours, theirs)

    def edits(self):
        """From sending a new public site until somebody else has read it: as slow as one in a hundred, in ms."""
        at, store = self.at, self.at.scratch / "edits.gpkg"
        shutil.copyfile(at.spare, store)
        printed = at.baulotse.run("user", "add", "planner", "--store", store, "--role", "planner", "--municipality", AGS)
        headers = {"Authorization": f"Bearer {printed.split()[-1]}", "Content-Type": "application/geo+json"}
        with at.baulotse.serve(store).settle() as serving:
            address = serving.url.removeprefix("http://")
            editor, reader = http.client.HTTPConnection(address), http.client.HTTPConnection(address)
            took = [edit(editor, reader, headers, box[:2]) for box in at.places["boxes"][:EDITS]]
        slow = sorted(took)[EDITS * 99 // 100] * 1000
        return slow, 50, slow / 50

    def memory(self):
        """What a server with all parcels holds more than one with hardly any, a parcel."""
        at, few = self.at, 20
        file, store = at.scratch / "few.fgb", at.scratch / "few.gpkg"
        at.driver.write(file, "generate", "--count", few)
        at.baulotse.run("import", file, "--as", "parcels", "--store", store)
        with at.baulotse.serve(store).settle() as serving:
            of_one = (at.resident_bytes - serving.settled_bytes()) / (at.parcels - few)
        return of_one, 1000, of_one / 1000

    def growth(self):
        """As a client sees it: of parcels that were made in memory, over HTTP, one request at a time."""
        at, counts = self.at, (self.at.memory_parcels, 10_000)
        self.require_memory()
        with contextlib.ExitStack() as stack:
            serving = [stack.enter_context(self.made(count)).settle() for count in counts]
            lines = [self.boxes_of(count) for count in counts]
            p50 = lambda one, asked: lambda: at.driver.load(one.url, asked, connections=1)["p50_us"]
            return self.against(*map(p50, serving, lines))

    def made(self, count) -> Serving:
        """Generated parcels, made in memory and served without a store."""
        return Serving(self.at.processes, [self.at.driver.program, "serve", "--count", count])

    def boxes_of(self, count):
        boxes = self.at.driver.call("places", "--count", count)["boxes"]
        return self.at.driver.lines(f"boxes-of-{count}", [f"GET {items('parcels', box)}" for box in boxes])

    def growth_within(self, what):
        """`ready`: until an answer can be sent; `read`: until its last byte was read."""
        large, small = ([found[what]["p50_us"] for found in each] for each in self.growths())
        large, small = median(large), median(small)
        return large, small, large / small

    def require_memory(self):
        count = self.at.memory_parcels
        if count == 0:
            raise Unavailable("COMPARE_MEMORY=0")
        needed, free = count * 1200, available_bytes()
        if free < needed:
            raise Unavailable(f"it needs {needed / 1e9:.0f} GB of memory, {free / 1e9:.0f} GB are free")

    @functools.cache
    def growths(self):
        self.require_memory()
        count = self.at.memory_parcels
        measure = lambda count: self.at.driver.call("memory", "--count", count)
        return [measure(count)], [measure(10_000) for _ in range(self.at.rounds)]


AGS = "14522310"
EDITS = 400


def edit(editor, reader, headers, position) -> float:
    """Seconds until a new site is read by another connection."""
    properties = {"ags": AGS, "type": "infill_gap", "name": "compare", "basis": "offer", "owner_class": "municipal"}
    properties["publication_decision"] = "publish"
    site = {"type": "Feature", "geometry": {"type": "Point", "coordinates": position}, "properties": properties}
    begun = time.monotonic()
    editor.request("POST", "/ogc/collections/sites/items", json.dumps(site), headers)
    answer = editor.getresponse()
    text = answer.read()
    if answer.status != 201:
        raise Unavailable(f"a new site was answered {answer.status}: {text[:200]}")
    reader.request("GET", "/ogc/collections/sites/items/" + answer.headers["Location"].rsplit("/", 1)[1])
    seen = reader.getresponse()
    seen.read()
    if seen.status != 200:
        raise Unavailable(f"a new site was not seen: {seen.status}")
    return time.monotonic() - begun


LAYER = ["--as", "layer", "--name", "real", "--store-crs", "EPSG:4326", "--accept-valid"]


def available_bytes() -> int:
    with open("/proc/meminfo") as facts:
        return next(int(line.split()[1]) * 1024 for line in facts if line.startswith("MemAvailable:"))


def gzip_size(text: bytes) -> int:
    packer = zlib.compressobj(6, zlib.DEFLATED, 31)
    return len(packer.compress(text)) + len(packer.flush())


def sizes(answers, texts):
    """Mean size of answers as they came, and of their texts by gzip -6."""
    references = [gzip_size(path.read_bytes()) for path in texts.glob("*.json")]
    ours = sum(answer["bytes"] for answer in answers) / len(answers)
    theirs = sum(references) / len(references)
    return ours, theirs, ours / theirs


def quarters(boxes, count=20):
    """Boxes of a quarter of the area each, from one corner of the data to the other."""
    west, south = min(box[0] for box in boxes), min(box[1] for box in boxes)
    east, north = max(box[2] for box in boxes), max(box[3] for box in boxes)
    width, height = (east - west) / 2, (north - south) / 2
    corners = [(west + width * i / (count - 1), south + height * i / (count - 1)) for i in range(count)]
    return [[x, y, x + width, y + height] for x, y in corners]
