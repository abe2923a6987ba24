"""Every door to the outside: terminal, files, model, database. Each knows only briefs."""
