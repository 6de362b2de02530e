import base64
import http.client
import json
import os
import shutil
import signal
import subprocess
import time
from decimal import Decimal
from urllib.parse import quote

import measure
import places
import works
from tools.limit import work_url

TENANT = "compare"
DATABASE = "tributary_target"


class Server:
    """A server of the release binary on an empty store, and what it is asked for by HTTP."""

    def __init__(self, store, log):
        self.store, self.log, self.process = store, log, None
        self.folder = places.empty_folder("tributary")
        if store == "postgres":
            places.fresh_database(DATABASE)
        self.keys = "compare:" + base64.b64encode(os.urandom(32)).decode()
        self.start()

    def start(self):
        env = {**os.environ, "TRIBUTARY_HTTP_HOST": "127.0.0.1", "TRIBUTARY_HTTP_PORT": "0", "TRIBUTARY_EGRESS_ALLOW": "127.0.0.0/8",
               "TRIBUTARY_FILES_ROOT": places.path("files"), "TRIBUTARY_MASTER_KEYS": self.keys,
               "TRIBUTARY_DATABASE_URL": f"sqlite:{self.folder}/data/tributary.db" if self.store == "sqlite"
               else places.url(DATABASE, "postgres")}
        begin = time.monotonic()
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen([places.TRIBUTARY, "serve"], env=env, stdout=subprocess.PIPE, stderr=log, text=True)
        line = self.process.stdout.readline()
        self.ready = time.monotonic() - begin
        if not line.startswith("listening on http://"):
            raise measure.Failed(f"the server didn't start; see {self.log}")
        host, port = line.removeprefix("listening on http://").strip().rsplit(":", 1)
        self.connection = http.client.HTTPConnection(host, int(port), timeout=120)
        token = subprocess.run([places.TRIBUTARY, "token", "--tenant", TENANT, "--sub", "compare", "--scope", "*"],
                               env=env, check=True, capture_output=True, text=True).stdout.strip()
        self.headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}

    def stop(self):
        if self.process:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(30)
            self.process.stdout.close()
            self.process = None

    def text(self, method, path, body=None):
        self.connection.request(method, path, None if body is None else json.dumps(body), self.headers)
        answer = self.connection.getresponse()
        content = answer.read()
        if not 200 <= answer.status < 300:
            raise measure.Failed(f"{method} {path}: {answer.status} {content[:500]}")
        return content

    def api(self, method, path, body=None):
        return json.loads(self.text(method, "/api/v1" + path, body), parse_float=Decimal)

    def create(self, body):
        return self.api("POST", "/datasources", body)["id"]

    def sync(self, id, body=None):
        """Asks for a run and waits for its end."""
        run = self.api("POST", f"/datasources/{id}/sync?wait=60", body or {})
        while run["status"] in ("queued", "running"):
            time.sleep(0.02)
            run = self.api("GET", f"/datasources/{id}/runs/{run['id']}")
        if run["status"] != "succeeded":
            raise measure.Failed(f"the run ended as {run['status']}: {run['error']}")
        return run

    def metric(self, name):
        """The sum of a meter over its labels."""
        lines = self.text("GET", "/metrics").decode().splitlines()
        return sum(float(line.rsplit(" ", 1)[1]) for line in lines if line.startswith((name + " ", name + "{")))

    def changes(self, id, cursor=None, parse=True):
        """Pages of the feed: (page, the cursor that it was asked with, the next one)."""
        while True:
            page = self.api("GET", f"/datasources/{id}/changes?limit=5000" + (f"&cursor={quote(cursor)}" if cursor else ""))
            if not page["items"]:
                return
            yield page["items"], cursor, page["next_cursor"]
            cursor = page["next_cursor"]


class Tributary:
    """A server that is there, as it is used: the time is from the request for a sync until the client knows that it succeeded."""

    name, version = "tributary", "this checkout"

    def __init__(self):
        self.server = None

    def does(self, work):
        return True

    def prepare(self, work):
        self.close()
        self.server = Server(work.target, places.path("logs", f"tributary.{work.id}.log"))
        self.sources = [self.server.create(self.source(work, number)) for number in range(1, work.sources + 1)]
        self.cursor = None
        if work.source == "small":
            # A server that runs has its connections: one sync of another source opens them.
            self.server.sync(self.server.create(self.source(work, 1)))
        if work.mode != "first":
            self.run(work)
            self.arrived(work)

    def source(self, work, number):
        if work.source == "csv":
            return {"name": "orders", "type": "file", "config": {"path": os.path.basename(works.CSV), "primary_key": ["id"]}}
        if work.source == "http":
            with open(os.path.join(places.ROOT, "scripts", "bench-declarative.d", "manifest.yaml")) as file:
                self.server.api("POST", "/connectors", {"type": "pages", "manifest": file.read()})
            return {"name": "items", "type": "pages", "config": {"url": work_url()}}
        table = "orders" if work.source == "table" else works.small(number)
        source = {"name": table, "type": "postgres", "config": {
            "host": places.HOST, "port": places.PORT, "database": places.SOURCES, "user": places.USER, "sslmode": "disable",
            "tables": [f"public.{table}"]}}
        if work.mode == "changed":
            source["entities"] = [{"name": "public.orders", "mode": "incremental", "cursor_field": "updated_at"}]
        return source

    def run(self, work):
        # The server closes connections that were idle for as long as the other tools' turns took.
        self.server.connection.close()
        use = measure.Server(self.server.process.pid)
        use.begin()
        if work.sources == 1:
            self.counts = self.server.sync(self.sources[0])["entities"][0]
        else:
            self.sync_all()
        return use.end()

    def sync_all(self):
        before = self.server.metric("tributary_runs_total")
        for id in self.sources:
            self.server.api("POST", f"/datasources/{id}/sync", {})
        while self.server.metric("tributary_runs_total") < before + len(self.sources):
            time.sleep(0.01)

    def arrived(self, work):
        """What a reader of the feeds knows: all records, each at its newest version. Later rounds read on from their cursor."""
        if self.cursor is None:
            self.seen = {}
        changes = 0
        for id in self.sources:
            for items, _, self.cursor in self.server.changes(id, self.cursor):
                changes += len(items)
                for item in items:
                    self.seen[item["id"]] = (item["data"]["id"], item["data"][works.amount(work)])
            if len(self.sources) > 1:
                self.cursor = None
        if work.mode == "again" and self.counts["unchanged"] == works.ROWS and changes:
            raise measure.Failed(f"{changes} changes in the feed though nothing changed")
        return works.totals([(1, id, amount) for id, amount in self.seen.values()])

    def leaves(self, work):
        kind = "text" if work.source == "csv" else "exact values"
        return f"primary key, JSON records of {kind}, change feed, content hash, state; unchanged rows keep their version, deletions found" \
            + (" by full reads" if work.mode == "changed" else "")

    def close(self):
        if self.server:
            self.server.stop()
            self.server = None
            shutil.rmtree(places.path("tributary"), ignore_errors=True)
