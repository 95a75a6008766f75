"""From notebooks to published reports: render, template, index, manifest."""

import os
import sys

# jsonschema imports this optional check of web addresses if it is there, which compiles a grammar for most of a second
# in every process that reads a notebook; no notebook has anything for it to check
sys.modules.setdefault("rfc3987_syntax", None)

os.environ.setdefault("PYDEVD_DISABLE_FILE_VALIDATION", "1")  # ipykernel brings a debugger that warns at every start
