"""The pieces of work, the data they are done on, and what has to arrive."""
import os
import subprocess
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

import places

ROWS = int(os.environ.get("ROWS") or 1_000_000)
RECORDS = int(os.environ.get("RECORDS") or max(1000, ROWS // 5))
SMALL_SOURCES = int(os.environ.get("SOURCES") or 200)
SMALL_ROWS = 100
CSV = places.path("files", "compare", "orders.csv")
COLUMNS = 12


@dataclass(frozen=True)
class Work:
    """A piece of work.

    `source` is `table`, `csv`, `http` or `small`; `target` is `postgres` or `sqlite`. `mode`: `first` load into nothing,
    `again` over what is there, `changed`: a hundredth of the rows.
    """

    id: str
    title: str
    source: str
    target: str
    mode: str = "first"
    one_process: bool = False
    sources: int = 1

    @property
    def part(self):
        """What ONLY names: `w1` of `w1-again-sqlite`."""
        return self.id.split("-")[0]


def both(id, title, *rest):
    return [Work(f"{id}-{target}", f"{title} → {name}", rest[0], target, *rest[1:])
            for target, name in (("postgres", "PostgreSQL"), ("sqlite", "SQLite"))]


WORKS = [
    *both("w1", f"W1: {ROWS:,} rows × {COLUMNS} columns of PostgreSQL, first load", "table"),
    *both("w1-again", f"W1 again: the same {ROWS:,} rows, unchanged", "table", "again"),
    *both("w2", f"W2: {ROWS // 100:,} changed of {ROWS:,} rows", "table", "changed"),
    *both("w3", f"W3: CSV of {ROWS:,} rows × {COLUMNS} columns, first load", "csv"),
    *both("w4", f"W4: {RECORDS:,} JSON records in pages of 1,000 by HTTP, first load", "http"),
    Work("w5", f"W5: one source of {SMALL_ROWS} rows, first load → PostgreSQL", "small", "postgres"),
    Work("w6", f"W6: {SMALL_SOURCES} sources of {SMALL_ROWS} rows, first load → PostgreSQL, a process each", "small", "postgres",
         sources=SMALL_SOURCES),
    Work("w6-one", f"W6: {SMALL_SOURCES} sources of {SMALL_ROWS} rows, first load → PostgreSQL, in one process", "small", "postgres",
         one_process=True, sources=SMALL_SOURCES),
]


def orders(rows, first=1):
    """The seeded table: 12 columns of mixed types, about 250 bytes a row, the same on every machine."""
    return f"""SELECT g::int8 AS id, (g::int8 * 7919) % 100000 AS customer_id, 'ORD-' || lpad(g::text, 10, '0') AS code,
        (ARRAY['new', 'paid', 'shipped', 'done'])[1 + g % 4] AS status,
        round(((g::int8 * 7919) % 1000000)::numeric / 100, 2) AS amount, (g % 1000)::float8 / 8 AS weight,
        g % 3 = 0 AS gift, timestamptz '2024-01-01' + g * interval '37 seconds' AS created_at,
        timestamptz '2024-01-01' + (g % 900000) * interval '41 seconds' AS updated_at,
        date '2024-01-01' + g % 700 AS due, md5(g::text) || md5((g + 1)::text) AS note,
        jsonb_build_object('a', g, 'b', md5(g::text)) AS doc
        FROM generate_series({first}, {first + rows - 1}) g"""


def make_table(name, rows):
    places.sql(places.SOURCES, f"CREATE TABLE {name} AS {orders(rows)}", f"ALTER TABLE {name} ADD PRIMARY KEY (id)",
               f"CREATE INDEX ON {name} (updated_at)", f"VACUUM ANALYZE {name}")


def make_restricted_table(name, rows, reader, every):
    """A seeded table of which the role `reader` sees one row of so many."""
    make_table(name, rows)
    places.sql(places.SOURCES, f"CREATE ROLE {reader} LOGIN", f"GRANT SELECT ON {name} TO {reader}",
               f"ALTER TABLE {name} ENABLE ROW LEVEL SECURITY", f"CREATE POLICY {reader} ON {name} USING (id % {every} = 0)")


def small(number):
    return f"small_{number:03}"


def make_data(parts):
    """Makes what the named parts read."""
    if parts & {"w1", "w2"}:
        make_table("orders", ROWS)
    if "w3" in parts:
        select = f"""SELECT lpad(id::text, 7, '0') AS id, 'Customer ' || id AS name, 'customer' || id || '@example.com' AS email,
            (ARRAY['Lisbon', 'Oslo', 'Quito', 'Dakar'])[1 + id % 4] AS city, status AS plan, amount, 'EUR' AS currency, created_at,
            updated_at, gift AS active, customer_id AS score, 'note ' || id || ', as it was written' AS note
            FROM ({orders(ROWS)}) o"""
        with open(CSV, "wb") as file:
            subprocess.run(places.psql(places.SOURCES, f"COPY ({select}) TO STDOUT (FORMAT csv, HEADER)"), check=True, stdout=file)
    if parts & {"w5", "w6"}:
        for number in range(1, SMALL_SOURCES + 1):
            places.sql(places.SOURCES, f"CREATE TABLE {small(number)} AS {orders(SMALL_ROWS, number * SMALL_ROWS)}",
                       f"ALTER TABLE {small(number)} ADD PRIMARY KEY (id)")


def change(round):
    """Changes a hundredth of the rows, other ones in each round."""
    places.sql(places.SOURCES, "UPDATE orders SET amount = amount + 1, updated_at = clock_timestamp() "
               f"WHERE id % 100 = {round % 100}")


def newest():
    """The time of the newest change, as RFC 3339."""
    return places.sql(places.SOURCES, """SELECT to_char(max(updated_at), 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') FROM orders""")


# What tells that everything arrived: how many, and sums of an integer and of a decimal column.
SUMS = "count(*), sum(CAST(id AS bigint)), sum(CAST({amount} AS numeric))"
# SQLite adds up doubles, which a million of them show: cents are added there.
SQLITE_SUMS = "count(*), sum(CAST(id AS integer)), sum(CAST(round({amount} * 100) AS integer)) / 100.0"


def amount(work):
    return "balance" if work.source == "http" else "amount"


def totals(rows):
    """Adds up (count, sum, sum) of several tables; decimals to the cent, as some tools make doubles of them."""
    count, ids, amounts = (sum(Decimal(str(value or 0)) for value in column) for column in zip(*rows))
    return int(count), int(ids), round(amounts, 2)


def parse_totals(text):
    return totals([line.split("|") for line in text.splitlines()])


def expected(work):
    return expected_of_formula(work.source) if work.source in ("http", "csv") else expected_of_tables(work)


@cache
def expected_of_formula(source):
    if source == "http":
        return RECORDS, RECORDS * (RECORDS - 1) // 2, round(sum(Decimal(n * 7 % 100_000) for n in range(RECORDS)) / 100, 2)
    return parse_totals(places.sql(places.SOURCES, f"SELECT {SUMS.format(amount='amount')} FROM ({orders(ROWS)}) o"))


def expected_of_tables(work):
    names = ["orders"] if work.source == "table" else [small(n) for n in range(1, work.sources + 1)]
    select = SUMS.format(amount="amount")
    return parse_totals(places.sql(places.SOURCES, " UNION ALL ".join(f"SELECT {select} FROM {name}" for name in names)))
