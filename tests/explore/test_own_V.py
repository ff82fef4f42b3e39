"""No explorer shows a V that is not the fit's own: whatever it cannot show it refuses, by kind."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import lmmteach
from lmmteach.covariance import NAMES
from lmmteach.explore import VIEWS

EFFECTS = ["(1 | subject)", "(1 + days | subject)", "(1 + days || subject)", "(0 + days | subject)", ""]
SUMS = [lmmteach.Exponential() + lmmteach.Independent(), lmmteach.AR1() + lmmteach.Independent()]
#: views that read no more from a fit than the others do, but fit many models of their own
SLOW = {"structures"}


@pytest.fixture(scope="module")
def four() -> pd.DataFrame:
    """Sleepstudy at four of its days: enough for every structure, quick for each."""
    return lmmteach.load_sleepstudy().query("days in (0, 3, 6, 9)")


@pytest.mark.parametrize("residual", [*NAMES, *SUMS], ids=str)
def test_an_explorer_shows_the_fits_own_V_or_none(four: pd.DataFrame, residual: object) -> None:
    fits, shown = 0, 0
    for effects in EFFECTS if residual != "independent" else EFFECTS[:-1]:  # without either it is a regression
        formula = " + ".join(filter(None, ["reaction ~ days", effects]))
        try:
            fit = lmmteach.lmm(formula, four, groups=None if effects else "subject", time="days", residual=residual)
        except lmmteach.LmmError:  # more parameters than these effects leave room for
            continue
        fits += 1
        own = fit.marginal_cov(times=sorted(four["days"].unique())).to_numpy()
        for name in VIEWS.keys() - SLOW:
            if not VIEWS[name].needs_fit:
                continue
            try:
                explorer = fit.explore(name)
            except lmmteach.ModelError:
                continue
            np.testing.assert_allclose(explorer.V.to_numpy(), own, rtol=1e-9)
            assert explorer.deviance == pytest.approx(fit.deviance, abs=1e-6)
            shown += 1
    assert fits >= 2, "too few to say anything"
    assert (shown > 0) == (residual not in ("toeplitz", "unstructured"))
