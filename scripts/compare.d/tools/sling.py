import json
import os

import places
import works
from tools.command import CommandTool
from tools.limit import work_url


class Sling(CommandTool):
    """sling: rows go straight into the target instead of through a temporary table (SLING_DIRECT_INSERT) where all are
    loaded; by a key and an update column it merges, faster into a table that has the key."""

    name, version = "sling", "1.4.11"
    lacks = "no feed, deletions only by loading all anew"
    kinds = [(source, target, mode) for target in ("postgres", "sqlite")
             for source, mode in (("table", "first"), ("table", "again"), ("table", "changed"), ("csv", "first"), ("http", "first"))] \
        + [("small", "postgres", "first")]
    program = places.program("sling-1.4.11", "sling")

    @property
    def env(self):
        return {"SLING_DISABLE_TELEMETRY": "true", "SLING_HOME_DIR": places.path("sling", "home"), "SLING_LOGGING": "NO_COLOR",
                "SOURCE": places.url(places.SOURCES), "TARGET": places.url(self.database), "FILE": f"sqlite://{self.file}"}

    def run(self, work):
        os.environ["SLING_DIRECT_INSERT"] = "false" if work.mode == "changed" else "true"
        return super().run(work)

    def target(self, work, number=1):
        return ["--tgt-conn", "TARGET" if work.target == "postgres" else "FILE", "--tgt-object", self.qualified(work, number)]

    def commands(self, work):
        if work.one_process:
            return [[self.program, "run", "-r", places.path("sling", "replication.json")]]
        if work.sources > 1:
            return self.loop(work)
        if work.source == "csv":
            return [[self.program, "run", "--src-stream", f"file://{works.CSV}", *self.target(work), "--mode", "full-refresh"]]
        if work.source == "http":
            return [["curl", "-sS", "-f", f"{work_url()}/items?page=[0-{(works.RECORDS - 1) // 1000}]"],
                    ["jq", "-c", ".items[]"],
                    [self.program, "run", "--src-options", '{"format": "jsonlines", "flatten": true}', *self.target(work),
                     "--mode", "full-refresh"]]
        mode = ["--mode", "full-refresh"]
        if work.mode == "changed":
            mode = ["--mode", "incremental", "--primary-key", "id", "--update-key", "updated_at",
                    "--tgt-options", '{"table_keys": {"primary": ["id"]}}']
        return [[self.program, "run", "--src-conn", "SOURCE", "--src-stream", f"public.{self.table(work)}", *self.target(work), *mode]]

    def one_command(self, work, number):
        return [[self.program, "run", "--src-conn", "SOURCE", "--src-stream", f"public.{works.small(number)}",
                 *self.target(work, number), "--mode", "full-refresh"]]

    def configure(self, work):
        if work.one_process:
            streams = {f"public.{works.small(number)}": {"object": f"public.{works.small(number)}"}
                       for number in range(1, work.sources + 1)}
            with open(places.path("sling", "replication.json"), "w") as file:
                json.dump({"source": "SOURCE", "target": "TARGET", "defaults": {"mode": "full-refresh"}, "streams": streams}, file)
