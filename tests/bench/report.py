# SPDX-License-Identifier: Apache-2.0
"""report - medians, ratios against the floor, and the tables that show them."""

import statistics


def median(values):
    """The median of what was measured; None when nothing was."""
    known = [value for value in values if value is not None]
    return statistics.median(known) if known else None


def ratio(value, floor):
    return value / floor if value is not None and floor else None


def summarize(rounds, name, floor):
    """Medians over the rounds of everything NAME measured, and of its ratios to FLOOR.

    A ratio is taken within a round, because the machine drifts between rounds. The
    result is nested as the measurements are; the floor itself has no ratios.
    """
    has_ratios = name != floor and floor in rounds[0]
    return fold([r[name] for r in rounds], [r[floor] for r in rounds] if has_ratios else None)


def fold(cells, floors):
    if isinstance(cells[0], dict):
        return {key: fold([cell[key] for cell in cells],
                          [floor[key] for floor in floors] if floors else None)
                for key in cells[0]}
    folded = {"median": median(cells)}
    if floors:
        folded["ratio"] = median(ratio(c, f) for c, f in zip(cells, floors))
    return folded


def show(cell, digits=1):
    """One figure with its ratio to the floor's."""
    if cell["median"] is None:
        return "-"
    text = f"{cell['median']:,.{digits}f}"
    if cell.get("ratio") is not None:
        text += f" ({cell['ratio']:.2f})"
    return text


def table(title, head, rows):
    """Lines of a table; ROWS are (name, cells)."""
    lines = [[title, *head]] + [[name, *cells] for name, cells in rows]
    widths = [max(len(line[i]) for line in lines) for i in range(len(lines[0]))]
    return ["  ".join([line[0].ljust(widths[0])]
                      + [cell.rjust(width) for cell, width in zip(line[1:], widths[1:])])
            for line in lines]


def throughput_table(in_flight, summaries):
    """One line for each (title, summary)."""
    head = ["inv/s", "p50 us", "p99 us", "CPU us: load", "emulator", "helpers", "runtimes",
            "environments"]
    rows = []
    for title, summary in summaries:
        cell = summary["in_flight"][str(in_flight)]
        cpu = cell["cpu_us"]
        rows.append((title, [
            show(cell["per_second"], 0), show(cell["p50_us"]), show(cell["p99_us"], 0),
            show(cpu["load"]), show(cpu["emulator"]), show(cpu["helpers"]),
            show(cpu["runtimes"]), f"{cell['environments']['median']:g}"]))
    return table(f"{in_flight} in flight", head, rows)


def start_table(summaries):
    head = ["ready ms", "first invocation ms", "emulator RSS kB", "PSS", "helpers RSS kB",
            "PSS", "one runtime RSS kB", "PSS", "one of many PSS"]
    rows = []
    for title, summary in summaries:
        memory = summary["memory"]
        rows.append((title, [
            show(summary["ready_ms"]), show(summary["first_ms"], 2)] + [
                show(memory[f"{role}_{kind}_kb"], 0)
                for role in ("emulator", "helpers", "runtimes") for kind in ("rss", "pss")]
            + [show(summary["memory_together"]["runtimes_pss_kb"], 0)]))
    return table("start and memory", head, rows)


def runtime_table(summaries):
    return table("start of a runtime", ["to its first question, ms"],
                 [(title, [show(summary["start_ms"], 2)]) for title, summary in summaries])


def large_table(summaries):
    return table("6 MB, 1 in flight", ["p50 us", "p99 us"],
                 [(title, [show(summary["large"]["p50_us"], 0),
                           show(summary["large"]["p99_us"], 0)])
                  for title, summary in summaries])


def sizes_table(sizes):
    return table("what is shipped", ["bytes"],
                 [(name, [show(cell, 0)]) for name, cell in sizes.items()])
