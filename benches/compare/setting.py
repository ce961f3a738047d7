"""What is measured with: data, the same table in both, servers, requests."""

import json
import os
import shutil
import tempfile
from pathlib import Path

import peers
from database import Database
from serving import Baulotse
from tools import Driver, Processes, Unavailable, say

ROOT = Path(__file__).resolve().parents[2]
GZIP = ["Accept-Encoding: gzip"]


class Setting:
    def __init__(self):
        number = lambda name, usual: int(os.environ.get(name, usual))
        self.parcels = number("COMPARE_PARCELS", 1_000_000)
        self.memory_parcels = number("COMPARE_MEMORY", 10_000_000)
        self.rounds = number("COMPARE_ROUNDS", 5)
        self.real = os.environ.get("COMPARE_REAL")
        target = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
        self.folder = target / "compare" / str(self.parcels)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.venv = target / "compare/venv"
        # PostgreSQL does not run as root, and may not see a folder of root's.
        self.scratch = Path(tempfile.mkdtemp(prefix="baulotse-compare-"))
        self.scratch.chmod(0o755)
        self.processes = Processes(self.scratch / "logs")
        self.driver = Driver(target / "release/benches", self.scratch, float(os.environ.get("COMPARE_SECONDS", "3")))
        self.baulotse = Baulotse(Path(os.environ.get("BAULOTSE_BIN", target / "release/baulotse")), self.processes)
        self.database = self.nginx = self.martin = None
        self.feature_servers = []
        self.missing = {}

    def prepare(self):
        say("data")
        self.file, self.store = self.folder / "parcels.fgb", self.folder / "store.gpkg"
        # A file is served by one process; what starts a server of its own takes this copy.
        self.spare = self.folder / "spare.gpkg"
        if not self.spare.exists():
            self.driver.write(self.file, "generate", "--count", self.parcels)
            self.store.unlink(missing_ok=True)
            self.baulotse.run("import", self.file, "--as", "parcels", "--store", self.store)
            shutil.copyfile(self.store, self.spare)
        self.places = self.driver.call("places", "--count", self.parcels)
        say("PostGIS")
        self.database = Database(ROOT, self.scratch / "postgres")
        self.database.load(self.file)
        for zoom in (15, 16):
            self.database.tiles(zoom, self.places[f"tiles_{zoom}"])
        say("baulotse")
        self.serving = self.baulotse.serve(self.store).settle()
        self.resident_bytes = self.serving.settled_bytes()
        self.ask_ourselves()
        self.start_peers()

    def ask_ourselves(self):
        """Our own answers: looked at, and kept as the files that nginx serves."""
        keys = self.places["ids"]
        self.boxes = self.driver.lines("boxes", [f"GET {items('parcels', box)}" for box in self.places["boxes"]])
        self.ids = self.driver.lines("ids", [f"GET /ogc/collections/parcels/items/{key}" for key in keys])
        www = self.scratch / "www"
        self.plain = self.look(self.boxes, (), www / "boxes")
        self.packed = self.look(self.boxes, GZIP, www / "boxes")
        self.look(self.ids, (), www / "ids")
        if [answer["digest"] for answer in self.packed] != [answer["digest"] for answer in self.plain]:
            raise Unavailable("compressed and plain answers of baulotse differ")
        self.static = {
            kind: self.driver.lines(f"static-{kind}", [f"GET /{kind}/{number}.json" for number in range(len(keys))])
            for kind in ("boxes", "ids", "packed", "live")
        }

    def look(self, lines, headers=(), save=None):
        """Answers of ours to each request; all must be 200."""
        answers = self.driver.probe(self.serving.url, lines, headers, save)
        refused = [answer["status"] for answer in answers if answer["status"] != 200]
        if refused:
            raise Unavailable(f"baulotse answers {refused[0]}")
        return answers

    def figures(self, name, filters):
        """Requests for figures, and the answer to the first of them."""
        ask = lambda one: f"POST /api/figures {json.dumps({'collection': 'parcels', 'filter': one})}"
        return self.first_of(name, [ask(one) for one in filters])

    def first_of(self, name, lines):
        """Requests, and the answer to the first of them."""
        path, answers = self.driver.lines(name, lines), self.scratch / "answers" / name
        self.look(path, save=answers)
        return path, json.loads((answers / "0.json").read_text())

    def start_peers(self):
        self.nginx = self.attempt("nginx", lambda: peers.Nginx(self.processes, self.scratch))
        parts = (self.processes, self.database)
        starters = {
            "MapServer": lambda: peers.mapserver(*parts, self.required_nginx(), self.scratch),
            "tipg": lambda: peers.tipg(*parts, self.venv),
            "pygeoapi": lambda: peers.pygeoapi(*parts, self.venv, self.scratch),
        }
        for name, start in starters.items():
            self.attempt(name, lambda start=start: self.feature_servers.append(self.checked(start())))
        self.martin = self.attempt("martin", lambda: peers.martin(*parts, self.folder))

    def required_nginx(self):
        if self.nginx is None:
            raise Unavailable(f"no nginx: {self.missing['nginx']}")
        return self.nginx

    def checked(self, peer):
        """A feature server, if it answers what we do.

        It is asked for few of the boxes: it may keep what it read, and a round does not take minutes.
        """
        peer.lines = self.driver.lines(peer.name, [peer.request(box) for box in self.places["boxes"][:25]])
        for theirs, ours in zip(self.driver.probe(peer.url, peer.lines), self.plain):
            found, expected = theirs["returned"] or 0, ours["returned"]
            # They compare a box in degrees, we its densified edges in the CRS of the store: some parcels more or less.
            if theirs["status"] != 200 or abs(found - expected) > 0.02 * expected:
                raise Unavailable(f"it answers {theirs['status']} with {found} features, baulotse has {expected}")
        return peer

    def attempt(self, name, start):
        try:
            return start()
        except Unavailable as reason:
            self.missing[name] = str(reason)
            say(f"{name}: {reason}")
            return None

    def clean(self):
        self.processes.stop_all()
        if self.database:
            self.database.remove()
        shutil.rmtree(self.scratch, ignore_errors=True)


def items(collection: str, box, more="&limit=2000") -> str:
    return f"/ogc/collections/{collection}/items?bbox={','.join(map(str, box))}{more}"
