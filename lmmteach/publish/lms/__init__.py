"""The book for a learning platform: lessons and explorers that report a score, and their questions as files.

Read ``questions`` (the quick checks of a built page) and ``exercises`` (those that ask for numbers), ``qti`` and
``gift`` (what Canvas and Moodle import), ``scorm`` (a page with its manifest and ``adapter.js``, which tells a platform
how far its reader is), ``shelf`` (all of a lesson's files), and ``command``, whose ``lmmteach lms`` writes them.
Nothing of it is in what a page or ``import lmmteach`` loads.
"""
