"""Explorer: a fit whose G and sigma2 can be moved by hand, in a notebook or on a page without Python."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Any

import anywidget
import numpy as np
import pandas as pd
import traitlets
from IPython.display import display

from .. import stills
from ..arguments import between
from ..covariance.marginal import cov_to_corr, marginal_covariance
from ..errors import ParameterError
from ..fitting.estimates import Estimates
from ..likelihood.evaluation import evaluate
from ..likelihood.pooling import Pooled, pool
from .compose import css, esm
from .gallery import MARGINAL, VIEWS, view_named
from .gallery.views import View
from .page import fragment, iframe, revived, save_page, whole_page
from .payload import joint_G, payload, payload_without_fit, table_rows
from .residual import residual_of
from .sliders import joined, made_with
from .told import told
from .traits import Choice, CovarianceMatrix, Dials, Prediction, Seed, Variance, is_psd

__all__ = ["Explorer"]

STATE = ("G", "sigma2", "hold", "seed", "method")
FROM_PAGE = (*STATE, "dials", "prediction")
HIGHEST = 100_000  # pixels of a frame


class Explorer(anywidget.AnyWidget):
    """A fit's G and R to move, with all that follows from them: V = Z G Z' + R, where R = sigma2 I as a rule.

    The traits are the state; they follow the page and the page follows them.

    Parameters
    ----------
    fit : Fit or None
        A model with one or two random effects of one group and independent residuals; "G moves V" takes other
        residuals, too (AR(1), exponential, compound symmetry, diagonal, a sum of such), with or without random
        effects.  None for a view that needs no fit.
    view : View or str, optional
        Which panels, parameters, dials, presets and prompt; the flagship's by default.
    G, sigma2, hold, seed, method : optional
        The state to start from; the fit's by default.
    prediction : int, optional
        -1 skips the prompt; the place of an answer locks it.
    address : bool or str, optional
        The name under which the page's address keeps the state, so that a link restores it, where a prediction is
        asked for once it is locked.  Left out, a page without Python names it after the view, and a notebook, whose
        address is the notebook's own, keeps nothing; False keeps nothing anywhere.
    **dials : optional
        The view's own dials by name, such as ``origin=5``; where R is not sigma2 I, also what it has beside sigma2,
        such as ``phi=0.5``, its correlation, or ``sigma2_visit1=900``, a variance.

    Attributes
    ----------
    G : DataFrame (q x q), squared units of the response
        Takes arrays, lists and DataFrames, always as a whole: ``explorer.G.loc["days", "days"] = 50`` would
        pass the page by, and is an error.  Python refuses a G that is not positive semidefinite, unless
        it comes through ``move(..., allow_not_psd=True)``; on the page a student may drag G there, the
        light for G goes out and words explain it, and this trait follows.
    sigma2 : float
        Residual variance; of a sum its last part's, of several levels the first one's.
    hold : "covariance" or "rho"
        Which of G12 and rho stays while G11 or G22 moves on the page.
    seed : int
        Decides the simulated subjects.
    method : "REML" or "ML"
        Which -2 log L is shown.
    dials : dict
        What the view adds, by name; assigning changes the named ones and leaves the others.
    prediction : int or None
        Which answer to the prompt was locked, from 0; -1 where someone chose to look without predicting.

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
    dials = Dials().tag(sync=True)
    prediction = Prediction().tag(sync=True)
    _data = traitlets.Dict().tag(sync=True)

    def __init__(
        self, fit: Estimates | None, view: View | str = MARGINAL, *, G: Any = None, sigma2: Any = None,
        address: bool | str | None = None, prediction: int | None = None, **state: Any,
    ) -> None:  # fmt: skip
        view = view_named(view)
        if not isinstance(address, (bool, str, type(None))):
            raise ParameterError(
                f"address cannot be {told(address)}.", "Give True, False or a name for the page's address."
            )
        if view.needs_fit and fit is None:
            raise ParameterError(f"The explorer {view.title!r} shows a fit.", "Start it from one: fit.explore(...).")
        fit = fit if view.needs_fit else None
        self.fit: Estimates | None = fit
        self.view, self.accepts_any_G = view, False
        self._residual = None if fit is None else residual_of(fit, view.any_R)
        own = pd.DataFrame([[0.0]], index=["b"], columns=["b"]) if fit is None else joint_G(fit)
        data = payload_without_fit(view) if fit is None else payload(fit, view)
        residual = 1.0 if fit is None else float(fit.sigma2)
        data["view"] = view.declaration(None if fit is None else own.to_numpy(), residual, data["facts"])
        if self._residual is not None:
            data["view"] = joined(self._residual, data["view"])
        self.random_names, self.declared_dials = list(own.index), data["view"]["dials"]
        self.declared_answers = len((data["view"]["prompt"] or {"answers": ()})["answers"])
        dials = {name: state.pop(name) for name in [d["name"] for d in self.declared_dials] if name in state}
        self._refuse_unknown(state)
        start = {"G": own if G is None else G, "sigma2": residual if sigma2 is None else sigma2, "dials": dials}
        super().__init__(**start, **({} if fit is None else {"method": fit.method}) | state)
        if prediction is not None:
            self.prediction = prediction
        data["labels"]["code"] = _made_by(fit, view)
        data["start"] = self._state()
        plain = {"hold": "covariance", "seed": 1, "method": "REML" if fit is None else fit.method}
        data["defaults"] = plain | {"dials": {dial["name"]: dial["value"] for dial in self.declared_dials}}
        data["address"] = None if address is None else "explorer" if address is True else address or ""
        colon = "" if view.title.endswith("?") else ":"
        self._title = view.title if fit is None else f"{view.title}{colon} {fit.formula}"
        self._data = data

    def _refuse_unknown(self, state: Any) -> None:
        dials = tuple(dial["name"] for dial in self.declared_dials)
        if unknown := [name for name in state if name not in STATE + dials]:
            has = ", ".join(STATE + dials)
            raise ParameterError(f"This explorer has no {', '.join(sorted(unknown))}.", f"It has {has}.")

    def _state(self) -> dict[str, Any]:
        now = {name: getattr(self, name) for name in STATE}
        return now | {"G": self.G.to_numpy().tolist(), "dials": dict(self.dials)}

    def set_state(self, sync_data: dict[str, Any]) -> None:
        """What the page sends: its G may be no covariance matrix.  All of it stands or nothing, and nothing else."""
        said = {name: value for name, value in sync_data.items() if name in FROM_PAGE}
        self.accepts_any_G = True
        try:
            taken = self._checked(said)
            if "G" in taken:
                taken["G"] = taken["G"].to_numpy().tolist()  # as it travels: it is compared with what is sent back
            super().set_state(taken)
        finally:
            self.accepts_any_G = False

    def move(self, *, allow_not_psd: bool = False, **state: Any) -> None:
        """Set several of G, sigma2, hold, seed, method and the dials at once, or none of them.

        ``allow_not_psd`` admits any symmetric G.
        """
        self._refuse_unknown(state)
        changes = {name: state.pop(name) for name in STATE if name in state} | ({"dials": state} if state else {})
        self.accepts_any_G = bool(allow_not_psd)
        try:
            taken = self._checked(changes)
            with self.hold_sync():
                for name, value in taken.items():
                    setattr(self, name, value)
        finally:
            self.accepts_any_G = False

    def _checked(self, state: dict[str, Any]) -> dict[str, Any]:
        """The state in plain values, or refused before any of it is taken over."""
        return {name: getattr(type(self), name)._validate(self, value) for name, value in state.items()}

    @property
    def V(self) -> pd.DataFrame:
        """The marginal covariance at the times the tables show, (n x n)."""
        self._needs_fit("V")
        grid = self._data["grid"]
        Z = np.asarray(grid["Z"], dtype=float).reshape(len(grid["t"]), len(self.G))
        R = self.sigma2 if self._residual is None else self.R
        V = marginal_covariance(Z, self.G.to_numpy(dtype=float), R)
        return pd.DataFrame(V, index=grid["t"], columns=grid["t"])

    @property
    def R(self) -> pd.DataFrame:
        """The covariance of the residuals at the same times, (n x n)."""
        fit, t = self._needs_fit("R"), self._data["grid"]["t"]
        R = self.sigma2 * np.eye(len(t))
        if self._residual is not None:
            occasions = self._residual.rows(table_rows(fit.design, self._residual), self.dials)
            R = self._residual.R(self.sigma2, self.dials, occasions)
        return pd.DataFrame(R, index=t, columns=t)

    @property
    def corr(self) -> pd.DataFrame:
        """The correlation matrix of :attr:`V`."""
        V = self.V
        return pd.DataFrame(cov_to_corr(V), index=V.index, columns=V.columns)

    @property
    def deviance(self) -> float:
        """-2 log L of the data at G and R, beta at its best; NaN where some V_i is not PD."""
        self._needs_fit("-2 log L")
        return self._deviance(self.G, self.sigma2, self.dials)

    @property
    def gap(self) -> float:
        """How far :attr:`deviance` lies above that of the fit's own G and R."""
        fit = self._needs_fit("-2 log L")
        own = {} if self._residual is None else self._residual.values
        return self.deviance - self._deviance(joint_G(fit), fit.sigma2, own)

    def _needs_fit(self, what: str) -> Estimates:
        if self.fit is None:
            raise ParameterError(f"This explorer has no {what}: it shows no fit.", "Start one from a fit.")
        return self.fit

    def _deviance(self, G: pd.DataFrame, sigma2: float, dials: Mapping[str, Any]) -> float:
        if self._residual is not None:
            return self._residual.deviance(self._pooled, G.to_numpy(dtype=float), sigma2, dials, self.method)
        T = self._pooled.scale[0]
        with np.errstate(all="ignore"):
            at = evaluate(self._pooled, [T @ G.to_numpy() @ T.T / sigma2], np.empty(0), self.method, sigma2)
        return float("nan") if at is None else at.deviance

    @cached_property
    def _pooled(self) -> Pooled:
        """The data, ready for many G: of all random effects together, as G12 may be moved also between terms."""
        design = self._needs_fit("-2 log L").design
        if self._residual is not None:
            return pool(design, self._residual.own)
        term = replace(design.terms[0], names=self.random_names, correlated=True, Z=design.Z)
        return pool(replace(design, terms=(term,)))

    def code(self) -> str:
        """The lines of Python that bring this setting back."""
        usual, now = self._data["defaults"], self._state()
        told = []
        # A view that lets nothing of G move says it only where it is not the fit's after all.
        own = self._data["fit"]
        moves = own is not None and bool(
            self._data["view"]["free"] or [now["G"], now["sigma2"]] != [own["G"], own["sigma2"]]
        )
        if moves:
            G = "[" + ", ".join("[" + ", ".join(f"{x:.12g}" for x in row) + "]" for row in now["G"]) + "]"
            told += [f"G={G}"] * bool(now["G"]) + [f"sigma2={self.sigma2:.12g}"]
        told += [f"{name}={now[name]!r}" for name in ("hold", "method", "seed") if now[name] != usual[name]]
        told += [f"{name}={_shown(x)}" for name, x in now["dials"].items() if x != usual["dials"][name]]
        told += [] if not moves or is_psd(self.G.to_numpy()) else ["allow_not_psd=True"]
        shown = self._data["labels"]["code"]
        return f"{shown}\nexplorer.move({', '.join(told)})" if told else shown

    def residual_values(self) -> dict[str, float]:
        """What R has beside sigma2, by symbol."""
        dials = [dial for dial in self.declared_dials if "residual" in dial]
        return {dial["symbol"]: self.dials[dial["name"]] for dial in dials}

    def residual_variances(self) -> Any:
        """The residual variance along the curve of SDs: one number, or one for each time."""
        if self._residual is None:
            return self.sigma2
        return self._residual.variances(self._data["curve"].get("s"), {**self.dials, "sigma2": self.sigma2})

    def R_of(self, kind: Mapping[str, Any]) -> np.ndarray:
        """R of a kind of visits, as they are carried."""
        if self._residual is None:
            return self.sigma2 * np.eye(len(kind["t"]))
        return self._residual.R(self.sigma2, self.dials, self._residual.of_kind(kind))

    def to_html(self, *, chrome: bool = True) -> str:
        """A piece of HTML that works without Python; several may stand on one page."""
        return fragment(self._carried(chrome), self._title, self._unusual_V())

    def _unusual_V(self) -> np.ndarray | None:
        """V where R is not sigma2 I; else a page makes it of what it carries."""
        return None if self._residual is None else self.V.to_numpy()

    def _carried(self, chrome: bool) -> dict[str, Any]:
        return self._data | {"state": self._state() | {"prediction": self.prediction}, "chrome": chrome}

    def save(self, path: str | Path = "explorer.html", *, chrome: bool = True) -> Path:
        """Write the explorer, in its present state, as one HTML file that works offline; returns its path.

        The file is written whole or not at all: where that fails, a file that stood there stays as it was.
        ``chrome=False`` leaves out heading, prompt and presets, for a page that frames it (:meth:`embed`).
        """
        return save_page(path, lambda: whole_page(self._carried(chrome), self._title, self._unusual_V()))

    def embed(self, path: str | Path = "explorer.html", *, height: int = 760) -> str:
        """Save the explorer without chrome and return the ``<iframe>`` that shows it, ``height`` pixels high."""
        if not between(height, 0, HIGHEST):
            raise ParameterError(f"height cannot be {told(height)}.", "Give a number of pixels, such as 760.")
        return iframe(self.save(path, chrome=False).name, self._title, max(int(height), 1))

    def to_png(self) -> bytes:
        """A still picture of the present state, for PDF and for readers without JavaScript."""
        from .still import picture  # matplotlib is loaded only when a picture is wanted

        return picture(self)

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        bundle = super()._repr_mimebundle_(**kwargs)
        data, metadata = bundle if isinstance(bundle, tuple) else (bundle, {})
        picture = {"image/png": self.to_png()} if stills.wanted() else {}
        return {**(data or {}), "text/html": self.to_html(), **picture}, metadata

    def _ipython_display_(self, **_: Any) -> None:
        """Show it, and leave before it what starts it on a page made of the notebook with its widgets' state.

        Such a page (``nbconvert --execute``, or widget state saved) shows of an output the widget's place alone, and
        fetches the program that fills it from another host.  Before it, for Notebook 7 puts all outputs into a low box
        to scroll in, where one arrives below a high one.
        """
        if self.comm is None:  # closed
            display({"text/plain": repr(self)}, raw=True)
            return
        data, metadata = self._repr_mimebundle_()
        display({"text/html": revived()}, raw=True)
        display(data, metadata=metadata, raw=True)

    def __repr__(self) -> str:
        if self.fit is None:
            return f"Explorer({self.view.name!r}, {self.dials!r})"
        return f"Explorer({self.fit.formula!r}, G={self.G.to_numpy().tolist()}, sigma2={self.sigma2:g})"


def _made_by(fit: Estimates | None, view: View) -> str:
    """The lines of Python that make this explorer as it starts."""
    kept = VIEWS.get(view.name) is view  # a name is known once the gallery has it
    if fit is None:
        return f"from lmmteach.explore import explore\nexplorer = explore(None, {repr(view.name) if kept else 'view'})"
    time = fit.design.time
    # The time of a random slope is found again without being named.
    named = "" if time is None or time in fit.design.random_names else f", time={time!r}"
    named = named if fit.residual.plain else made_with(fit)
    call = f"fit.explore({'' if view is MARGINAL else repr(view.name) if kept else 'view=view'})"
    return f'fit = lmmteach.lmm({fit.formula!r}, data, method="{fit.method}"{named})\nexplorer = {call}'


def _shown(value: Any) -> str:
    """A dial's value as Python reads it: 5, not 5.0."""
    return f"{value:.12g}" if isinstance(value, (float, np.floating)) else repr(value)
