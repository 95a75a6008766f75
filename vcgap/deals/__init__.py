"""From an export of deals to a figures file: layouts → files → one aggregation on any engine → figures."""
