"""One module per notebook: every exhibit that a notebook shows, and every sentence that holds a number."""
