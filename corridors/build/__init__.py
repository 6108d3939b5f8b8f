"""How a book is made: execute the chapters, let Sphinx write the pages, put the finished site in place.

Nothing here knows what the book is about. The parts, in the order of a build:

``layout``     where a book's parts are, and the hash of everything that goes into it
``execution``  run the chapters' cells, several at a time, and keep the results
``pages``      Sphinx, with warnings as errors
``finish``     the same bytes every time, and the swap that puts the new site in place of the old
``book``       the whole build, and the build of one chapter
"""
