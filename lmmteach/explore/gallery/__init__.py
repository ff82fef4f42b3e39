"""The explorers, one declaration each: panels, free parameters, presets, a prompt.

Read ``views`` (what a view may hold), ``facts`` (what depends on a fit, and may be left open) and ``stock`` (panels and
presets that many share), then any of ``lines``, ``layers``, ``likelihood``, ``data``, ``made`` and ``checks``;
``named`` has the flagship and knows them all by name.
Handed on: :data:`MARGINAL`, :data:`VIEWS`, :func:`view_named`.
"""

from .named import MARGINAL, VIEWS, view_named

__all__ = ["MARGINAL", "VIEWS", "view_named"]
