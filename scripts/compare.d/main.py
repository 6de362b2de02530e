"""Does each piece of work with each tool in turns, checks what arrived, and prints how long it took.

Started by scripts/compare, which prepares the environments and PostgreSQL, and tells the settings.
"""
import json
import os
import subprocess
import sys
import time

import measure
import places
import table
import works
from growth import Growth
from tools.airbyte import AirbyteCDK
from tools.dlt import Dlt
from tools.ingestr import Ingestr
from tools.limit import Limit
from tools.singer import Singer
from tools.sling import Sling
from tools.tributary import Tributary

ROUNDS = int(os.environ.get("ROUNDS") or 5)
# A tool whose first round took longer than this many seconds is asked for `SLOW_ROUNDS` only.
SLOW, SLOW_ROUNDS = 45, 2
# Minutes that a part takes with a million rows, five rounds and all tools on a quiet machine of two cores.
MINUTES = {"w1": 20, "w2": 5, "w3": 7, "w4": 10, "w5": 0.5, "w6": 15, "growth": 10}


def chosen(variable, all):
    """The names in a variable, separated by commas; all when it is empty."""
    names = [name for name in os.environ.get(variable, "").split(",") if name]
    unknown = set(names) - set(all)
    if unknown:
        sys.exit(f"compare: {variable} knows {' '.join(all)}, not {' '.join(sorted(unknown))}")
    return [name for name in all if name in names or not names]


def check(tool, work, round):
    arrived = tool.arrived(work)
    if arrived is not None and arrived != works.expected(work):
        sys.exit(f"compare: {tool.name}, {work.id}, round {round}: (count, sum of ids, sum of amounts) is "
                 f"{arrived}, expected {works.expected(work)}")


def compare(work, tools):
    """The rounds of one work: {tool: [Measured]}, and what each leaves behind."""
    print(f"\n== {work.title}", flush=True)
    results, leaves = {tool.name: [] for tool in tools}, {}
    if work.mode != "first":
        for tool in tools:
            tool.prepare(work)
    for round in range(1, ROUNDS + 1):
        if work.mode == "changed":
            works.change(round)
        # Each round begins with another tool: the first reader of changed pages cleans them up for those after it.
        for tool in tools[round % len(tools):] + tools[:round % len(tools)]:
            runs = results[tool.name]
            slow = bool(runs) and runs[0].seconds > SLOW
            if slow and len(runs) >= SLOW_ROUNDS:
                continue
            if work.mode == "first":
                tool.prepare(work)
            places.checkpoint()
            runs.append(tool.run(work))
            print(f"   round {round}: {tool.name:12} {table.seconds(runs[-1].seconds):>8} s, load {os.getloadavg()[0]:.1f}",
                  flush=True)
            check(tool, work, round)
            leaves[tool.name] = tool.leaves(work)
    rows = table.summary(results)
    for row in rows:
        row["leaves"] = leaves[row["tool"]]
    print("\n" + table.text(rows), flush=True)
    return rows


def close(tools):
    for tool in tools:
        tool.close()


def serve_pages():
    """The HTTP server of JSON pages; its address is in the file `url`."""
    with open(places.path("url"), "w") as file:
        server = subprocess.Popen([sys.executable, os.path.join(places.ROOT, "scripts", "bench-declarative.d", "server.py"),
                                   str(works.RECORDS)], stdout=file)
    while not os.path.getsize(places.path("url")):
        time.sleep(0.05)
    return server


def write(results, figures, machine):
    with open(places.path("results.json"), "w") as file:
        json.dump({"machine": machine, "works": results, "growth": figures}, file, indent=1)
    with open(places.path("results.md"), "w") as file:
        for work in results:
            file.write(f"### {work['title']}\n\n{table.markdown(work['rows'])}\n\n")
        if figures:
            file.write(f"### How cost grows\n\n{table.markdown_figures(figures)}\n")


def main():
    all_tools = {tool.name: tool for tool in (Tributary(), Sling(), Dlt(), Ingestr(), Singer(), AirbyteCDK(), Limit())}
    tools = [all_tools[name] for name in chosen("TOOLS", all_tools)]
    parts = set(chosen("ONLY", list(MINUTES)))
    todo = [work for work in works.WORKS if work.part in parts]
    machine = {"cores": os.cpu_count(), "load": os.getloadavg()[0], "rounds": ROUNDS, "rows": works.ROWS, "records": works.RECORDS,
               "versions": {tool.name: tool.version for tool in tools}}
    minutes = sum(MINUTES[part] for part in parts) * works.ROWS / 1_000_000 * ROUNDS / 5
    print(f"\n== {' '.join(sorted(parts))}: {ROUNDS} rounds, {os.cpu_count()} cores, load {machine['load']:.1f}; "
          f"with all tools about {max(1, round(minutes))} minutes on a quiet machine of 2 cores", flush=True)
    pages, results, figures = None, [], []
    try:
        works.make_data(parts)
        if "w4" in parts:
            pages = serve_pages()
        for work in todo:
            rows = compare(work, [tool for tool in tools if tool.does(work)])
            results.append({"id": work.id, "title": work.title, "rows": rows})
            write(results, figures, machine)
            close(tools)
        if "growth" in parts:
            figures = Growth(ROUNDS).measure()
            write(results, figures, machine)
    except measure.Failed as failure:
        sys.exit(f"compare: {failure}")
    finally:
        close(tools)
        if pages:
            pages.terminate()
    print(f"\nresults: {places.path('results.json')}, {places.path('results.md')}")


main()
