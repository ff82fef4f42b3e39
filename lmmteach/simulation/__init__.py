"""New data from a fit, and the fit of new data: simulate, refit, bootstrap.

Read ``simulate`` (y* = X beta + Z b* + e*) and ``bootstrap`` (refits to what was drawn); ``batched`` and
``batchfit`` fit many responses at once, ``progress`` says how far they are.
Handed on: :class:`Simulator`, :func:`reestimate`, :func:`with_response`, :class:`Progress`.
"""

from .bootstrap import reestimate, with_response
from .progress import Progress
from .simulate import Simulator

__all__ = ["Progress", "Simulator", "reestimate", "with_response"]
