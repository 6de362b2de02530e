import json
import os
import subprocess

import measure
import places
import works
from tools.command import CommandTool


class Singer(CommandTool):
    """Singer: pipelinewise's tap-postgres into its target-postgres, which loads batches by COPY and merges them by the key."""

    name, version = "singer", "tap-postgres 1.8.4, target-postgres 2.1.2"
    lacks = "no feed, no deletions unless hard_delete is set"
    kinds = [("table", "postgres", "first"), ("table", "postgres", "changed"), ("small", "postgres", "first")]
    tap = places.program("tap-postgres-1.8.4", "tap-postgres")
    target = places.program("target-postgres-2.1.2", "target-postgres")

    def does(self, work):
        return super().does(work) and not work.one_process

    def configure(self, work):
        login = {"host": places.HOST, "port": places.PORT, "user": places.USER, "password": "none"}
        self.write("tap.json", {**login, "dbname": places.SOURCES, "default_replication_method": "FULL_TABLE", "itersize": 50_000,
                                "filter_schemas": "public"})
        self.write("target.json", {**login, "dbname": self.database, "default_target_schema": "public", "batch_size_rows": 100_000,
                                   "parallelism": 2, "add_metadata_columns": False})
        self.write("state.json", {})
        found = subprocess.run([self.tap, "--config", "tap.json", "--discover"], cwd=self.folder, check=True, capture_output=True)
        streams = {stream["table_name"]: stream for stream in json.loads(found.stdout)["streams"]}
        for number in range(1, work.sources + 1):
            stream = streams[self.table(work, number)]
            for entry in stream["metadata"]:
                if not entry["breadcrumb"]:
                    entry["metadata"].update({"selected": True, "replication-method": "FULL_TABLE"})
                    if work.mode == "changed":
                        entry["metadata"].update({"replication-method": "INCREMENTAL", "replication-key": "updated_at"})
            self.write(f"catalog{number}.json", {"streams": [stream]})

    @property
    def folder(self):
        return os.path.dirname(self.file)

    def write(self, name, value):
        with open(places.path(self.name, name), "w") as file:
            json.dump(value, file)

    def commands(self, work):
        return self.loop(work) if work.sources > 1 else self.one_command(work, 1)

    def one_command(self, work, number):
        return [[self.tap, "--config", "tap.json", "--catalog", f"catalog{number}.json", "--state", "state.json"],
                [self.target, "--config", "target.json"]]

    def measured(self, work):
        states = places.path(self.name, "states.jsonl")
        measured = measure.pipeline(self.commands(work), places.path("logs", f"{self.name}.{work.id}.log"), self.env, self.folder,
                                    states if work.sources == 1 else None)
        if work.mode == "changed":
            with open(states) as file:
                self.write("state.json", json.loads(file.read().splitlines()[-1]))
        return measured
