"""What the suite is compared with: papermill in a pool of processes, with nbconvert in the same ones.

python pool.py TASKS.json OUT PROCESSES: for each task (notebook, parameters, name) OUT/name.ipynb and OUT/name.html
"""

import json
import sys
from concurrent.futures import ProcessPoolExecutor
from functools import cache, partial
from pathlib import Path

import papermill
from nbconvert import HTMLExporter

exporter = cache(HTMLExporter)  # one for each process


def executed(task, target):
    """The notebook, run by papermill; again if its kernel died as it started: two processes may choose the same port."""
    for again in (True, True, False):
        try:
            return papermill.execute_notebook(
                task["notebook"], target, parameters=task["parameters"], progress_bar=False
            )
        except RuntimeError as error:
            if "Kernel died before replying" not in str(error) or not again:
                raise


def make(out, task):
    """Execute a notebook and convert it."""
    target = out / f"{task['name']}.ipynb"
    notebook = executed(task, target)
    html, _resources = exporter().from_notebook_node(notebook)
    target.with_suffix(".html").write_text(html, encoding="utf-8")


if __name__ == "__main__":
    tasks, out, processes = json.loads(Path(sys.argv[1]).read_text()), Path(sys.argv[2]), int(sys.argv[3])
    with ProcessPoolExecutor(processes) as pool:
        list(pool.map(partial(make, out), tasks))
