"""Ask the lakehouse: a question in plain words, answered by a verified query, asked back, or declined."""
