"""A tool that is a process from its start to its end, and leaves tables."""
import os
import shlex

import measure
import places
import works


class CommandTool:
    """What the tools that are commands share: a target of their own, and the look at what arrived in it.

    A tool says in `kinds` which (source, target, mode) it does, and gives the command of a work in `commands`.
    """

    name = version = ""
    kinds = ()
    env = {}
    # What an unchanged or a changed source means to it, and what its tables don't have; the rest is looked up.
    lacks = "no feed, no deletions"

    def does(self, work):
        return (work.source, work.target, work.mode) in self.kinds

    def commands(self, work):
        """The pipeline that does the work."""
        raise NotImplementedError

    def one_command(self, work, number):
        """The command for one of many small sources."""
        raise NotImplementedError

    @property
    def database(self):
        return self.name.replace("-", "_") + "_target"

    @property
    def file(self):
        return places.path(self.name, "target.db")

    def url(self, work):
        return places.url(self.database) if work.target == "postgres" else f"sqlite:///{self.file}"

    def table(self, work, number=1):
        """The name of the table that a source lands in."""
        return {"table": "orders", "csv": "orders", "http": "items", "small": works.small(number)}[work.source]

    def qualified(self, work, number=1):
        return f"public.{self.table(work, number)}" if work.target == "postgres" else f"main.{self.table(work, number)}"

    def prepare(self, work):
        """Makes the target empty and forgets what was remembered of it; for work on what is there, loads it."""
        places.empty_folder(self.name)
        self.since = None
        if work.target == "postgres":
            places.fresh_database(self.database)
        self.configure(work)
        if work.mode != "first":
            self.run(work)

    def configure(self, work):
        """Writes what the tool wants to find before it starts."""

    def run(self, work):
        newest = works.newest() if work.mode == "changed" else None
        measured = self.measured(work)
        # What it has now, for those that have to be told from where to read on.
        self.since = newest
        return measured

    def measured(self, work):
        return measure.pipeline(self.commands(work), places.path("logs", f"{self.name}.{work.id}.log"), self.env,
                                os.path.dirname(self.file))

    def close(self):
        """Nothing of it runs on."""

    def loop(self, work):
        """One process after the other for the small sources, by a shell."""
        script = places.path(self.name, "loop.sh")
        with open(script, "w") as file:
            file.write("set -eo pipefail\n")
            for number in range(1, work.sources + 1):
                file.write(" | ".join(shlex.join(command) for command in self.one_command(work, number)) + "\n")
        return [["bash", script]]

    def arrived(self, work):
        sums = works.SUMS if work.target == "postgres" else works.SQLITE_SUMS
        select = sums.format(amount=works.amount(work))
        statement = " UNION ALL ".join(f"SELECT {select} FROM {self.qualified(work, number)}" for number in range(1, work.sources + 1))
        if work.target == "postgres":
            return works.parse_totals(places.sql(self.database, statement))
        return works.totals(places.sqlite(self.file, statement))

    def leaves(self, work):
        """What stands in the target when it is done: key, columns, and what `lacks` says."""
        if work.target == "postgres":
            schema, table = self.qualified(work).split(".")
            key, indexes, typed = places.sql(self.database, f"""SELECT
                (SELECT count(*) FROM pg_index WHERE indrelid = '{schema}.{table}'::regclass AND indisprimary),
                (SELECT count(*) FROM pg_index WHERE indrelid = '{schema}.{table}'::regclass AND NOT indisprimary),
                (SELECT count(*) FROM information_schema.columns WHERE table_schema = '{schema}' AND table_name = '{table}'
                 AND data_type NOT IN ('text', 'character varying'))""").split("|")
            extra = f", {indexes} other index{'es' if indexes != '1' else ''}" if indexes != "0" else ""
            return f"{'primary key' if key != '0' else 'no key'}{extra}, {typed} typed columns; {self.lacks}"
        columns = places.sqlite(self.file, f"PRAGMA table_info({self.table(work)})")
        typed = sum(column[2].upper().split("(")[0] not in ("TEXT", "VARCHAR", "") for column in columns)
        return f"{'primary key' if any(column[5] for column in columns) else 'no key'}, {typed} typed columns; {self.lacks}"
