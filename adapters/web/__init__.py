"""What Dateline serves over HTTP."""
