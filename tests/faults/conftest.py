"""The bare machine and the local server of the loaders' own tests."""

from tests.datasets.conftest import bare_machine, fake, serve

__all__ = ["bare_machine", "fake", "serve"]
