"""The running program: command line, settings, wiring and commands."""
