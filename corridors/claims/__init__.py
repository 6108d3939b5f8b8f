"""Claims of two published texts, settled: claim, finding, rule, verdict.

``rules`` says how a finding becomes a verdict, ``findings`` has one function a claim that our tables can
settle, ``registry`` knows which function settles which claim, ``ledger`` puts all together and ``review``
writes a claim as a schema.org record.
"""
