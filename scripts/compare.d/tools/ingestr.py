import places
import works
from tools.command import CommandTool


class Ingestr(CommandTool):
    """ingestr: `replace` for all rows; `merge` for changes, from a time that it is told, as it keeps no state."""

    name, version = "ingestr", "1.0.78"
    lacks = "no feed, deletions only by loading all anew"
    env = {"INGESTR_DISABLE_TELEMETRY": "true"}
    kinds = [(source, target, mode) for target in ("postgres", "sqlite")
             for source, mode in (("table", "first"), ("table", "again"), ("table", "changed"), ("csv", "first"))] \
        + [("small", "postgres", "first")]
    program = places.program("ingestr-1.0.78", "ingestr")

    def does(self, work):
        return super().does(work) and not work.one_process

    def commands(self, work):
        if work.sources > 1:
            return self.loop(work)
        if work.source == "csv":
            return [self.ingest(work, f"csv://{works.CSV}", "orders", 1)]
        return self.one_command(work, 1)

    def one_command(self, work, number):
        return [self.ingest(work, places.url(places.SOURCES), f"public.{self.table(work, number)}", number)]

    def ingest(self, work, source, table, number):
        command = [self.program, "ingest", "--yes", "--progress", "log", "--source-uri", source, "--source-table", table,
                   "--dest-uri", self.url(work), "--dest-table", self.qualified(work, number)]
        if work.mode == "changed":
            command += ["--incremental-strategy", "merge", "--incremental-key", "updated_at", "--primary-key", "id"]
        if self.since:
            command += ["--interval-start", self.since]
        return command
