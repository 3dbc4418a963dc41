"""Clauses made searchable: words, vectors, and the model that makes them."""
