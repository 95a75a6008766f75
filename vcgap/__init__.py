"""Compare two venture capital ecosystems: sourced figures in, honest reports out."""

__version__ = "2026.11"
