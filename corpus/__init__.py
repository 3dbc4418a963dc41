"""The law as data: policies, their clauses and their award rules."""
