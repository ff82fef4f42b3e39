"""The book on paper: one PDF to print, one EPUB for readers of electronic books, with still panels for explorers.

Read ``contents`` (which pages, in which order), ``chapters`` (each opened in a browser and made ready, by the scripts
in ``page/``), ``epub`` and ``pdf`` (the two files), ``edition`` (both of a built book), ``checked`` (what epubcheck
says), ``shelf`` (their place beside the pages, and the link to them) and ``command`` (``lmmteach print``).
"""
