"""The terminal: domain objects as Rich renderables or JSON, typed lines as commands."""
