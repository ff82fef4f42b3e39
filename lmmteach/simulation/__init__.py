"""New data from a fit, and the fit of new data: simulate, refit, bootstrap.

Read ``simulate`` (y* = X beta + Z b* + e*) and ``bootstrap`` (refits to what was drawn); ``batched`` and
``batchfit`` fit many responses at once; ``truth`` is drawn from where no fit is.
Handed on: :class:`Simulator`, :func:`reestimate`, :func:`with_response`.
"""

from .bootstrap import reestimate, with_response
from .simulate import Simulator

__all__ = ["Simulator", "reestimate", "with_response"]
