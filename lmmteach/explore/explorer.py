"""Explorer: a fit whose G and sigma2 can be moved by hand, in a notebook or on a page without Python."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import anywidget
import pandas as pd
import traitlets

from ..errors import ParameterError
from ..likelihood import cov_to_corr, deviance, marginal_covariance
from .compose import css, esm
from .page import fragment, whole_page
from .payload import joint_G, payload
from .traits import Choice, CovarianceMatrix, Seed, Variance, is_psd
from .views import MARGINAL, View

__all__ = ["Explorer"]

STATE = ("G", "sigma2", "hold", "seed", "method")


class Explorer(anywidget.AnyWidget):
    """A fit's G and sigma2 to move, with all that follows from them: V = Z G Z' + sigma2 I.

    The traits are the state; they follow the page and the page follows them.

    Parameters
    ----------
    fit : Fit
        A model with one or two random effects of one group and independent residuals.
    view : View, optional
        Which panels, parameters, presets and prompt; the flagship's by default.
    G, sigma2, hold, seed, method : optional
        The state to start from; the fit's by default.

    Attributes
    ----------
    G : DataFrame (q x q), squared units of the response
        Takes arrays, lists and DataFrames.  Python refuses a G that is not positive semidefinite, unless
        it comes through ``move(..., allow_not_psd=True)``; on the page a student may drag G there, the
        light for G goes out and words explain it, and this trait follows.
    sigma2 : float
        Residual variance.
    hold : "covariance" or "rho"
        Which of G12 and rho stays while G11 or G22 moves on the page.
    seed : int
        Decides the simulated subjects.
    method : "REML" or "ML"
        Which -2 log L is shown.

    Raises
    ------
    ParameterError
        For a value that cannot stand, with what to do.
    ModelError
        For a fit this explorer cannot show.

    Examples
    --------
    >>> import lmmteach
    >>> fit = lmmteach.lmm("reaction ~ days + (1 + days | subject)", lmmteach.load_sleepstudy())
    >>> explorer = fit.explore()
    >>> explorer.observe(lambda change: print(f"gap {explorer.gap:.2f}"), "G")
    >>> explorer.G = [[600, 0], [0, 30]]
    gap 0.25
    """

    _esm = esm()
    _css = css()

    G = CovarianceMatrix().tag(sync=True, to_json=lambda G, _: G.to_numpy().tolist(), from_json=lambda rows, _: rows)
    sigma2 = Variance(1.0).tag(sync=True)
    hold = Choice(("covariance", "rho"), "covariance").tag(sync=True)
    seed = Seed().tag(sync=True)
    method = Choice(("REML", "ML"), "REML").tag(sync=True)
    _data = traitlets.Dict().tag(sync=True)

    def __init__(self, fit: Any, view: View = MARGINAL, *, G: Any = None, sigma2: Any = None, **state: Any) -> None:
        if unknown := set(state) - set(STATE):
            raise ParameterError(f"An explorer has no {', '.join(sorted(unknown))}.", f"It has {', '.join(STATE)}.")
        own = joint_G(fit)
        self.fit, self.random_names, self.accepts_any_G = fit, list(own.index), False
        start = {"G": own if G is None else G, "sigma2": fit.sigma2 if sigma2 is None else sigma2}
        super().__init__(**start, **({"method": fit.method} | state))
        data = payload(fit)
        data["view"] = view.declaration(own.to_numpy(), float(fit.sigma2), data["room"])
        data["labels"]["code"] = f'fit = lmmteach.lmm({fit.formula!r}, data, method="{fit.method}")'
        data["start"] = self._state()
        self._title = f"{view.title}: {fit.formula}"
        self._data = data

    def _state(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in STATE} | {"G": self.G.to_numpy().tolist()}

    def set_state(self, sync_data: dict[str, Any]) -> None:
        """What the page sends: its G may be no covariance matrix."""
        self.accepts_any_G = True
        try:
            super().set_state(sync_data)
        finally:
            self.accepts_any_G = False

    def move(self, *, allow_not_psd: bool = False, **state: Any) -> None:
        """Set several of G, sigma2, hold, seed, method at once; ``allow_not_psd`` admits any symmetric G."""
        if unknown := set(state) - set(STATE):
            raise ParameterError(f"An explorer has no {', '.join(sorted(unknown))}.", f"It has {', '.join(STATE)}.")
        before = self._state()
        self.accepts_any_G = True
        try:
            if "G" in state and not allow_not_psd:
                self.accepts_any_G = False
            with self.hold_sync():
                for name, value in state.items():
                    setattr(self, name, value)
        except ParameterError:
            self.accepts_any_G = True
            for name, value in before.items():
                setattr(self, name, value)
            raise
        finally:
            self.accepts_any_G = False

    @property
    def V(self) -> pd.DataFrame:
        """The marginal covariance at the times the tables show, (n x n)."""
        grid = self._data["grid"]
        V = marginal_covariance(grid["Z"], self.G, self.sigma2)
        return pd.DataFrame(V, index=grid["t"], columns=grid["t"])

    @property
    def corr(self) -> pd.DataFrame:
        """The correlation matrix of :attr:`V`."""
        V = self.V
        return pd.DataFrame(cov_to_corr(V), index=V.index, columns=V.columns)

    @property
    def deviance(self) -> float:
        """-2 log L of the data at G and sigma2, beta at its best; NaN where some V_i is not PD."""
        return self._deviance(self.G, self.sigma2)

    @property
    def gap(self) -> float:
        """How far :attr:`deviance` lies above that of the fit's own G and sigma2."""
        return self.deviance - self._deviance(joint_G(self.fit), self.fit.sigma2)

    def _deviance(self, G: pd.DataFrame, sigma2: float) -> float:
        subjects = list(self.fit.design.by_subject())
        V = [marginal_covariance(s.Z, G, sigma2) for s in subjects]
        try:
            return deviance([s.y for s in subjects], [s.X for s in subjects], V, self.method)
        except ParameterError:
            return float("nan")

    def code(self) -> str:
        """The lines of Python that bring this setting back."""
        start, now = self._data["start"], self._state()
        G = "[" + ", ".join("[" + ", ".join(f"{x:.12g}" for x in row) + "]" for row in now["G"]) + "]"
        extra = "".join(f", {name}={now[name]!r}" for name in ("hold", "method", "seed") if now[name] != start[name])
        psd = "" if is_psd(self.G.to_numpy()) else ", allow_not_psd=True"
        return (
            f"{self._data['labels']['code']}\nexplorer = fit.explore()\n"
            f"explorer.move(G={G}, sigma2={self.sigma2:.12g}{extra}{psd})"
        )

    def to_html(self) -> str:
        """A piece of HTML that works without Python; several may stand on one page."""
        return fragment(self._data | {"state": self._state()}, self._title)

    def save(self, path: str | Path = "explorer.html") -> Path:
        """Write the explorer, in its present state, as one HTML file that works offline; returns its path."""
        path = Path(path)
        if path.suffix.lower() not in (".html", ".htm"):
            raise ParameterError(f"{path.name!r} does not end in .html.", "The explorer is saved as a web page.")
        path.write_text(whole_page(self._data | {"state": self._state()}, self._title), encoding="utf-8")
        return path

    def to_png(self) -> bytes:
        """A still picture of the present state, for PDF and for readers without JavaScript."""
        from .still import picture  # matplotlib is loaded only when a picture is wanted

        return picture(self)

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        bundle = super()._repr_mimebundle_(**kwargs)
        data, metadata = bundle if isinstance(bundle, tuple) else (bundle, {})
        return {**(data or {}), "text/html": self.to_html(), "image/png": self.to_png()}, metadata

    def __repr__(self) -> str:
        return f"Explorer({self.fit.formula!r}, G={self.G.to_numpy().tolist()}, sigma2={self.sigma2:g})"
