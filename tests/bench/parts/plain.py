"""The limit: the cells of notebooks, one after the other in one plain Python process that has its imports done.

python plain.py NOTEBOOK …: prints the CPU seconds of the cells and the number of charts of each notebook, as JSON.
"""

import ast
import importlib
import json
import pkgutil
import sys
from pathlib import Path
from time import process_time

from IPython.core.interactiveshell import InteractiveShell

from vcgap import chapters

show = InteractiveShell.instance().display_formatter.format


def run_cells(cells):
    """Run cells of code; what the last line of each gives is drawn, as in a notebook. Returns the number of charts."""
    names, charts = {}, 0
    for cell in cells:
        body = ast.parse(cell)
        last = body.body.pop() if isinstance(body.body[-1], ast.Expr) else None
        exec(compile(body, "cell", "exec"), names)
        if last:
            shown, _metadata = show(eval(compile(ast.Expression(last.value), "cell", "eval"), names))
            charts += shown.get("text/html", "").count("<svg")
    return charts


def code_of(path):
    """The sources of a notebook's code cells."""
    cells = json.loads(Path(path).read_text(encoding="utf-8"))["cells"]
    return ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]


if __name__ == "__main__":
    for module in pkgutil.iter_modules(chapters.__path__):
        importlib.import_module(f"{chapters.__name__}.{module.name}")
    codes = {Path(path).stem: code_of(path) for path in sys.argv[1:]}
    begun = process_time()
    charts = {name: run_cells(cells) for name, cells in codes.items()}
    print(json.dumps({"cpu_seconds": process_time() - begun, "charts": charts}))
