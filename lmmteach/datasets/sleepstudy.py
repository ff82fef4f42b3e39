"""The sleep deprivation study: 18 people, ten days, a reaction time each day."""

from __future__ import annotations

import pandas as pd

from lmmteach.datasets.shipped import shipped_table

__all__ = ["load_sleepstudy"]


def load_sleepstudy() -> pd.DataFrame:
    """Reaction times of 18 people allowed three hours in bed a night, day after day.

    Returns
    -------
    pandas.DataFrame
        180 rows, 18 subjects x 10 days, none missing:

        - ``subject`` (categorical text): the participant, "308" to "372";
        - ``days`` (days): 0 to 9; the deprivation starts after day 2;
        - ``reaction`` (ms): the day's average reaction time in a vigilance test.

        ``data.attrs`` holds ``source`` ("real"), ``title`` and ``units``.

    References
    ----------
    Belenky G, Wesensten NJ, Thorne DR, et al. (2003). Patterns of performance degradation
    and restoration during sleep restriction and subsequent recovery: a sleep dose-response
    study. Journal of Sleep Research 12, 1-12. The 18 people with three hours in bed, as R's
    package lme4 made them known.

    Examples
    --------
    >>> data = load_sleepstudy()
    >>> data.shape, data["subject"].nunique()
    ((180, 3), 18)
    >>> data.head(2)
      subject  days  reaction
    0     308     0  249.5600
    1     308     1  258.7047
    """
    data = shipped_table("sleepstudy.csv")
    # The numbers of the participants are names: nobody should take their mean.
    data["subject"] = pd.Categorical(data["subject"].astype(str))
    data["reaction"] = data["reaction"].astype(float)
    data.attrs = {
        "source": "real",
        "title": "Sleep deprivation study: 18 people, 10 days",
        "units": {"days": "days", "reaction": "ms"},
    }
    return data
