"""The Python side of an explorer: traits, refusals, code, the saved file, the display bundle."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure

import lmmteach
from lmmteach import ParameterError, stills
from lmmteach.explore import MARGINAL, VIEWS, Explorer, View, compose
from lmmteach.explore.gallery.views import Preset, _preset
from lmmteach.plots import ThemedFigure

TOY = [[1400.0, -60.0], [-60.0, 12.0]]


@pytest.fixture
def explorer(framingham: lmmteach.Fit) -> Explorer:
    return framingham.explore()


def test_it_starts_at_the_fit(explorer: Explorer, framingham: lmmteach.Fit) -> None:
    assert isinstance(explorer.G, pd.DataFrame)
    assert list(explorer.G.index) == list(explorer.G.columns) == ["(Intercept)", "year"]
    np.testing.assert_allclose(explorer.G, framingham.G, rtol=1e-14)
    assert (explorer.sigma2, explorer.method) == (framingham.sigma2, "REML")
    assert explorer.hold == "covariance"


def test_it_can_start_elsewhere(framingham: lmmteach.Fit) -> None:
    explorer = framingham.explore(G=TOY, sigma2=400, hold="rho", seed=7, method="ML")
    assert (explorer.sigma2, explorer.hold, explorer.seed, explorer.method) == (400, "rho", 7, "ML")
    assert explorer._data["start"]["G"] == TOY


@pytest.mark.parametrize("given", [TOY, np.array(TOY), [[1400, -60], [-60, 12]], tuple(map(tuple, TOY))])
def test_G_takes_what_looks_like_a_matrix(explorer: Explorer, given: object) -> None:
    explorer.G = given
    np.testing.assert_array_equal(explorer.G, TOY)


def test_a_labelled_G_is_put_in_order(explorer: Explorer) -> None:
    names = ["year", "(Intercept)"]
    explorer.G = pd.DataFrame([[12.0, -60.0], [-60.0, 1400.0]], index=names, columns=names)
    np.testing.assert_array_equal(explorer.G, TOY)


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("G", [[1400, 200], [200, 12]], r"not positive semidefinite.*-16\.\d+.*sqrt\(G11 G22\) = 129\.614"),
        ("G", [[-5, 0], [0, 12]], r"smallest eigenvalue -5.*G11 is a variance"),
        ("G", [[5, 0], [0, -12]], r"G22 is a variance"),
        ("G", [[1400, -60], [60, 12]], r"not symmetric: G12 is -60 but G21 is 60"),
        ("G", [[1400]], r"must be 2 x 2.*\(1, 1\)"),
        ("G", 4.0, r"must be 2 x 2"),
        ("G", [[np.inf, 0], [0, 1]], "not finite"),
        ("G", [[np.nan, 0], [0, 1]], "not finite"),
        ("G", "large", "made of numbers"),
        ("G", None, "not finite|made of numbers"),
        ("sigma2", 0, "above 0"),
        ("sigma2", -3, "above 0"),
        ("sigma2", [1, 2], "one number above 0"),
        ("sigma2", "a", "made of numbers"),
        ("sigma2", np.nan, "not finite"),
        ("hold", "correlation", "'covariance' or 'rho'"),
        ("method", "reml", "'REML' or 'ML'"),
        ("seed", 1.5, "whole number"),
        ("seed", -1, "whole number"),
        ("seed", True, "whole number"),
    ],
)
def test_a_bad_value_says_what_to_do_and_changes_nothing(
    explorer: Explorer, name: str, value: object, says: str
) -> None:
    before = explorer._state()
    with pytest.raises(ParameterError, match=says):
        setattr(explorer, name, value)
    with pytest.raises(ParameterError, match=says):
        explorer.move(**{"seed": 99, name: value})
    assert explorer._state() == before


def test_unknown_names_are_refused(explorer: Explorer, framingham: lmmteach.Fit) -> None:
    with pytest.raises(ParameterError, match="has no sigma"):
        explorer.move(sigma=3)
    with pytest.raises(ParameterError, match="has no rho"):
        framingham.explore(rho=0.4)


def test_singular_G_is_fine(explorer: Explorer) -> None:
    for G in ([[0, 0], [0, 0]], [[4, 2], [2, 1]], [[1400, 0], [0, 0]]):
        explorer.G = G
        assert np.isfinite(explorer.deviance)


def test_what_the_page_may_send_and_python_may_not(explorer: Explorer) -> None:
    seen = []
    explorer.observe(lambda change: seen.append(change["new"]), "G")
    explorer.set_state({"G": [[400.0, 0.0], [0.0, -1.0]], "sigma2": 400.0})
    assert explorer.G.loc["year", "year"] == -1
    assert len(seen) == 1
    assert isinstance(seen[0], pd.DataFrame)
    assert np.isfinite(explorer.deviance)  # invalid G, valid V
    with pytest.raises(ParameterError, match="G22 is a variance"):
        explorer.G = [[400.0, 0.0], [0.0, -2.0]]
    explorer.set_state({"G": [[400.0, 0.0], [0.0, -100.0]]})
    assert np.isnan(explorer.deviance)
    assert np.isnan(explorer.gap)


def test_a_state_may_be_handed_over_as_frames_and_arrays(explorer: Explorer) -> None:
    explorer.set_state({"G": pd.DataFrame(TOY, columns=["year", "year"]), "sigma2": np.array(400.0)})
    assert explorer.G.to_numpy().tolist() == [[float(x) for x in row] for row in TOY]
    assert explorer.sigma2 == 400


def test_observers_hear_a_change_once_and_silence_otherwise(explorer: Explorer) -> None:
    seen = []
    explorer.observe(lambda change: seen.append(change["name"]))
    explorer.G = TOY
    explorer.G = np.array(TOY)
    explorer.sigma2 = 400
    assert seen == ["G", "sigma2"]


def test_code_brings_the_setting_back(explorer: Explorer, framingham: lmmteach.Fit) -> None:
    explorer.move(G=TOY, sigma2=400.0)
    assert explorer.code().splitlines()[1:] == [
        "explorer = fit.explore()",
        "explorer.move(G=[[1400, -60], [-60, 12]], sigma2=400)",
    ]
    explorer.move(G=[[400, 0], [0, -1]], hold="rho", method="ML", seed=5, allow_not_psd=True)
    assert "allow_not_psd=True" in explorer.code()
    space = {"fit": framingham}
    exec("\n".join(explorer.code().splitlines()[1:]), space)
    assert space["explorer"]._state() == explorer._state()


def test_code_names_the_time_where_the_formula_does_not_tell_it() -> None:
    data = lmmteach.load_sleepstudy().assign(hour=lambda frame: 24 * frame.days)
    fit = lmmteach.lmm("reaction ~ days + (1 | subject)", data, time="hour")
    space = {"lmmteach": lmmteach, "data": data}
    exec(fit.explore(sigma2=900.0).code(), space)
    assert space["fit"].design.time == "hour"
    assert space["explorer"].V.index.tolist() == fit.explore().V.index.tolist() == [24 * day for day in range(10)]
    slopes = lmmteach.lmm("reaction ~ days + (1 + days | subject)", data, time="days")
    assert "time" not in slopes.explore().code()


def test_a_change_in_place_is_dropped_and_said(explorer: Explorer, framingham: lmmteach.Fit) -> None:
    """Neither the page nor the check that G is a covariance matrix would see it."""
    before, V = explorer.G.copy(), explorer.V
    explorer.G.loc["year", "year"] = -5.0
    with pytest.raises(ParameterError, match=r"G was changed in place.*dropped"):
        explorer.gap  # noqa: B018
    pd.testing.assert_frame_equal(explorer.G, before)
    pd.testing.assert_frame_equal(explorer.V, V)
    origin = framingham.explore("time origin")
    name, value = next(iter(origin.dials.items()))
    origin.dials[name] = "nonsense"
    with pytest.raises(ParameterError, match=r"dials was changed in place"):
        origin.to_html()
    assert origin.dials[name] == value
    origin.dials[name] = "nonsense"
    origin.dials = {name: value}  # an assignment does not take the nonsense over
    assert origin.dials[name] == value


@pytest.mark.parametrize("value", [range(10**9), [[1.0, 0.0], range(10**9)], np.broadcast_to(1.0, (10**9, 10**9))])
def test_what_would_fill_the_memory_is_refused_before_it_is_copied(explorer: Explorer, value: object) -> None:
    with pytest.raises(ParameterError, match="G must be made of numbers"):
        explorer.G = value
    with pytest.raises(ParameterError, match="sigma2 must be made of numbers"):
        explorer.sigma2 = value


def test_v_and_its_correlation(explorer: Explorer) -> None:
    explorer.move(G=TOY, sigma2=400.0)
    assert list(np.diag(explorer.V)) == [1800, 1608, 1512, 1512, 1608, 1800]
    assert list(explorer.V.columns) == [0, 2, 4, 6, 8, 10]
    np.testing.assert_allclose(explorer.corr, lmmteach.cov_to_corr(explorer.V))


def test_the_matched_exercise(explorer: Explorer, framingham: lmmteach.Fit) -> None:
    """Within one unit of the fit: rounding its values is enough, forgetting sigma2's size is not."""
    explorer.move(G=np.round(framingham.G, 1), sigma2=round(framingham.sigma2))
    assert 0 < explorer.gap < 1
    explorer.sigma2 = framingham.sigma2**0.5
    assert explorer.gap > 100


def test_one_random_effect(sleep: lmmteach.Fit) -> None:
    explorer = sleep.explore()
    explorer.G = 900.0
    assert explorer.G.to_numpy().tolist() == [[900.0]]
    assert explorer._data["view"]["free"] == ["G11", "sigma2"]
    assert all(len(preset["G"]) == 1 for preset in explorer._data["view"]["presets"])


def test_models_it_cannot_show() -> None:
    data = lmmteach.load_sleepstudy()
    three = lmmteach.lmm("reaction ~ days + (1 + days + I(days^2) | subject)", data)
    with pytest.raises(lmmteach.ModelError, match="has 3"):
        three.explore()
    pattern = lmmteach.lmm("reaction ~ days + (1 | subject)", data, time="days", residual="ar1")
    for name, view in VIEWS.items():
        if view.needs_fit and not view.any_R:
            with pytest.raises(lmmteach.ModelError, match=r"R = sigma2 I.*AR1.*fit\.explore\(\)"):
                pattern.explore(name)


@pytest.mark.parametrize(
    "residual",
    ["diagonal", lmmteach.Diagonal(by="half"), "cs", "csh", "ar1", "exponential", "toeplitz", "unstructured",
     lmmteach.Exponential() + lmmteach.Independent(), lmmteach.Independent(by="visit")],
    ids=str,
)  # fmt: skip
def test_an_explorer_never_shows_another_R_than_the_fits(residual: str | lmmteach.Independent) -> None:
    """What is not sigma2 I is shown as it is or refused by name: a diagonal R once passed for it, with a gap of 0."""
    sleep = lmmteach.load_sleepstudy().query("days in (0, 3, 6, 9)")
    sleep = sleep.assign(half=np.where(sleep["days"] > 4, "late", "early"))
    fit = lmmteach.lmm("reaction ~ days + (1 | subject)", sleep, time="days", residual=residual)
    assert not fit.residual.plain
    if residual in ("toeplitz", "unstructured"):
        with pytest.raises(lmmteach.ModelError, match="has no sliders for the residuals") as refused:
            fit.explore()
        assert fit.residual.call in str(refused.value)
    else:
        explorer = fit.explore()
        assert explorer.deviance == pytest.approx(fit.deviance, abs=1e-6)
        assert explorer.V.to_numpy() == pytest.approx(fit.marginal_cov(subject=fit.design.subjects[0]).to_numpy())
    plain = lmmteach.lmm("reaction ~ days + (1 | subject)", sleep, residual="independent")
    assert plain.explore().deviance == pytest.approx(plain.deviance, abs=1e-6)


def hostile() -> lmmteach.Fit:
    """A fit whose column names would like to be HTML, a script's end and a formula."""
    data = lmmteach.load_sleepstudy()
    names = {"reaction": "x_img", "days": "t_script"}
    data = data.rename(columns=names)
    data.attrs = {"units": {"x_img": "<img src=x onerror=alert(1)>", "t_script": "</script><!--$x_{"}}
    return lmmteach.lmm("x_img ~ t_script + (1 + t_script | subject)", data)


def test_text_from_data_cannot_leave_its_element(tmp_path: Path) -> None:
    text = hostile().explore().save(tmp_path / "x.html").read_text(encoding="utf-8")
    assert "<img" not in text
    assert text.lower().count("</script") == 3  # the data's and the two programs' own ends
    data = re.search(r'<script type="application/json">(.*?)</script>', text, re.DOTALL)
    assert json.loads(data[1])["labels"]["unit"] == "<img src=x onerror=alert(1)>"


def test_a_saved_file_stands_alone(explorer: Explorer, tmp_path: Path) -> None:
    explorer.move(G=TOY, sigma2=400.0)
    path = explorer.save(tmp_path / "explorer.html")
    text = path.read_text(encoding="utf-8")
    assert not re.search(r'(src|href)\s*=\s*"', text)
    assert not re.findall(r"https?://(?!www\.w3\.org/2000/svg)", text)
    data = json.loads(re.search(r'<script type="application/json">(.*?)</script>', text, re.DOTALL)[1])
    assert data["state"]["G"] == TOY
    with pytest.raises(ParameterError, match=r"\.html"):
        explorer.save(tmp_path / "explorer.ipynb")
    with pytest.raises(ParameterError, match="no folder"):
        explorer.save(tmp_path / "nowhere" / "explorer.html")


def test_the_bundle_has_a_widget_a_page_and_a_picture(explorer: Explorer) -> None:
    bundle, _ = explorer._repr_mimebundle_()
    assert set(bundle) >= {"application/vnd.jupyter.widget-view+json", "text/html", "image/png", "text/plain"}
    assert bundle["image/png"].startswith(b"\x89PNG")
    hostile().explore().to_png()


def test_a_build_of_pages_draws_no_still_picture(explorer: Explorer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(stills.PICTURES, "no")
    bundle, _ = explorer._repr_mimebundle_()
    assert "image/png" not in bundle
    assert "text/html" in bundle
    figure = ThemedFigure(Figure(figsize=(1, 1)), "nothing")
    assert figure._repr_png_() is None
    monkeypatch.setenv(stills.PICTURES, "")
    assert str(figure._repr_png_()).startswith("b'\\x89PNG")


def test_the_same_page_comes_from_the_same_view() -> None:
    """A preset's dials stand in its own order, not in that of a set, which is another in each process."""
    names = [f"dial {k}" for k in range(9)]
    preset = _preset(Preset("all", lambda f: dict.fromkeys(names, 1.0)), {}, 0, set(names))
    assert list(preset["dials"]) == names


def test_the_declaration_is_all_a_view_needs(framingham: lmmteach.Fit) -> None:
    view = View("Only V", panels=MARGINAL.panels[1:2], free=("G12",))
    declared = framingham.explore(view=view)._data["view"]
    assert declared["free"] == ["G12"]
    assert [panel["panel"] for panel in declared["panels"]] == ["covariance"]


def test_every_preset_but_the_invalid_one_is_psd(explorer: Explorer) -> None:
    for preset in explorer._data["view"]["presets"]:
        valid = preset["label"] != "Invalid G, valid V"
        assert (np.linalg.eigvalsh(preset["G"])[0] >= -1e-9) is np.bool_(valid)
        explorer.move(G=preset["G"], sigma2=preset["sigma2"], allow_not_psd=not valid)
        assert np.isfinite(explorer.deviance)


def test_the_modules_join_and_stay_small() -> None:
    import gzip

    assert compose.esm().rstrip().endswith(".revive };")
    assert not re.search(r"^import ", compose.esm(), re.MULTILINE)
    for view in VIEWS.values():
        sent = "".join(compose.scripts(panel.panel for panel in view.panels))
        # 31 to 40 kB before the hall, the hand, pictures and links: what they cost is known here, and bounded;
        # R's own sliders and the room that sentences keep are 1.9 kB of it, the answers' sheet on a phone, the
        # columns that are filled and the symbols' words in the hall 1.4 kB; the names of the colours that are read
        # together, so that no panel's first drawing lays the page out once more, 0.1 kB;
        # what is far below a page's top is drawn when nothing else is to be done, 0.3 kB;
        # use faster than it moves 0.6 kB, frames that let little through 0.5 kB;
        # the fitter travels with the view that estimates, and with no other
        estimates = 'M["maths/fit.js"]' in sent
        assert estimates == (view.name == "repeat")
        assert len(gzip.compress(sent.encode())) < (85_000 if estimates else 80_100), view.name


@pytest.mark.parametrize(
    ("was", "becomes", "culprit"),
    [
        ('import { createSd } from "../panels/sd.js";\n', "", "createSd for the panel 'sd' and does not import it"),
        ("  sd: { create: createSd },", "  sd: {\n    create: createSd },", "each panel is one line"),
        ("createSd", "createSpread", "sd.js does not export createSpread"),
    ],
)
def test_a_panel_that_is_wrongly_registered_is_named(
    was: str, becomes: str, culprit: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = Path(shutil.copytree(compose.STATIC, tmp_path / "static")).resolve()
    registry = copy / compose.REGISTRY
    registry.write_text(registry.read_text("utf-8").replace(was, becomes), "utf-8")
    monkeypatch.setattr(compose, "STATIC", copy)

    def join() -> None:
        compose.kinds.__wrapped__()
        compose._panels_script.__wrapped__(("sd",))

    with pytest.raises(RuntimeError, match=culprit):
        join()


def test_importing_lmmteach_loads_no_widgets() -> None:
    probe = "import sys, lmmteach; print([m for m in ('anywidget', 'ipywidgets', 'matplotlib') if m in sys.modules])"
    assert subprocess.check_output([sys.executable, "-c", probe], text=True).strip() == "[]"
