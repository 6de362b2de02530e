"""How Tributary's own cost grows: with rows, with what is stored, along the feed, with registered sources."""
import http.client
import os
import random
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from statistics import median
from urllib.parse import quote

import measure
import places
import works
from tools.tributary import Server

SIZES = [works.ROWS // 10, works.ROWS, works.ROWS * 5]
# Rows that change in each round of the incremental reads, and the smaller of the two tables.
CHANGED, FEW = max(10, works.ROWS // 1000), max(100, works.ROWS // 100)
REGISTERED = int(os.environ.get("REGISTERED") or works.ROWS // 10)
PAGE, PAGES, IDLE = 5000, 200, 10


class Growth:
    """Takes the figures, prints each beside the bound that it should keep, and remembers them for the results."""

    def __init__(self, rounds):
        self.rounds, self.figures = rounds, []
        self.changed_at = datetime(2026, 1, 1, tzinfo=UTC)

    def figure(self, what, value, unit, bound=None):
        verdict = "" if bound is None else "ok" if value <= bound else "MISSED"
        limit = "" if bound is None else f"<={bound}"
        print(f"{what:78} {value:12.3f} {unit:8} {limit:8} {verdict}", flush=True)
        self.figures.append({"what": what, "value": value, "unit": unit, "bound": bound})

    def measure(self):
        for size in SIZES:
            works.make_table(f"rows_{size}", size)
        for store in ("sqlite", "postgres"):
            print(f"\n== how cost grows, {store}, load {os.getloadavg()[0]:.1f}")
            self.loads(store)
            self.increments(store)
        for store in ("sqlite", "postgres"):
            print(f"\n== {REGISTERED:,} registered and scheduled sources, {store}, load {os.getloadavg()[0]:.1f}")
            self.registered(store)
        return self.figures

    def server(self, store):
        return Server(store, places.path("logs", f"tributary.growth-{store}.log"))

    def source(self, server, table, user=places.USER, mode="full"):
        entity = {"name": f"public.{table}", "mode": mode, **({"cursor_field": "updated_at"} if mode == "incremental" else {})}
        return server.create({"name": table, "type": "postgres", "entities": [entity], "config": {
            "host": places.HOST, "port": places.PORT, "database": places.SOURCES, "user": user, "sslmode": "disable",
            "tables": [entity["name"]]}})

    def loads(self, store):
        """First loads of growing tables, in turns; the largest one's feed is read at the end."""
        seconds, memory = {size: [] for size in SIZES}, {size: 0 for size in SIZES}
        for round in range(min(self.rounds, 3)):
            for size in SIZES:
                server = self.server(store)
                try:
                    id = self.source(server, f"rows_{size}")
                    places.checkpoint()
                    use = measure.Server(server.process.pid)
                    use.begin()
                    run = server.sync(id)
                    measured = use.end()
                    if run["entities"][0]["inserted"] != size:
                        raise measure.Failed(f"{run['entities'][0]['inserted']} of {size} rows arrived")
                    seconds[size].append(measured.seconds)
                    memory[size] = max(memory[size], measured.memory)
                    if size == SIZES[-1] and round == min(self.rounds, 3) - 1:
                        self.feed(server, id, size)
                finally:
                    server.stop()
        for size in SIZES:
            self.figure(f"first load of {size:,} rows", median(seconds[size]), "s")
            self.figure("    peak memory", memory[size] / 1e6, "MB", 120)
        # A share of 1 is linear.
        for size in SIZES[1:]:
            share = median(seconds[size]) / size / (median(seconds[SIZES[0]]) / SIZES[0])
            self.figure(f"    time a row of {size:,}, to that of {SIZES[0]:,}", share, "×", 1.3)

    def feed(self, server, id, size):
        """Pages at random positions; the cursors are those that a reader got on its way."""
        cursors, count = [None], 0
        for items, _, following in server.changes(id):
            cursors.append(following)
            count += len(items)
        if count != size:
            raise measure.Failed(f"the feed has {count} of {size} records")
        chance, times = random.Random(20261124), []
        for _ in range(PAGES):
            cursor = chance.choice(cursors[:-1])
            begin = time.monotonic()
            server.text("GET", f"/api/v1/datasources/{id}/changes?limit={PAGE}" + (f"&cursor={quote(cursor)}" if cursor else ""))
            times.append((time.monotonic() - begin) * 1000)
        times.sort()
        self.figure(f"feed page of {PAGE:,} at random positions of {size:,}: median", median(times), "ms", 50)
        self.figure("    99 of 100", times[len(times) * 99 // 100], "ms", 50)

    def increments(self, store):
        """Incremental reads of as many changed rows, with few and with many rows stored. What is stored alone differs: both sources
        are new tables of the same size, of one of which its reader sees few rows. The rows that change lie on a page each."""
        users = {FEW: "few", works.ROWS: places.USER}
        works.make_table("many", works.ROWS)
        works.make_restricted_table("few", works.ROWS, reader=users[FEW], every=works.ROWS // FEW)
        server, seconds = self.server(store), {size: [] for size in users}
        try:
            tables = {FEW: "few", works.ROWS: "many"}
            sources = {size: self.source(server, tables[size], users[size], "incremental") for size in users}
            for size, id in sources.items():
                if (stored := server.sync(id)["entities"][0]["inserted"]) != size:
                    raise measure.Failed(f"{stored} of {size} rows arrived")
            for round in range(self.rounds):
                # Later than what a read looks back at, as on a schedule.
                self.changed_at += timedelta(hours=1)
                apart, first = works.ROWS // CHANGED, round * works.ROWS // FEW
                for size, id in sources.items():
                    places.sql(places.SOURCES, f"UPDATE {tables[size]} SET amount = amount + 1, updated_at = '{self.changed_at}' "
                               f"WHERE id % {apart} = {first % apart}")
                    begin = time.monotonic()
                    run = server.sync(id)
                    seconds[size].append(time.monotonic() - begin)
                    if run["entities"][0]["updated"] != CHANGED:
                        raise measure.Failed(f"{run['entities'][0]['updated']} of {CHANGED} changes arrived")
            for size in sources:
                self.figure(f"{CHANGED:,} changed rows, {size:,} stored", median(seconds[size]) * 1000, "ms")
            self.figure("    many to few", median(seconds[works.ROWS]) / median(seconds[FEW]), "×", 1.3)
        finally:
            server.stop()
            places.sql(places.SOURCES, "DROP TABLE many", "DROP TABLE few", f"DROP ROLE {users[FEW]}")

    def registered(self, store):
        """Start and ticks of a server with many scheduled sources, of which none is due."""
        server = self.server(store)
        try:
            self.register(server)
            server.stop()
            server.start()
            self.figure("start to ready", server.ready, "s", 1)
            self.figure(f"a tick, with {REGISTERED:,} scheduled", self.tick(server) * 1000, "ms", 50)
        finally:
            server.stop()

    def tick(self, server):
        """The mean seconds of the scheduler's ticks in a while; it ticks once a second."""
        sums = []
        for _ in range(2):
            connection = http.client.HTTPConnection(server.connection.host, server.connection.port, timeout=60)
            connection.request("GET", "/metrics")
            lines = dict(line.rsplit(" ", 1) for line in connection.getresponse().read().decode().splitlines() if line[0] != "#")
            connection.close()
            sums.append([float(lines[f"tributary_schedule_tick_duration_seconds_{part}"]) for part in ("sum", "count")])
            if len(sums) == 1:
                time.sleep(IDLE)
        (seconds, ticks), (later, more) = sums
        return (later - seconds) / (more - ticks)

    def register(self, server):
        def some(numbers):
            connection = http.client.HTTPConnection(server.connection.host, server.connection.port, timeout=60)
            for number in numbers:
                connection.request("POST", "/api/v1/datasources", '{"name":"source %d","type":"file","sync_schedule":"@monthly",'
                                   '"config":{"path":"none.csv","primary_key":["id"]}}' % number, server.headers)
                answer = connection.getresponse()
                if answer.status != 201:
                    raise measure.Failed(f"registering: {answer.status} {answer.read()[:300]}")
                answer.read()

        with ThreadPoolExecutor(8) as pool:
            list(pool.map(some, [range(first, REGISTERED, 8) for first in range(8)]))
