"""The least that any tool has to do: the databases' own ways of loading, and curl."""
import places
import works
from tools.command import CommandTool

TYPES = {"postgres": ("bigint", "bigint", "text", "text", "numeric", "float8", "boolean", "timestamptz", "timestamptz", "date", "text",
                      "jsonb"),
         "sqlite": ("INTEGER", "INTEGER", "TEXT", "TEXT", "NUMERIC", "REAL", "TEXT", "TEXT", "TEXT", "TEXT", "TEXT", "TEXT")}
NAMES = "id customer_id code status amount weight gift created_at updated_at due note doc".split()
CSV_TYPES = {"postgres": "id text PRIMARY KEY, name text, email text, city text, plan text, amount numeric, currency text, "
                         "created_at timestamptz, updated_at timestamptz, active boolean, score bigint, note text",
             "sqlite": "id TEXT PRIMARY KEY, name TEXT, email TEXT, city TEXT, plan TEXT, amount NUMERIC, currency TEXT, "
                       "created_at TEXT, updated_at TEXT, active TEXT, score INTEGER, note TEXT"}


class Limit(CommandTool):
    name = "limit"
    lacks = "not a tool"
    kinds = [(source, target, mode) for target in ("postgres", "sqlite")
             for source, mode in (("table", "first"), ("table", "again"), ("table", "changed"), ("csv", "first"), ("http", "first"))] \
        + [("small", "postgres", "first")]

    def does(self, work):
        return super().does(work) and not work.one_process

    def configure(self, work):
        if work.source == "http":
            return
        for number in range(1, work.sources + 1):
            columns = CSV_TYPES[work.target] if work.source == "csv" else ", ".join(
                f"{name} {type}{' PRIMARY KEY' if name == 'id' else ''}" for name, type in zip(NAMES, TYPES[work.target]))
            statement = f"CREATE TABLE {self.table(work, number)} ({columns})"
            if work.target == "postgres":
                places.sql(self.database, statement)
            else:
                places.sqlite(self.file, statement)

    def run(self, work):
        if work.mode == "again":
            # There is no cheaper way to load again than to load anew.
            self.empty(work)
        return super().run(work)

    def empty(self, work):
        if work.target == "postgres":
            places.sql(self.database, "TRUNCATE orders")
        else:
            places.remove_sqlite(self.file)
            self.configure(work)

    def commands(self, work):
        if work.sources > 1:
            return self.loop(work)
        if work.source == "http":
            return [["curl", "-sS", "-f", "-o", "/dev/null", f"{work_url()}/items?page=[0-{(works.RECORDS - 1) // 1000}]"]]
        if work.source == "csv":
            if work.target == "postgres":
                return [places.psql(self.database, f"\\copy orders FROM '{works.CSV}' (FORMAT csv, HEADER)")]
            return [["sqlite3", self.file, f".import --csv --skip 1 {works.CSV} orders"]]
        if work.source == "table":
            rows = f"(SELECT * FROM orders WHERE updated_at > '{self.since or '-infinity'}')" if work.mode == "changed" else "orders"
            return self.copy(work, rows, "orders", work.mode == "changed")
        return self.one_command(work, 1)

    def one_command(self, work, number):
        return self.copy(work, works.small(number), works.small(number), False)

    def copy(self, work, rows, table, merge):
        assigned = ", ".join(f"{name} = excluded.{name}" for name in NAMES[1:])
        if work.target == "postgres":
            into = [f"COPY {'staging' if merge else table} FROM STDIN (FORMAT binary)"]
            if merge:
                into = [f"CREATE TEMP TABLE staging (LIKE {table})", *into,
                        f"INSERT INTO {table} SELECT * FROM staging ON CONFLICT (id) DO UPDATE SET {assigned}"]
            return [places.psql(places.SOURCES, f"COPY {rows} TO STDOUT (FORMAT binary)"), places.psql(self.database, *into)]
        into = [f".import --csv /dev/stdin {'staging' if merge else table}"]
        if merge:
            into = [f"CREATE TEMP TABLE staging AS SELECT * FROM {table} WHERE false", *into,
                    f"INSERT INTO {table} SELECT * FROM staging WHERE true ON CONFLICT (id) DO UPDATE SET {assigned}"]
        return [places.psql(places.SOURCES, f"COPY {rows} TO STDOUT (FORMAT csv)"), ["sqlite3", self.file, *into]]

    def arrived(self, work):
        return None if work.source == "http" else super().arrived(work)

    def leaves(self, work):
        return "nothing: fetched only" if work.source == "http" else super().leaves(work)


def work_url():
    with open(places.path("url")) as file:
        return file.read().strip()
