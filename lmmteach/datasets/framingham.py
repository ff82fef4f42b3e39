"""The Framingham cholesterol data: the real participants, or a stand-in that says so."""

from __future__ import annotations

import warnings
from io import BytesIO
from typing import Any, Literal

import pandas as pd

from lmmteach.arguments import among, between, told
from lmmteach.datasets.real_file import FILE_NAME, URL, find_real_file
from lmmteach.datasets.shipped import shipped_table
from lmmteach.errors import DataError, LmmWarning

__all__ = ["load_framingham"]

UNITS = {"age": "years", "year": "years", "cholesterol": "mg/dL"}
TITLES = {
    "real": "Framingham Heart Study: cholesterol of 200 participants over 10 years",
    "standin": "Simulated stand-in for the Framingham cholesterol data",
}
# The file's own code, checked against the full study of 2634 participants. The documentation of the
# R package that carries the file has it the wrong way round.
SEX = {0: "male", 1: "female"}
LONGEST = 3600  # seconds to wait for an answer
HOW_TO_GET_IT = (
    f"For the real data, connect to the internet and call load_framingham(source='real') once (it is kept), "
    f"or set the environment variable LMMTEACH_DATA to a folder that holds {FILE_NAME}, from {URL} ."
)

_said: set[str] = set()  # the warnings given in this session of Python: each is said once


def load_framingham(source: Literal["auto", "real", "standin"] = "auto", *, timeout: float = 5.0) -> pd.DataFrame:
    """Serum cholesterol of 200 participants of the Framingham Heart Study over ten years.

    The participants were examined every two years; 133 of them came all six times, the
    others missed visits (22 visit patterns, 1044 rows, nothing missing within a row).

    The real file may not travel with the package.  It is looked for in the folder named by
    the environment variable ``LMMTEACH_DATA``, then in the cache, then downloaded (checked
    by its sha256, kept in the cache).  Where all that fails, you get the simulated stand-in
    that ships, with one warning: the same visits and sexes, and a REML fit that agrees
    with the real one, but no real person.  ``data.attrs["source"]`` says which you have.

    Parameters
    ----------
    source : {"auto", "real", "standin"}
        ``"auto"`` searches as above; ``"real"`` insists on the real file; ``"standin"`` gives
        the stand-in, without a warning.
    timeout : float
        Seconds to wait for each answer of the download's server (four times as long in all).  The environment variable
        ``LMMTEACH_OFFLINE=1`` forbids the download altogether.

    Returns
    -------
    pandas.DataFrame
        1044 rows, one a visit, in this order of columns:

        - ``id``: the participant, 1 to 200;
        - ``sex``: "female" or "male" (categorical; female comes first, the baseline, as in R);
        - ``age`` (years): at the first visit, the same in all rows of a participant;
        - ``year`` (years): since the first visit: 0, 2, 4, 6, 8, 10;
        - ``cholesterol`` (mg/dL): the response.

        ``data.attrs`` holds ``source`` ("real" or "standin"), ``title`` and ``units``.

    Raises
    ------
    DataError
        If ``source="real"`` and the file cannot be had; if the file in ``LMMTEACH_DATA`` is
        not the published one (altered data are never used); for a timeout that is no number
        of seconds.

    References
    ----------
    Zhang D, Davidian M (2001). Linear mixed models with flexible distributions of random
    effects for longitudinal data. Biometrics 57, 795-802 (the 200 participants, drawn from
    the 2634 of the Framingham Heart Study).

    Examples
    --------
    >>> data = load_framingham(source="standin")
    >>> data.shape, data["id"].nunique(), data.attrs["source"]
    ((1044, 5), 200, 'standin')
    >>> list(data.columns)
    ['id', 'sex', 'age', 'year', 'cholesterol']
    >>> data.drop_duplicates("id")["sex"].value_counts().to_dict()
    {'female': 103, 'male': 97}
    """
    if not among(source, ("auto", "real", "standin")):
        raise DataError(
            f"load_framingham() knows no source {told(source)}.", fix='Use source="auto", "real" or "standin".'
        )
    seconds = _seconds(timeout)
    if source == "standin":
        return _labelled(shipped_table("framingham_standin.csv"), "standin")

    content, reasons = find_real_file(seconds, retry=source == "real")
    because = "; ".join(reasons)
    if content is not None:
        if because:
            _say_once("real", f"load_framingham() gives the real data, but on the way to them: {because}.")
        return _labelled(_read_published(content), "real")
    if source == "real":
        raise DataError(f"The real Framingham data cannot be had here: {because}.", fix=HOW_TO_GET_IT)
    _say_once(
        "standin",
        f"load_framingham() gives the simulated stand-in, not the real participants, because {because}. "
        f"It has the same visits and sexes, and its REML fit agrees with the real one. {HOW_TO_GET_IT} "
        f"To use the stand-in without this warning: load_framingham(source='standin').",
    )
    return _labelled(shipped_table("framingham_standin.csv"), "standin")


def _seconds(timeout: Any) -> float:
    if not between(timeout, 0, LONGEST):
        raise DataError(
            f"load_framingham() cannot wait for timeout={told(timeout)}.",
            fix=f"Give a number of seconds above 0, at most {LONGEST}.",
        )
    return float(timeout)


def _read_published(content: bytes) -> pd.DataFrame:
    """The published file in this package's columns; ``newid`` numbers the 200, ``ID`` the 2634."""
    file = pd.read_csv(BytesIO(content), sep=r"\s+").rename(columns={"newid": "id", "cholst": "cholesterol"})
    return file.assign(sex=file["sex"].map(SEX))[["id", "sex", "age", "year", "cholesterol"]]


def _labelled(data: pd.DataFrame, source: str) -> pd.DataFrame:
    data["sex"] = pd.Categorical(data["sex"], categories=["female", "male"])
    data["cholesterol"] = data["cholesterol"].astype(float)
    data.attrs = {"source": source, "title": TITLES[source], "units": dict(UNITS)}
    return data


def _say_once(key: str, message: str) -> None:
    if key not in _said:
        _said.add(key)
        warnings.warn(message, LmmWarning, stacklevel=3)
