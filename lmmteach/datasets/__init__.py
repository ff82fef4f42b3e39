"""The data of the lessons: two studies, and the published fits of the first.

:func:`load_framingham`
    Serum cholesterol of 200 Framingham participants, examined every two years for
    ten years (the real file, or its simulated stand-in: it says which).
:func:`load_sleepstudy`
    Reaction times of 18 people over ten days of sleep deprivation.
:func:`framingham_fit`
    What the lecture's models say about the real Framingham participants, as figures.
:func:`raw_trial`, :func:`mended_trial`
    A simulated trial of blood pressure as its file came, with the usual dirt, and mended: the capstone begins with it.
"""

from lmmteach.datasets.framingham import load_framingham
from lmmteach.datasets.published import PublishedFit, framingham_fit
from lmmteach.datasets.raw_trial import mended_trial, raw_trial
from lmmteach.datasets.sleepstudy import load_sleepstudy

__all__ = ["PublishedFit", "framingham_fit", "load_framingham", "load_sleepstudy", "mended_trial", "raw_trial"]
