"""From notebooks to published reports: render, template, index, manifest."""
