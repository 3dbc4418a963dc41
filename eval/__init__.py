"""How good the answers are: question sets, runs, scores, reports."""
