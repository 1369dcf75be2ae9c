"""The references' side of statistics-fuzz.ts: a case a line on standard input, an object of numbers a line on standard output."""

import json
import math
import sys
import warnings

import numpy as np
from scipy import integrate, stats
from statsmodels.stats.contingency_tables import mcnemar
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.power import TTestPower
from statsmodels.stats.proportion import proportion_confint

warnings.simplefilter("ignore")


def proportion(c):
    low, high = proportion_confint(c["successes"], c["trials"], 1 - c["level"], "wilson")
    exact_low, exact_high = proportion_confint(c["successes"], c["trials"], 1 - c["level"], "beta")
    return {
        # Both ends are on the scale; the formula leaves 1e-17 where it is an end.
        "low": min(1, max(0, low)),
        "high": min(1, max(0, high)),
        "exactLow": 0 if c["successes"] == 0 else exact_low,
        "exactHigh": 1 if c["successes"] == c["trials"] else exact_high,
    }


def clustered_mean(c):
    """CR2 and its degrees of freedom from matrices, as Bell & McCaffrey (2002) write them."""
    values, clusters, scale = np.array(c["values"]), np.array(c["clusters"]), c["scale"]
    values = values / scale
    n = len(values)
    center = math.fsum(values) / n
    residuals = values - center
    complement = np.eye(n) - np.full((n, n), 1 / n)
    variance, columns = 0.0, []
    for name in dict.fromkeys(c["clusters"]):
        inside = np.flatnonzero(clusters == name)
        eigenvalues, vectors = np.linalg.eigh(complement[np.ix_(inside, inside)])
        weight = (vectors @ np.diag(eigenvalues**-0.5) @ vectors.T).sum(axis=0) / n
        variance += float(weight @ residuals[inside]) ** 2
        columns.append(complement[:, inside] @ weight)
    g = np.array(columns).T
    same = (clusters[:, None] == clusters[None, :]).astype(float)
    degrees = []
    for omega in (np.eye(n), same):
        m = g.T @ omega @ g
        degrees.append(np.trace(m) ** 2 / np.trace(m @ m))
    error, df = math.sqrt(variance), min(degrees)
    found = {"standardError": error, "degreesOfFreedom": df, "low": None, "high": None}
    if not np.all(values == values[0]):
        half = stats.t.ppf((1 + c["level"]) / 2, df) * error
        found |= {"low": center - half, "high": center + half}
    return found


def paired_t(c):
    scale = c["scale"]
    differences = np.array(c["values"]) - np.array(c["baseline"])
    n, margin = len(differences), c["margin"]
    center = math.fsum(differences) / n
    error = math.sqrt(math.fsum((differences - center) ** 2) / (n - 1) / n)
    half = stats.t.ppf((1 + c["level"]) / 2, n - 1) * error
    if error == 0:
        side = np.sign(center + margin)
        p = {1: (0, 1), 0: (0.5, 0.5), -1: (1, 0)}[int(side)]
    else:
        p = [
            float(stats.ttest_1samp(differences / scale, -margin / scale, alternative=each).pvalue)
            for each in ("greater", "less")
        ]
    return {"pNotWorse": p[0], "pWorse": p[1], "low": (center - half) / scale, "high": (center + half) / scale}


def sign_flips(c):
    values = np.array(c["values"]) + c["margin"]
    if len(values) == 1:  # scipy wants two
        values = np.append(values, 0.0)
    return {
        name: float(
            stats.permutation_test(
                (values,), np.mean, permutation_type="samples", n_resamples=np.inf, alternative=alternative
            ).pvalue
        )
        for name, alternative in (("pNotWorse", "greater"), ("pWorse", "less"), ("pDifferent", "two-sided"))
    }


def mcnemar_case(c):
    losses, gains = c["losses"], c["gains"]
    n = losses + gains
    if n == 0:
        return {"exact": 1, "midP": 1, "worse": 1}
    exact = float(mcnemar([[0, gains], [losses, 0]], exact=True).pvalue)
    mid = 2 * stats.binom.cdf(min(losses, gains), n, 0.5) - stats.binom.pmf(min(losses, gains), n, 0.5)
    return {"exact": exact, "midP": min(1, mid), "worse": float(stats.binomtest(losses, n, 0.5, "greater").pvalue)}


def holm(c):
    return {str(i): float(p) for i, p in enumerate(multipletests(c["p"], method="holm")[1])}


def bootstrap(c):
    found = stats.bootstrap(
        (np.array(c["values"]),),
        np.mean,
        n_resamples=300,
        method=c["method"],
        confidence_level=c["level"],
        rng=np.random.default_rng(c["seed"]),
    )
    low, high = found.confidence_interval
    return {"low": float(low), "high": float(high), "standardError": float(found.standard_error)}


def corrected(c):
    """Lang & Reiczigel (2014), as their formulas stand."""
    nothing = {"value": None, "low": None, "high": None}
    x, n = c["apparent"]["successes"], c["apparent"]["trials"]
    a, ns = c["sensitivity"]["successes"], c["sensitivity"]["trials"]
    b, np_ = c["specificity"]["successes"], c["specificity"]["trials"]
    se, sp, rate = a / ns, b / np_, x / n
    if se + sp <= 1:
        return nothing
    z = stats.norm.ppf((1 + c["level"]) / 2)
    n2, p2 = n + z**2, (x + z**2 / 2) / (n + z**2)
    se2, sp2 = (a + 1) / (ns + 2), (b + 1) / (np_ + 2)
    youden = se2 + sp2 - 1
    prevalence = (p2 + sp2 - 1) / youden
    var_se, var_sp = se2 * (1 - se2) / (ns + 2), sp2 * (1 - sp2) / (np_ + 2)
    shift = 2 * z**2 * (prevalence * var_se - (1 - prevalence) * var_sp)
    half = z / youden * math.sqrt(p2 * (1 - p2) / n2 + (1 - prevalence) ** 2 * var_sp + prevalence**2 * var_se)
    low, high = prevalence + shift - half, prevalence + shift + half
    if high < 0 or low > 1:
        return nothing
    clip = lambda v: min(1.0, max(0.0, v))
    return {"value": clip((rate + sp - 1) / (se + sp - 1)), "low": clip(low), "high": clip(high)}


def powers(c):
    test, alpha = TTestPower(), (1 - c["level"]) / 2
    power = lambda n: float(test.power(c["effect"], n, alpha, alternative="larger"))
    low, high = 1, 2
    while power(high) < c["power"]:
        low, high = high, 2 * high
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if power(middle) >= c["power"] else (middle, high)
    return {"power": power(c["n"]), "size": high}


def rate_power(c):
    """All outcomes of the binomial, each judged by the bound of its own interval."""
    n, threshold, rate = c["n"], c["threshold"], c["rate"]
    k = np.arange(n + 1)
    low, high = proportion_confint(k, n, 0.05, "wilson")
    exact_low, exact_high = proportion_confint(k, n, 0.05, "beta")
    exact_low, exact_high = np.where(k == 0, 0, exact_low), np.where(k == n, 1, exact_high)
    upper = k > n / 2
    low, high = np.where(upper, low, np.minimum(low, exact_low)), np.where(upper, np.maximum(high, exact_high), high)
    low, high = np.where(k == 0, 0, low), np.where(k == n, 1, high)
    slack = 1e-12
    found = high <= threshold + slack if rate < threshold else low >= threshold - slack
    return {"power": float(stats.binom.pmf(k[found], n, rate).sum())}


def quantiles(c):
    return {"value": float(np.quantile(c["values"], c["q"])) / c["scale"]}


def noncentral(t, degrees, shift):
    """scipy's where it has one: for few degrees it knows none below 0."""
    value = float(stats.nct.cdf(t, degrees, shift))
    if not math.isnan(value):
        return value
    integrand = lambda s: stats.norm.cdf(t * s / math.sqrt(degrees) - shift) * stats.chi.pdf(s, degrees)
    return integrate.quad(integrand, 0, np.inf, epsabs=1e-13, epsrel=1e-12, limit=500)[0]


def distributions(c):
    return {
        "t": float(stats.t.ppf(c["p"], c["degrees"])),
        "noncentral": noncentral(c["t"], c["degrees"], c["shift"]),
        "beta": float(stats.beta.ppf(c["p"], c["a"], c["b"])),
    }


KINDS = {
    "Wilson, Clopper–Pearson": proportion,
    "clustered mean (CR2, Satterthwaite)": clustered_mean,
    "paired t": paired_t,
    "sign flips, exact": sign_flips,
    "McNemar's test": mcnemar_case,
    "Holm": holm,
    "bootstrap": bootstrap,
    "Rogan–Gladen": corrected,
    "power and size of a mean": powers,
    "power of a rate": rate_power,
    "quantile": quantiles,
    "distributions": distributions,
}

for line in sys.stdin:
    case = json.loads(line)
    print(json.dumps(KINDS[case["kind"]](case)), flush=False)
