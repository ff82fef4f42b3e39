"""The core of the explorers in Chromium, Firefox and WebKit: every maker's phone runs one of the three.

``firefox.py`` and ``webkit.py`` speak to those two, ``chromium.py`` is Playwright; ``conftest.py`` chooses; the tests
know none of them.
"""
