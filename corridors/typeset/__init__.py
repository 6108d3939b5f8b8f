"""How the book becomes paper: fragments of its pages, set by Typst into PDF.

Nothing here knows what the book is about. The parts, in the order of the work:

``code``       a few words of Typst's language; text reaches it as quoted strings only
``translate``  a page's fragment (see ``corridors.publish.paper``) into Typst
``grid``       a table: its columns' widths, its size, whether it lies across the page
``facts``      title, edition, data and licences, from the files that hold them once
``volumes``    which pages make a volume: the whole book, or a chapter alone
``press``      fonts, the typesetter, the finished files and the record of what they were made from

The look of the pages is in ``house/*.typ``.
"""
