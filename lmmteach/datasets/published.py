"""The lecture's models on the real participants, as figures: they are right on the stand-in too."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd

from lmmteach.arguments import among, told
from lmmteach.datasets.shipped import shipped_text
from lmmteach.errors import ModelError

__all__ = ["PublishedFit", "framingham_fit"]


@dataclass(frozen=True)
class PublishedFit:
    """The estimates of one model, under the names a Fit has, but no data behind them.

    Attributes
    ----------
    model, method, formula : str
        "A0" to "B3"; "REML" or "ML"; the formula that :func:`lmmteach.lmm` would be given.
    beta, se : pandas.Series
        Fixed effects (p,) and their standard errors, under R's names; "female" is the baseline.
    cov_beta : pandas.DataFrame
        (X' V^-1 X)^-1, (p, p).
    G : pandas.DataFrame
        Covariance matrix of the random effects, (q, q): (mg/dL)^2, for the slope a year.
    sigma2 : float
        Residual variance, (mg/dL)^2.
    loglik, deviance : float
        log L at the estimates (restricted for REML), and -2 log L.
    n_obs, n_subjects : int
        1044 and 200.
    """

    model: str
    method: str
    formula: str
    beta: pd.Series
    se: pd.Series
    cov_beta: pd.DataFrame
    G: pd.DataFrame
    sigma2: float
    loglik: float
    deviance: float
    n_obs: int
    n_subjects: int


def framingham_fit(model: str = "B3", method: Literal["REML", "ML"] = "REML") -> PublishedFit:
    """The estimates of one of the lecture's models on the real Framingham participants.

    The models: a random intercept (A) or a random intercept and slope (B) per participant; fixed
    effects 0: the mean only; 1: ``year``; 2: ``sex + age + year``; 3: ``sex*year + age*year``.

    The estimates were computed with the file's code for sex, 0 = male and 1 = female
    (tests/reference/make_framingham_fits.py).  They are given here for the labels of
    :func:`load_framingham`: with "female" the baseline, (Intercept) and ``year`` are the women's,
    and ``sexmale`` is the old coefficient of sex with the sign turned round.  G, sigma^2 and
    log L are the same in either coding.

    Parameters
    ----------
    model : str
        One of "A0", "A1", "A2", "A3", "B1", "B2", "B3".
    method : {"REML", "ML"}

    Returns
    -------
    PublishedFit

    Raises
    ------
    ModelError
        If there is no such model or method.

    Examples
    --------
    >>> fit = framingham_fit("B3")
    >>> fit.formula
    'cholesterol ~ sex*year + age*year + (1 + year | id)'
    >>> fit.G.round(1)
                 (Intercept)  year
    (Intercept)       1210.2  13.5
    year                13.5   2.5
    >>> round(fit.beta["sexmale"], 2), round(fit.se["sexmale"], 2)
    (np.float64(9.64), np.float64(5.44))
    """
    figures = json.loads(shipped_text("framingham_fits.json"))
    for entry in figures["fits"]:
        if among(model, (entry["model"],)) and among(method, (entry["method"],)):
            return _from_figures(entry, figures["n_obs"], figures["n_subjects"])
    models = sorted({entry["model"] for entry in figures["fits"]})
    raise ModelError(
        f"There is no published fit {told(model)} by {told(method)}.",
        fix=f'The models are {", ".join(models)}; the methods "REML" and "ML".',
    )


def _from_figures(entry: dict[str, Any], n_obs: int, n_subjects: int) -> PublishedFit:
    fixed, random = entry["fixed_names"], entry["random_names"]
    cov_beta = np.array(entry["cov_beta"])
    return PublishedFit(
        model=entry["model"],
        method=entry["method"],
        formula=entry["formula"],
        beta=pd.Series(entry["beta"], index=fixed, name="beta"),
        se=pd.Series(np.sqrt(np.diag(cov_beta)), index=fixed, name="se"),
        cov_beta=pd.DataFrame(cov_beta, index=fixed, columns=fixed),
        G=pd.DataFrame(entry["G"], index=random, columns=random),
        sigma2=entry["sigma2"],
        loglik=entry["loglik"],
        deviance=-2 * entry["loglik"],
        n_obs=n_obs,
        n_subjects=n_subjects,
    )
