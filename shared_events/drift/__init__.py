"""Whether replicas equal their sources: owners tell digests of their rows, whoever has a copy compares.

Why a difference counts only once two tellings in a row have shown it: docs/decisions/0017-drift.md
"""
