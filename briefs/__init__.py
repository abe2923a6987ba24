"""The newsroom: documents, index, answers. Pure computation: no I/O, no SDK, no clock."""
