"""Discord: domain objects as its messages, what people type and press there as commands."""
