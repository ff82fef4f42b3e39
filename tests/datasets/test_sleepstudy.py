"""load_sleepstudy(): the file as published."""

from __future__ import annotations

import pandas as pd
import pytest

from lmmteach.datasets import load_sleepstudy


def test_sleepstudy() -> None:
    data = load_sleepstudy()
    assert list(data.columns) == ["subject", "days", "reaction"]
    assert isinstance(data["subject"].dtype, pd.CategoricalDtype)
    assert all(isinstance(label, str) for label in data["subject"].cat.categories)
    counts = data.groupby("subject", observed=True)["days"].agg(tuple)
    assert len(counts) == 18
    assert set(counts) == {tuple(range(10))}
    assert data.attrs["source"] == "real"
    assert data.attrs["units"] == {"days": "days", "reaction": "ms"}


def test_reaction_times_are_the_published_ones() -> None:
    """Ordinary least squares of R's documentation: reaction = 251.405 + 10.467 days."""
    data = load_sleepstudy()
    days, reaction = data["days"], data["reaction"]
    slope = days.cov(reaction) / days.var()
    assert slope == pytest.approx(10.46729, abs=5e-6)
    assert reaction.mean() - slope * days.mean() == pytest.approx(251.40510, abs=5e-6)
    assert data.iloc[-1].tolist() == ["372", 9, 364.1236]
