"""The data of the lessons: two studies, and the published fits of the first.

:func:`load_framingham`
    Serum cholesterol of 200 Framingham participants, examined every two years for
    ten years (the real file, or its simulated stand-in: it says which).
:func:`load_sleepstudy`
    Reaction times of 18 people over ten days of sleep deprivation.
:func:`framingham_fit`
    What the lecture's models say about the real Framingham participants, as figures.
"""

from lmmteach.datasets.framingham import load_framingham
from lmmteach.datasets.published import PublishedFit, framingham_fit
from lmmteach.datasets.sleepstudy import load_sleepstudy

__all__ = ["PublishedFit", "framingham_fit", "load_framingham", "load_sleepstudy"]
