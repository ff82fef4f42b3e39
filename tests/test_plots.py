"""The pictures: read back what was drawn, and compare it with the numbers it should show."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from scipy import stats

import lmmteach
from lmmteach import plots
from lmmteach.plots.covariances import DIVERGING
from lmmteach.plots.hills import visited
from lmmteach.plots.style import letters, spread
from lmmteach.plots.themed import _THEMED, MANY
from lmmteach.publish.sources import find_book
from tests.contrast import contrast


@pytest.fixture(scope="module")
def sleep() -> pd.DataFrame:
    return lmmteach.load_sleepstudy()


@pytest.fixture(scope="module")
def fit(sleep):
    return lmmteach.lmm("reaction ~ days + (1 + days | subject)", sleep)


def axes(*shape: int):
    return Figure(figsize=(8, 5)).subplots(*shape)


def words(ax) -> list[str]:
    return [text.get_text() for text in ax.texts]


def test_spaghetti_draws_every_subjects_own_numbers(sleep, fit):
    ax = axes()
    assert plots.draw_spaghetti(ax, sleep, subject="subject", time="days", response="reaction") is ax
    drawn = {tuple(line.get_ydata()) for line in ax.lines}
    assert drawn == {tuple(rows["reaction"]) for _, rows in sleep.groupby("subject", observed=True)}
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("days", "reaction (ms)")
    from_fit = plots.draw_spaghetti(axes(), fit)
    assert {tuple(line.get_ydata()) for line in from_fit.lines} == drawn
    assert from_fit.get_ylabel() == "reaction (ms)"
    assert words(plots.draw_spaghetti(axes(), fit, highlight=[335])) == ["subject 335"]


def test_spaghetti_does_not_depend_on_the_order_of_the_rows(sleep):
    mixed = sleep.sample(frac=1, random_state=1)
    lines = [
        plots.draw_spaghetti(axes(), d, subject="subject", time="days", response="reaction") for d in (sleep, mixed)
    ]
    first, second = ({tuple(line.get_ydata()) for line in ax.lines} for ax in lines)
    assert first == second


def test_groups_have_a_named_mean_and_highlighted_subjects_a_name(sleep):
    data = sleep.assign(half=np.where(sleep["subject"].astype(int) < 340, "low", "high"))
    ax = plots.draw_spaghetti(
        axes(), data, subject="subject", time="days", response="reaction", by="half", highlight=[308]
    )
    means = data.groupby(["half", "days"])["reaction"].mean()
    for level, line in zip(("high", "low"), ax.lines[-3::2], strict=True):
        np.testing.assert_allclose(line.get_ydata(), means[level])
    assert sorted(words(ax)) == ["high", "low", "subject 308"]
    dark = [line for line in ax.lines[:18] if line.get_alpha() == 1]
    assert len(dark) == 1
    np.testing.assert_array_equal(dark[0].get_ydata(), sleep[sleep["subject"].astype(int) == 308]["reaction"])


def test_a_subject_may_be_asked_for_as_number_or_text(sleep):
    numbered = sleep.assign(subject=sleep.subject.astype(float))
    fit = lmmteach.lmm("reaction ~ days + (1 | subject)", numbered)
    for one in (308, 308.0, "308"):
        drawn = plots.draw_spaghetti(
            axes(), numbered, subject="subject", time="days", response="reaction", highlight=[one]
        )
        assert words(drawn) == ["subject 308"]
        assert len(plots.draw_fitted_lines(axes(1, 2), fit, subjects=[one])[0].lines) == 3


def test_unknown_columns_and_subjects_are_named(sleep):
    with pytest.raises(lmmteach.DataError, match="'day' is not in the data"):
        plots.draw_spaghetti(axes(), sleep, subject="subject", time="day", response="reaction")
    with pytest.raises(lmmteach.DataError, match="no subject '1' in"):
        plots.draw_spaghetti(axes(), sleep, subject="subject", time="days", response="reaction", highlight=[1])


def test_a_panel_holds_its_subjects_data_and_both_lines(sleep, fit):
    panels = plots.draw_fitted_lines(axes(2, 2), fit, subjects=[335, 308, 372])
    own, average = fit.fitted("conditional"), fit.fitted("marginal")
    for ax, subject in zip(panels, (335, 308, 372), strict=True):
        rows = sleep["subject"].astype(int) == subject
        marginal, conditional, data = ax.lines
        np.testing.assert_allclose(marginal.get_ydata(), average[rows])
        np.testing.assert_allclose(conditional.get_ydata(), own[rows])
        np.testing.assert_array_equal(data.get_ydata(), sleep["reaction"][rows])
        assert ax.get_title(loc="left") == str(subject)
    hidden = panels[0].figure.axes[3]
    assert not hidden.get_visible()
    with pytest.raises(lmmteach.DataError, match="no subject 999"):
        plots.draw_fitted_lines(axes(1, 2), fit, subjects=[999])


def test_a_matrix_prints_every_number_in_its_own_cell(fit):
    V = fit.marginal_cov(times=[0, 3, 9])
    ax = plots.draw_matrix(axes(), V)
    for text in ax.texts:
        column, row = text.get_position()
        assert float(text.get_text()) == pytest.approx(V.iloc[row, column], rel=5e-3)
    assert len(ax.texts) == 9
    assert [tick.get_text() for tick in ax.get_xticklabels()] == ["0", "3", "9"]
    np.testing.assert_array_equal(ax.images[0].get_array(), V)


def test_a_correlation_has_its_zero_in_the_middle_of_two_hues():
    ax = plots.draw_matrix(axes(), [[1, -0.5], [-0.5, 1]])
    image = ax.images[0]
    assert image.get_clim() == (-1, 1)
    assert image.get_cmap() is DIVERGING
    red, green, blue = DIVERGING(0.5)[:3]
    assert min(red, green, blue) > 0.93, "zero should look like paper"
    assert words(ax) == ["1.00", "-0.50", "-0.50", "1.00"]
    assert plots.draw_matrix(axes(), [[2, -0.5], [-0.5, 1]]).images[0].get_clim() == (-2, 2)
    assert plots.draw_matrix(axes(), [[2, 0.5], [0.5, 1]]).images[0].get_clim() == (0, 2)
    with pytest.raises(lmmteach.ParameterError, match="shape"):
        plots.draw_matrix(axes(), [[1, 2, 3], [4, 5, 6]])


def test_sd_over_time_is_the_root_of_vs_diagonal(sleep, fit):
    ax = plots.draw_variance_over_time(axes(), fit)
    t, sd = ax.lines[0].get_data()
    (g00, g01), (_, g11) = fit.G.to_numpy()
    np.testing.assert_allclose(sd, np.sqrt(g00 + 2 * g01 * t + g11 * t**2 + fit.sigma2))
    assert set(ax.lines[1].get_ydata()) == {np.sqrt(fit.sigma2)}
    assert to_hex(ax.lines[1].get_color()) == plots.PARAMETER_COLOURS["sigma2"].lower()
    r = sleep["reaction"] - fit.fitted("marginal")
    np.testing.assert_allclose(ax.lines[2].get_ydata(), r.groupby(sleep["days"]).std())
    assert ax.get_ylabel() == "SD of reaction (ms)"
    variance = plots.draw_variance_over_time(axes(), fit, sd=False)
    np.testing.assert_allclose(variance.lines[0].get_ydata(), sd**2)
    assert variance.get_ylabel() == "variance of reaction (ms$^2$)"


def test_variance_over_time_of_a_structure_by_visit_is_drawn_at_its_visits(sleep):
    fit = lmmteach.lmm("reaction ~ days", sleep, groups="subject", time="days", residual="arh1")
    ax = plots.draw_variance_over_time(axes(), fit, sd=False)
    np.testing.assert_allclose(ax.lines[0].get_ydata(), np.diag(fit.marginal_cov()))


def test_correlation_over_time_draws_each_row_of_the_upper_triangle(fit):
    corr = fit.marginal_corr()
    ax = plots.draw_correlation_over_time(axes(), fit)
    for k, line in enumerate(ax.lines):
        np.testing.assert_array_equal(line.get_xdata(), corr.columns[k + 1 :])
        np.testing.assert_allclose(line.get_ydata(), corr.iloc[k, k + 1 :])
    assert len(ax.lines) == 9
    low, high = ax.get_ylim()
    assert low < corr.to_numpy().min() < high


def test_a_caterpillar_is_sorted_and_its_intervals_are_b_plus_minus_z_se(fit):
    ax = plots.draw_caterpillar(axes(), fit, "days", level=0.9)
    table = fit.random_effects(se="prediction").sort_values("days")
    points = next(line for line in ax.lines if line.get_marker() == "o")
    np.testing.assert_allclose(points.get_xdata(), table["days"])
    intervals = next(c for c in ax.collections if len(c.get_segments()) == 18)
    half = stats.norm.ppf(0.95) * table["days se_prediction"]
    for segment, b, h in zip(intervals.get_segments(), table["days"], half, strict=True):
        np.testing.assert_allclose(segment[:, 0], [b - h, b + h])
    assert [tick.get_text() for tick in ax.get_yticklabels()] == [str(label) for label in table.index]
    with pytest.raises(lmmteach.ParameterError, match="no random effect 'day'"):
        plots.draw_caterpillar(axes(), fit, "day")


def test_a_long_caterpillar_names_its_ends_only():
    rng = np.random.default_rng(0)
    data = pd.DataFrame({"id": np.repeat(np.arange(60), 3), "t": np.tile(np.arange(3.0), 60)})
    data["y"] = rng.normal(size=60)[data["id"]] * 3 + data["t"] + rng.normal(size=180)
    fit = lmmteach.lmm("y ~ t + (1 | id)", data)
    order = fit.random_effects().sort_values("(Intercept)").index
    ax = plots.draw_caterpillar(axes(), fit, name=2)
    assert words(ax) == [f"lowest: {order[0]}, {order[1]}", f"highest: {order[-1]}, {order[-2]}"]


def test_qq_against_the_exact_distribution_of_order_statistics():
    r = np.random.default_rng(1).normal(size=40)
    ax = plots.draw_qq(axes(), r)
    z, drawn = ax.lines[-1].get_data()
    np.testing.assert_allclose(drawn, np.sort(r))
    np.testing.assert_allclose(z, stats.norm.ppf((np.arange(1, 41) - 0.5) / 40))
    edges = ax.collections[0].get_paths()[0].vertices[:, 1]
    assert edges.min() == pytest.approx(stats.norm.ppf(stats.beta(1, 40).ppf(0.025)))
    assert edges.max() == pytest.approx(stats.norm.ppf(stats.beta(40, 1).ppf(0.975)))


def test_residuals_are_the_fits_own(fit):
    left, right = plots.draw_residuals(axes(1, 2), fit)
    np.testing.assert_allclose(left.lines[-1].get_ydata(), np.sort(fit.residuals("marginal", "normalized")))
    points = next(line for line in right.lines if line.get_marker() == "o")
    np.testing.assert_allclose(points.get_xdata(), fit.fitted())
    np.testing.assert_allclose(points.get_ydata(), fit.residuals())
    with pytest.raises(lmmteach.ParameterError, match="two axes"):
        plots.draw_residuals([axes()], fit)


def test_a_profile_marks_where_it_crosses_the_quantile():
    c = np.linspace(-4, 6, 101)
    ax = plots.draw_profile(axes(), c, 7 + ((c - 1) / 1.5) ** 2, name="G12", wald=(1, 1.5))
    np.testing.assert_allclose(ax.lines[0].get_ydata(), ((c - 1) / 1.5) ** 2, atol=1e-12)
    upright = sorted(line.get_xdata()[0] for line in ax.lines if len(set(line.get_xdata())) == 1)
    z = stats.norm.ppf(0.975)
    np.testing.assert_allclose(upright, [1 - 1.5 * z, 1 + 1.5 * z], rtol=1e-9)
    np.testing.assert_allclose(ax.lines[1].get_ydata(), ax.lines[0].get_ydata(), atol=1e-12)  # a parabola is Wald's
    one_sided = plots.draw_profile(axes(), c[45:], ((c[45:] - 1) / 1.5) ** 2)
    assert sum(len(set(line.get_xdata())) == 1 for line in one_sided.lines) == 1
    with pytest.raises(lmmteach.ParameterError, match="ascending"):
        plots.draw_profile(axes(), [3, 2, 1], [1, 0, 1])


@pytest.mark.parametrize("entries", [("G11", "G22"), ("G11", "G12")])
def test_the_path_ends_at_the_fits_g_on_its_own_contours(fit, entries):
    ax = plots.draw_path(axes(), fit, entries, size=15)
    x, y = ax.lines[0].get_data()
    G = fit.G.to_numpy()
    end = [G[int(name[1]) - 1, int(name[2]) - 1] for name in entries]
    np.testing.assert_allclose([x[-1], y[-1]], end, rtol=1e-3)
    assert len(x) >= 3
    assert ax.get_xlim()[0] < end[0] < ax.get_xlim()[1]
    assert ax.get_ylim()[0] < end[1] < ax.get_ylim()[1]


def test_the_steps_of_the_path_have_the_deviances_that_were_recorded(fit):
    steps = visited(fit)
    assert len(steps) == len(fit.path)
    # With sigma2 free, the least over sigma2 at a step's ratio G / sigma2 is what the search saw: check the last.
    assert fit.deviance_at(steps[-1], fit.sigma2) == pytest.approx(fit.path["deviance"].iloc[-1], abs=1e-5)


@pytest.mark.parametrize("entries", [("G11", "G33"), ("G11", "G11"), ("a", "G22")])
def test_a_path_needs_two_entries_of_g(fit, entries):
    with pytest.raises(lmmteach.ParameterError, match="not two entries"):
        plots.draw_path(axes(), fit, entries)


def test_labels_are_moved_apart_and_no_further_than_needed():
    placed = spread(np.array([0.0, 0.0, 0.2, 3.0, 9.0]), 1.0)
    assert np.diff(placed).min() >= 1 - 1e-12
    np.testing.assert_allclose(placed[-2:], [3.0, 9.0])
    assert placed[:3].mean() == pytest.approx(0.2 / 3)


def test_the_projector_enlarges_and_leaves_no_trace():
    before = letters()
    with plots.projector(20):
        assert letters() == 20
    assert letters() == before


def test_a_themed_figure_takes_the_pages_colours():
    figure = Figure(figsize=(3, 2))
    plots.draw_correlation(figure.subplots(), [[1, 0.5], [0.5, 1]], [0, 2])
    svg = plots.ThemedFigure(figure, "two <visits>")._repr_html_()
    assert "currentColor" in svg
    assert plots.INK not in svg
    assert 'aria-label="two &lt;visits&gt;"' in svg
    places = " ".join(re.findall(r'\b(?:d|x|y)="([^"]*)"', svg))
    assert re.search(r"\d\.\d\d\b", places)
    assert not re.search(r"\d\.\d{3}", places), "a picture is as small as its points allow"


def test_a_themed_figure_has_no_ground_and_leaves_the_figure_where_it_is_shown():
    """Axes in axes and figures in figures, too: a white ground would stand in a dark page."""
    figure = Figure(figsize=(3, 2))
    left, right = figure.subfigures(1, 2)
    left.subplots().inset_axes([0.5, 0.5, 0.4, 0.4])
    right.subplots()
    shown = figure.canvas
    svg = plots.ThemedFigure(figure, "three grounds and two")._repr_html_()
    assert "#ffffff" not in svg
    assert figure.canvas is shown


def test_a_figures_colours_read_in_the_light_and_in_the_dark():
    """Lines are named in their own colour, so each must do as text: 4.5 to 1 on the book's page."""
    sheet = (find_book() / "_static" / "theme.css").read_text(encoding="utf-8")
    blocks = dict(re.findall(r'^html[^{\n]*\[data-theme="(light|dark)"\] \{(.*?)^\}', sheet, re.MULTILINE | re.DOTALL))
    assert set(blocks) == {"light", "dark"}
    for scheme, block in blocks.items():
        said = dict(re.findall(r"(--[\w-]+): (#[0-9a-f]{6});", block))
        for colour, themed in _THEMED.items():
            name = "--pst-color-text-base" if themed == "currentColor" else re.match(r"var\((--[\w-]+)", themed)[1]
            ratio = contrast(said[name], said["--pst-color-background"])
            assert ratio >= 4.5, f"{colour} as {name}, {scheme}: {ratio:.2f}"


def test_many_points_of_a_themed_figure_are_one_path_with_a_mark_at_each() -> None:
    """Places and marks are matplotlib's own: of the few points beside them, which stay as they were."""
    x, y = np.random.default_rng(3).uniform(0, 1, (2, 60)).round(3)
    svgs = []
    for count in (len(x), MANY - 1):
        axes = (figure := Figure(figsize=(3, 2))).subplots()
        axes.scatter(x[:count], y[:count], s=9)
        axes.set(xlim=(0, 1), ylim=(0, 1))
        axes.set_axis_off()
        svgs.append(plots.ThemedFigure(figure, "points")._repr_html_())
    many, few = svgs
    assert ("<marker" in many, "<marker" in few) == (True, False)
    assert many.count("<use") == 1
    (line,) = re.findall(r'd="M([^"]*)" style="[^"]*marker:', many)
    steps = np.array(re.findall(r"-?(?:\d+\.?\d*|\.\d+)", line), dtype=float).reshape(-1, 2)
    there = np.array(re.findall(r'<use [^>]*x="([^"]*)" y="([^"]*)"', few), dtype=float)
    np.testing.assert_allclose(np.cumsum(steps, axis=0)[: len(there)], there, atol=0.005)
    assert len(steps) == len(x)
