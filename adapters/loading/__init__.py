"""From a source to a `LoadedFile`: one module a format, and `files` to tell them apart."""
