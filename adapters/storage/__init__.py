"""What is kept: documents and vectors in one SQLite file of the data folder."""
