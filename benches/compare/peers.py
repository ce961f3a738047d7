"""Other servers, each on the same table of PostGIS, each set up as its manual says, with two workers."""

import os
import re
from pathlib import Path

from database import Database
from tools import Processes, Unavailable, first_line, free_port, run, wait_for

WORKERS = 2


class Nginx:
    """Static files: what a server could at best do. Also the way to MapServer."""

    def __init__(self, processes: Processes, folder: Path):
        self.port = free_port()
        self.mapserver_port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.root = folder / "www"
        self.root.mkdir(parents=True, exist_ok=True)
        scratch = folder / "nginx"
        scratch.mkdir(exist_ok=True)
        temporary = "\n".join(
            f"  {kind}_temp_path {scratch}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        config = scratch / "nginx.conf"
        config.write_text(f"""
{"user root;" if os.getuid() == 0 else ""}
worker_processes auto;
pid {scratch}/nginx.pid;
error_log {scratch}/error.log;
daemon off;
events {{ worker_connections 1024; }}
http {{
  types {{ application/geo+json json; }}
  access_log off;
  sendfile on;
  tcp_nopush on;
  keepalive_requests 100000000;
  open_file_cache max=10000 inactive=600s;
  open_file_cache_valid 600s;
{temporary}
  server {{
    listen 127.0.0.1:{self.port};
    root {self.root};
    location /packed/ {{ alias {self.root}/boxes/; gzip_static on; }}
    location /live/ {{ alias {self.root}/boxes/; gzip on; gzip_comp_level 6; gzip_types application/geo+json; }}
    location /mapserv {{
      fastcgi_pass 127.0.0.1:{self.mapserver_port};
      fastcgi_keep_conn on;
      fastcgi_split_path_info ^(/mapserv)(/.*)$;
      fastcgi_param PATH_INFO $fastcgi_path_info;
      fastcgi_param SCRIPT_NAME $fastcgi_script_name;
      fastcgi_param QUERY_STRING $query_string;
      fastcgi_param REQUEST_METHOD $request_method;
      fastcgi_param SERVER_NAME 127.0.0.1;
      fastcgi_param SERVER_PORT {self.port};
      fastcgi_param SERVER_PROTOCOL HTTP/1.1;
    }}
  }}
}}
""")
        processes.start("nginx", ["/usr/sbin/nginx", "-c", config, "-p", scratch])
        wait_for(self.url)

    @staticmethod
    def version() -> str:
        return "nginx " + first_line(["/usr/sbin/nginx", "-v"], r"nginx/(\S+)")


class Peer:
    """A feature server."""

    def __init__(self, name: str, url: str, items: str, version: str):
        self.name = name
        self.url = url
        self.items = items
        self.version = version

    def request(self, box) -> str:
        return "GET " + self.items.format(bbox=",".join(f"{number:.9f}" for number in box))


def mapserver(processes: Processes, database: Database, nginx: Nginx, folder: Path) -> Peer:
    program = Path("/usr/lib/cgi-bin/mapserv")
    if not program.exists():
        raise Unavailable("cgi-mapserver is not installed")
    mapfile, config = folder / "compare.map", folder / "mapserver.conf"
    mapfile.write_text(f"""MAP
  NAME "compare"
  EXTENT -180 -90 180 90
  PROJECTION "init=epsg:4326" END
  WEB METADATA
    "ows_title" "compare" "ows_onlineresource" "{nginx.url}/mapserv" "ows_srs" "EPSG:4326"
    "ows_enable_request" "*" "oga_onlineresource" "{nginx.url}/mapserv/compare/ogcapi"
  END END
  LAYER
    NAME "parcels"
    TYPE POLYGON
    STATUS ON
    CONNECTIONTYPE POSTGIS
    CONNECTION "host={database.host} port={database.port} user={database.user} dbname={database.name}"
    PROCESSING "CLOSE_CONNECTION=DEFER"
    DATA "geom FROM parcels USING UNIQUE fid USING SRID=4326"
    PROJECTION "init=epsg:4326" END
    TEMPLATE "none"
    METADATA "ows_title" "parcels" "gml_include_items" "all" "gml_featureid" "fid" "gml_types" "auto" END
  END
END
""")
    config.write_text(f"""CONFIG
  ENV MS_MAP_PATTERN "." OGCAPI_HTML_TEMPLATE_DIRECTORY "/usr/share/mapserver/ogcapi/templates/html-plain/" END
  MAPS "compare" "{mapfile}" END
END
""")
    printed = run(
        ["spawn-fcgi", "-a", "127.0.0.1", "-p", nginx.mapserver_port, "-F", WORKERS, "--", program],
        env={**os.environ, "MAPSERVER_CONFIG_FILE": str(config)},
    )
    processes.pids += [int(pid) for pid in re.findall(r"PID: (\d+)", printed)]
    version = first_line([program, "-v"], r"MapServer version (\S+)")
    items = "/mapserv/compare/ogcapi/collections/parcels/items?f=json&limit=2000&bbox={bbox}"
    return Peer("MapServer", nginx.url, items, f"MapServer {version} (OGC API, FastCGI behind nginx)")


def tipg(processes: Processes, database: Database, venv: Path) -> Peer:
    port = free_port()
    env = {"DATABASE_URL": database.url.replace("postgres://", "postgresql://"), "TIPG_DB_SCHEMAS": '["public"]'}
    command = [venv / "bin/uvicorn", "tipg.main:app", "--port", port, "--workers", WORKERS, "--no-access-log"]
    processes.start("tipg", command, env)
    url = f"http://127.0.0.1:{port}"
    wait_for(url)
    items = "/collections/public.parcels/items?f=geojson&limit=2000&bbox={bbox}"
    return Peer("tipg", url, items, f"tipg {package(venv, 'tipg')} (uvicorn)")


def pygeoapi(processes: Processes, database: Database, venv: Path, folder: Path) -> Peer:
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    config, openapi = folder / "pygeoapi.yml", folder / "pygeoapi-openapi.yml"
    config.write_text(f"""
server:
  bind: {{host: 127.0.0.1, port: {port}}}
  url: {url}
  mimetype: application/json; charset=UTF-8
  encoding: utf-8
  languages: [en-US]
  limits: {{default_items: 10, max_items: 10000, on_exceed: throttle}}
  map: {{url: "https://tile.example/{{z}}/{{x}}/{{y}}.png", attribution: none}}
  admin: false
logging: {{level: ERROR}}
metadata:
  identification:
    title: compare
    description: compare
    keywords: [compare]
    keywords_type: theme
    terms_of_service: none
    url: {url}
  license: {{name: none, url: {url}}}
  provider: {{name: compare, url: {url}}}
  contact: {{name: compare}}
resources:
  parcels:
    type: collection
    title: parcels
    description: parcels
    keywords: [parcels]
    links: []
    extents: {{spatial: {{bbox: [-180, -90, 180, 90], crs: "http://www.opengis.net/def/crs/OGC/1.3/CRS84"}}}}
    providers:
      - type: feature
        name: PostgreSQL
        data:
          host: {database.host}
          port: {database.port}
          dbname: {database.name}
          user: {database.user}
          password: none
          search_path: [public]
        id_field: fid
        table: parcels
        geom_field: geom
""")
    env = {"PYGEOAPI_CONFIG": str(config), "PYGEOAPI_OPENAPI": str(openapi)}
    run([venv / "bin/pygeoapi", "openapi", "generate", config, "--output-file", openapi], env={**os.environ, **env})
    command = [venv / "bin/gunicorn", "-w", WORKERS, "-k", "gthread", "--threads", "4", "-b", f"127.0.0.1:{port}"]
    processes.start("pygeoapi", [*command, "pygeoapi.flask_app:APP"], env)
    wait_for(url)
    items = "/collections/parcels/items?f=json&limit=2000&bbox={bbox}"
    return Peer("pygeoapi", url, items, f"pygeoapi {package(venv, 'pygeoapi')} (gunicorn)")


def martin(processes: Processes, database: Database, folder: Path) -> tuple[str, str]:
    """Address of tiles, without a cache, and version."""
    if os.environ.get("COMPARE_MARTIN") != "1":
        raise Unavailable("martin is measured with COMPARE_MARTIN=1")
    run(["cargo", "install", "--locked", "--root", folder / "martin", "martin"])
    program, port = folder / "martin/bin/martin", free_port()
    command = [program, "--listen-addresses", f"127.0.0.1:{port}", "--cache-size", "0", "--workers", WORKERS]
    processes.start("martin", [*command, database.url.replace("postgres://", "postgresql://")])
    url = f"http://127.0.0.1:{port}"
    wait_for(url + "/health")
    return url, first_line([program, "--version"])


def package(venv: Path, name: str) -> str:
    return first_line([venv / "bin/pip", "show", name], r"Version: (\S+)")
