"""Slack: domain objects as Block Kit, what people type and click as commands."""
