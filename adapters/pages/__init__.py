"""Briefs as pages that are kept, sent and printed: Markdown and self-contained HTML."""
