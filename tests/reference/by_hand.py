"""A linear mixed model by hand: nothing of lmmteach, so that what the book prints can be held against it.

Every fit here is numpy and one minimiser of scipy's.  A model is a design and a function that turns unconstrained
numbers and a person's times into V; people with the same times share one V.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from scipy.optimize import minimize

Cov = Callable[[np.ndarray, np.ndarray], np.ndarray]


def Z(times: np.ndarray) -> np.ndarray:
    """A column of ones and a column of times."""
    return np.column_stack([np.ones(len(times)), times])


def slopes(theta: np.ndarray) -> tuple[np.ndarray, float]:
    """G = L L' and sigma^2, from the logarithms of L's diagonal and of sigma."""
    root = np.array([[np.exp(theta[0]), 0.0], [theta[1], np.exp(theta[2])]])
    return root @ root.T, float(np.exp(2 * theta[3]))


def random_slopes(theta: np.ndarray, times: np.ndarray) -> np.ndarray:
    G, sigma2 = slopes(theta)
    return Z(times) @ G @ Z(times).T + sigma2 * np.eye(len(times))


def no_covariance(theta: np.ndarray, times: np.ndarray) -> np.ndarray:
    return random_slopes(np.array([theta[0], 0.0, theta[1], theta[2]]), times)


def random_intercept(theta: np.ndarray, times: np.ndarray) -> np.ndarray:
    return np.exp(2 * theta[0]) * np.ones((len(times),) * 2) + np.exp(2 * theta[1]) * np.eye(len(times))


def fading(logit: float, times: np.ndarray) -> np.ndarray:
    """phi^|s-t|, phi by its logit."""
    return (1 / (1 + np.exp(-logit))) ** np.abs(np.subtract.outer(times, times))


def ar1(step: float) -> Cov:
    """sigma^2 phi^d, d the number of visits between two times that are multiples of ``step``."""
    return lambda theta, times: np.exp(2 * theta[1]) * fading(theta[0], times / step)


def intercept_and_layers(theta: np.ndarray, times: np.ndarray) -> np.ndarray:
    return random_intercept(theta[:2], times) + np.exp(2 * theta[3]) * fading(theta[2], times)


def layers_alone(theta: np.ndarray, times: np.ndarray) -> np.ndarray:
    """Fluctuation and measurement error, and no random effect."""
    return np.exp(2 * theta[0]) * fading(theta[1], times) + np.exp(2 * theta[2]) * np.eye(len(times))


def slopes_and_layers(theta: np.ndarray, times: np.ndarray) -> np.ndarray:
    return random_slopes(theta[:4], times) + np.exp(2 * theta[5]) * fading(theta[4], times)


def slopes_and_ar1(theta: np.ndarray, times: np.ndarray) -> np.ndarray:
    G, sigma2 = slopes(theta[:4])
    return Z(times) @ G @ Z(times).T + sigma2 * fading(theta[4], times)


def unstructured(planned: np.ndarray) -> Cov:
    """Every entry free; the times are some of the planned ones."""
    rows, columns = np.tril_indices(len(planned))

    def cov(theta: np.ndarray, times: np.ndarray) -> np.ndarray:
        root = np.zeros((len(planned),) * 2)
        root[rows, columns] = theta
        root[np.diag_indices(len(planned))] = np.exp(np.diag(root))
        at = np.searchsorted(planned, times)
        return (root @ root.T)[np.ix_(at, at)]

    return cov


@dataclass
class Problem:
    """A response, a design and people, grouped by the times at which they were seen."""

    y: np.ndarray
    X: np.ndarray
    times: np.ndarray
    who: np.ndarray

    @cached_property
    def groups(self) -> list[tuple[np.ndarray, int, np.ndarray]]:
        """For each pattern of times: the times, how many people, and the sums over people of products of (X, y)."""
        rows: dict[tuple[float, ...], list[np.ndarray]] = {}
        for _, index in pd.Series(range(len(self.y))).groupby(self.who, sort=False):
            at = index.to_numpy()[np.argsort(self.times[index])]
            rows.setdefault(tuple(self.times[at]), []).append(np.column_stack([self.X[at], self.y[at]]))
        sums = {times: np.einsum("mia,mjb->ijab", np.array(each), np.array(each)) for times, each in rows.items()}
        return [(np.array(times), len(rows[times]), sums[times]) for times in rows]

    def gls(self, cov: Callable[[np.ndarray], np.ndarray]) -> tuple[np.ndarray, np.ndarray, float, float]:
        """beta, (X'V^-1X)^-1, log |V| and r'V^-1r."""
        p = self.X.shape[1]
        M, logs = np.zeros((p + 1, p + 1)), 0.0
        for times, people, products in self.groups:
            V = cov(times)
            M += np.tensordot(np.linalg.inv(V), products, 2)
            logs += people * np.linalg.slogdet(V)[1]
        inverse = np.linalg.inv(M[:p, :p])
        beta = inverse @ M[:p, p]
        return beta, inverse, logs, float(M[p, p] - M[p, :p] @ beta)

    def deviance(self, cov: Callable[[np.ndarray], np.ndarray], method: str = "REML") -> float:
        """-2 log L at the best beta for this V."""
        _, inverse, logs, quadratic = self.gls(cov)
        N, p = self.X.shape
        if method == "ML":
            return float(N * np.log(2 * np.pi) + logs + quadratic)
        return float((N - p) * np.log(2 * np.pi) + logs + quadratic - np.linalg.slogdet(inverse)[1])

    def fit(self, cov: Cov, start: list[float], method: str = "REML") -> Fitted:
        """The lowest point, searched twice so that the second search starts beside it."""

        def height(theta: np.ndarray) -> float:
            return self.deviance(lambda times: cov(theta, times), method)

        theta = np.array(start, dtype=float)
        for _ in range(2):
            found = minimize(height, theta, method="BFGS", options={"gtol": 1e-4})
            theta = found.x
        return Fitted(self, cov, theta, float(found.fun), method)


@dataclass
class Fitted:
    """Where a search ended."""

    problem: Problem
    cov: Cov
    theta: np.ndarray
    deviance: float
    method: str

    def V(self, *times: float) -> np.ndarray:
        return self.cov(self.theta, np.array(times, dtype=float))

    @property
    def G(self) -> np.ndarray:
        return slopes(self.theta)[0]

    @property
    def sigma2(self) -> float:
        return slopes(self.theta)[1]

    @property
    def beta(self) -> np.ndarray:
        return self.problem.gls(lambda times: self.cov(self.theta, times))[0]

    @property
    def cov_beta(self) -> np.ndarray:
        return self.problem.gls(lambda times: self.cov(self.theta, times))[1]

    @property
    def se(self) -> np.ndarray:
        return np.sqrt(np.diag(self.cov_beta))

    def aic(self) -> float:
        return self.deviance + 2 * (len(self.theta) + self.problem.X.shape[1])

    def predicted(self) -> tuple[np.ndarray, np.ndarray]:
        """b-hat = G Z'V^-1 (y - X beta), a person a row in the order of first rows; X beta + Z b-hat, row by row."""
        one, beta, b, lines = self.problem, self.beta, [], np.zeros(len(self.problem.y))
        for _, index in pd.Series(range(len(one.y))).groupby(one.who, sort=False):
            at = index.to_numpy()
            times = one.times[at]
            b.append(self.G @ Z(times).T @ np.linalg.solve(self.cov(self.theta, times), one.y[at] - one.X[at] @ beta))
            lines[at] = one.X[at] @ beta + Z(times) @ b[-1]
        return np.array(b), lines

    def satterthwaite(self, c: np.ndarray) -> float:
        """2 v^2 / (g' A g): v = c' Cov(beta) c, g its slope in theta, A = 2 (second derivatives of -2 log L)^-1."""
        h = 1e-3 * np.maximum(1.0, np.abs(self.theta))

        def at(step: np.ndarray) -> tuple[float, float]:
            cov = lambda times: self.cov(self.theta + step, times)  # noqa: E731
            return float(c @ self.problem.gls(cov)[1] @ c), self.problem.deviance(cov, self.method)

        k = len(h)
        steps = np.diag(h)
        slope = np.array([(at(s)[0] - at(-s)[0]) / (2 * s.sum()) for s in steps])
        curve = np.empty((k, k))
        for i in range(k):
            for j in range(k):
                a, b = steps[i], steps[j]
                plus, minus = at(a + b)[1] + at(-a - b)[1], at(a - b)[1] + at(b - a)[1]
                curve[i, j] = (plus - minus) / (4 * h[i] * h[j])
        v, _ = at(np.zeros(k))
        return float(2 * v**2 / (slope @ (2 * np.linalg.inv(curve)) @ slope))
