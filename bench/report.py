"""Says what bench/run.sh measured: `report.py FOLDER`; `report.py FOLDER README.md` puts the tables there.

Nothing is chosen here: every line of results.tsv enters, and who beats us is worked out.
"""

import os
import re
import statistics
import sys

OURS = "changrong"
STAGES = {"读取": "read", "计算": "compute", "写出": "write"}
# Seconds of wall time, of computing alone, and MB at most.
TARGETS = [
    ("changrong, from CSV", "100000 notes", "seconds", 2, "s end to end"),
    ("changrong import", "a CLDWDK message of 1000000 lines", "seconds", 10, "s with full validation"),
    (OURS, "10000000 notes × 13 month ends", "seconds", 60, "s from Parquet"),
    (OURS, "10000000 notes × 13 month ends", "compute", 5, "s computing"),
    (OURS, "10000000 notes × 13 month ends", "mb", 4000, "MB at the peak"),
]


def table(name):
    """The rows of a file of tab-separated values in the folder."""
    path = os.path.join(sys.argv[1], name)
    with open(path, encoding="utf-8") as f:
        return [line.rstrip("\n").split("\t") for line in f]


def stages(text):
    """Seconds by stage, of a line like 读取 0.5 秒　计算 0.1 秒 or stages: read 0.5 s, compute 0.1 s."""
    found = re.findall(r"([^\W\d][^\d,]*?) ([0-9.]+) (?:s|秒)", text.removeprefix("stages: "))
    return {STAGES.get(name, name): float(seconds) for name, seconds in found}


class Measured:
    """All runs of one thing on one input."""

    def __init__(self, name, given):
        self.name, self.input, self.runs, self.failed, self.server = name, given, [], 0, False

    def add(self, rows, status, seconds, user, system, kb, busy, load, said):
        """Enters a run."""
        self.rows = int(rows)
        if status != "0":
            self.failed = int(status)
            return
        server = re.search(r"server (\d+) KB", said)
        self.runs.append({
            "seconds": float(seconds), "cpu": float(user) + float(system), "mb": max(int(kb), int(server[1]) if server else 0) * 1024 / 1e6,
            "others": max(0.0, float(busy) - float(user) - float(system)) / max(float(seconds), 0.01), "load": float(load), **stages(said),
        })
        self.server = bool(server)

    def figure(self, of):
        """What the runs say of something: the median, of memory the most; None where it was not said."""
        values = [r[of] for r in self.runs if of in r]
        return (max if of == "mb" else statistics.median)(values) if values else None

    def stages(self):
        """What every stage took, in order."""
        known = {"seconds", "cpu", "mb", "others", "load"}
        return {s: self.figure(s) for s in self.runs[0] if s not in known} if self.runs else {}

    def row(self, verdict):
        """A row of the table."""
        if not self.runs:
            return [self.name, self.input, f"failed, status {self.failed}", "", "", "", "", "", verdict]
        seconds = [r["seconds"] for r in self.runs]
        median = self.figure("seconds")
        return [
            self.name, self.input, f"{median:.2f}", f"{min(seconds):.2f}–{max(seconds):.2f}", "" if self.server else f"{self.figure('cpu'):.2f}",
            f"{self.rows / median:,.0f}", f"{self.figure('mb'):,.0f}", ", ".join(f"{s} {t:.2f}" for s, t in self.stages().items()), verdict,
        ]


def markdown(head, rows):
    """A table; all but the first two columns and the last two are numbers."""
    lines = [head, ["---" if i < 2 or i >= len(head) - 2 else "---:" for i in range(len(head))], *rows]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in lines)


def losses(things):
    """Sentences about who is faster, or needs less memory, than we are on the same input."""
    out = []
    for given in dict.fromkeys(m.input for m in things):
        same = [m for m in things if m.input == given and m.runs]
        us = next((m for m in same if m.name == OURS), None)
        for m in same:
            if us is None or m is us or m.name.startswith(OURS):
                continue
            for what, unit in [("seconds", "s"), ("cpu", "s of processor time"), ("mb", "MB"), ("compute", "s computing")]:
                theirs, ours = m.figure(what), us.figure(what)
                if theirs is None or ours is None or theirs >= ours or m.server and what == "cpu":
                    continue
                digits = 0 if what == "mb" else 2
                out.append(f"- {given}: {m.name} takes {theirs:,.{digits}f} {unit}, we {ours:,.{digits}f}.")
    return out


def circumstances(measured):
    """The machine, the versions, and how busy others were."""
    runs = [r for m in measured if m.runs and not m.server for r in m.runs]
    others, loads = [r["others"] for r in runs], [r["load"] for r in runs]
    return "\n".join([f"- {name}: {value}" for name, value in table("machine.tsv")]) + (
        f"\n- while a run went on, other programs kept {statistics.median(others):.1f} processors busy (median; {min(others):.1f} to {max(others):.1f});"
        f" the load average before a run was {min(loads):.1f} to {max(loads):.1f}"
    )


def promised(things):
    """The table of targets."""
    rows = []
    for name, given, what, most, unit in TARGETS:
        m = things.get((name, given))
        got = m.figure(what) if m else None
        word = "not run" if got is None else ("met" if got <= most else "missed")
        rows.append([f"{name}, {given}", f"≤ {most} {unit}", "" if got is None else f"{got:,.{0 if what == 'mb' else 2}f}", word])
    return markdown(["", "target", "got", ""], rows)


def main():
    """Prints the page, or renews the part of another that stands between its marks."""
    things, verdicts = {}, {(n, i): v for n, i, v in table("answers.tsv")}
    for name, given, *run in table("results.tsv"):
        things.setdefault((name, given), Measured(name, given)).add(*run)
    measured = list(things.values())
    head = ["what", "input", "median s", "from–to", "CPU s", "rows/s", "peak MB", "stages, s", "answers beside ours"]
    tables = "\n\n".join([
        circumstances(measured),
        markdown(head, [m.row(verdicts.get((m.name, m.input), "")) for m in measured]),
        "What was promised:", promised(things),
        "Where others do better, in this run:", "\n".join(losses(measured)) or "Nowhere.",
    ])
    if len(sys.argv) < 3:
        print("# Results of a run of the bench\n\nWritten by report.py; what is compared with what stands in [README.md](README.md).\n\n" + tables)
        return
    with open(sys.argv[2], encoding="utf-8") as f:
        page = f.read()
    begin, end = "<!-- what report.py writes -->\n", "\n<!-- to here -->"
    before, rest = page.split(begin)
    with open(sys.argv[2], "w", encoding="utf-8") as f:
        f.write(before + begin + tables + end + rest.split(end)[1])


if __name__ == "__main__":
    main()
