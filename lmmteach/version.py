"""The version of lmmteach: the only place that says it.

The package's metadata is made from this line; ``CITATION.cff`` and ``CHANGELOG.md`` are held to it by test.
"""

__version__ = "0.1.0"
