"""Analysis package of the book *Steppe Corridors: Mongolia between Russia and China*.

The way of the data is one way only: ``data/`` -> ``catalog`` -> subjects (``trade``, ``energy``,
``routes``, ``diplomacy``, ``claims``) -> ``show`` -> chapters -> ``publish``.
"""
