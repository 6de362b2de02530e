"""The results: as text, as a Markdown table, as JSON."""
from statistics import median


def summary(results):
    """One row for each tool of a work, from {tool: [Measured]}; ratios are of medians."""
    medians = {tool: median(run.seconds for run in runs) for tool, runs in results.items()}
    return [{"tool": tool, "median_s": medians[tool], "best_s": min(run.seconds for run in runs),
             "to_us": medians[tool] / medians["tributary"] if "tributary" in medians else None,
             "to_limit": medians[tool] / medians["limit"] if "limit" in medians else None,
             "memory_mb": max(run.memory for run in runs) / 1e6, "cpu_s": median(run.cpu for run in runs), "rounds": len(runs),
             "seconds": [run.seconds for run in runs]} for tool, runs in results.items()]


def seconds(value):
    return f"{value:.3f}" if value < 1 else f"{value:.2f}" if value < 10 else f"{value:.1f}"


def ratio(value):
    return "" if value is None else f"{value:.2f}"


def cells(row):
    return [row["tool"], seconds(row["median_s"]), seconds(row["best_s"]), ratio(row["to_us"]), ratio(row["to_limit"]),
            f"{row['memory_mb']:.0f}", seconds(row["cpu_s"]), str(row["rounds"]), row["leaves"]]


HEAD = ["tool", "median s", "best s", "× ours", "× limit", "peak MB", "CPU s", "rounds", "leaves behind"]


def text(rows):
    lines = [HEAD, *(cells(row) for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(HEAD) - 1)]
    return "\n".join("  ".join([line[0].ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(line[1:], widths[1:])), line[-1]])
                     for line in lines)


def markdown(rows):
    lines = [HEAD, ["---"] + ["---:"] * 7 + ["---"], *(cells(row) for row in rows)]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def markdown_figures(figures):
    lines = ["| what | figure | bound |", "| --- | ---: | ---: |"]
    for figure in figures:
        bound = "" if figure["bound"] is None else f"{figure['bound']} {figure['unit']}"
        lines.append(f"| {figure['what'].strip()} | {figure['value']:.3g} {figure['unit']} | {bound} |")
    return "\n".join(lines)
