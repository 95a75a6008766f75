"""From notebooks to published reports: render, template, index, manifest."""

import os
import sys

# jsonschema imports these optional checks if they are there, of web addresses (which compiles a grammar for most of a
# second) and of durations, in every process that reads a notebook; no notebook has anything for them to check
for check in ("rfc3987_syntax", "rfc3986_validator", "isoduration"):
    sys.modules.setdefault(check, None)

os.environ.setdefault("PYDEVD_DISABLE_FILE_VALIDATION", "1")  # ipykernel brings a debugger that warns at every start
