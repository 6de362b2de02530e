import os

import places
import works
from tools.command import CommandTool
from tools.limit import work_url


class Dlt(CommandTool):
    """dlt: its back end connectorx with a stream of Arrow batches, loaded by COPY from CSV; SQLite by SQLAlchemy from Parquet."""

    name, version = "dlt", "1.31.0"
    lacks = "no feed, deletions only by loading all anew"
    kinds = [(source, target, mode) for target in ("postgres", "sqlite")
             for source, mode in (("table", "first"), ("table", "again"), ("table", "changed"), ("csv", "first"), ("http", "first"))] \
        + [("small", "postgres", "first")]
    # Stopped after minutes of merging into SQLite.
    kinds.remove(("table", "sqlite", "changed"))
    program = places.program("dlt-1.31.0", "python")

    @property
    def env(self):
        return {"RUNTIME__DLTHUB_TELEMETRY": "false", "RUNTIME__LOG_LEVEL": "ERROR", "DLT_DATA_DIR": places.path("dlt", "data"),
                "HOME": places.path("dlt", "home")}

    def qualified(self, work, number=1):
        return ("landed." if work.target == "postgres" else "") + self.table(work, number)

    @property
    def file(self):
        # A dataset is a database file of its own.
        return places.path("dlt", "target__landed.db")

    def script(self, work, *tables):
        source = {"csv": works.CSV, "http": work_url() if work.source == "http" else ""}.get(
            work.source, places.url(places.SOURCES, "postgresql+psycopg2", ""))
        target = places.url(self.database, options="") if work.target == "postgres" else f"sqlite:///{places.path('dlt', 'target.db')}"
        return [self.program, os.path.join(places.PARTS, "dlt_pipeline.py"), work.source, source, work.target, target, work.mode, *tables]

    def commands(self, work):
        if work.sources > 1 and not work.one_process:
            return self.loop(work)
        return [self.script(work, *(self.table(work, number) for number in range(1, work.sources + 1)))]

    def one_command(self, work, number):
        return [self.script(work, works.small(number))]
