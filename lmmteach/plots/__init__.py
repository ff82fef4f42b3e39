"""Pictures with matplotlib: ``draw_x(ax, numbers or a fit)`` draws on the axes it is given and returns them.

Import it by name, ``from lmmteach.plots import draw_spaghetti``: matplotlib loads only then.
"""

from .covariances import draw_band, draw_correlation, draw_correlation_over_time, draw_matrix, draw_variance_over_time
from .diagnostics import draw_qq, draw_residuals
from .hills import draw_path, draw_profile
from .style import INK, MUTED, PARAMETER_COLOURS, projector
from .subjects import draw_caterpillar, draw_fitted_lines, draw_spaghetti
from .themed import ThemedFigure

__all__ = [
    "INK",
    "MUTED",
    "PARAMETER_COLOURS",
    "ThemedFigure",
    "draw_band",
    "draw_caterpillar",
    "draw_correlation",
    "draw_correlation_over_time",
    "draw_fitted_lines",
    "draw_matrix",
    "draw_path",
    "draw_profile",
    "draw_qq",
    "draw_residuals",
    "draw_spaghetti",
    "draw_variance_over_time",
    "projector",
]
