"""Computes the coefficients of exp and log in sim/math.hpp again, and checks that they are the ones written there.

Needs mpmath; run by hand from the root of the project: python tests/unit/sim/coefficients.py
Method: Remez exchange on the interval that is left after the exponent is taken out, with the weight that makes the
relative error of the whole function even. Prints the largest error of the polynomial alone, before rounding.
"""
import pathlib
import sys

from mpmath import atanh, cos, exp, log, lu_solve, matrix, mp, mpf, nstr, pi, sqrt

mp.dps = 50


def remez(function, weight, low, high, degree, rounds=12):
    """Polynomial that minimises the largest |weight (function - polynomial)|: (coefficients, that error)."""
    points = degree + 2
    at = [(low + high) / 2 - (high - low) / 2 * cos(pi * k / (points - 1)) for k in range(points)]
    for _ in range(rounds):
        system, right = matrix(points, points), matrix(points, 1)
        for i, x in enumerate(at):
            for j in range(degree + 1):
                system[i, j] = x**j
            system[i, degree + 1] = (-1) ** i / weight(x)
            right[i] = function(x)
        found = lu_solve(system, right)[: degree + 1]
        grid = [low + (high - low) * mpf(k) / 2000 for k in range(2001)]
        errors = [weight(x) * (function(x) - sum(c * x**j for j, c in enumerate(found))) for x in grid]
        extremes = one_extreme_per_sign(grid, errors)
        if len(extremes) != points:
            break
        at = extremes
    return found, max(abs(error) for error in errors)


def one_extreme_per_sign(grid, errors):
    extremes, start = [], 0
    for k in range(1, len(grid) + 1):
        if k == len(grid) or (errors[k] > 0) != (errors[start] > 0):
            extremes.append(grid[max(range(start, k), key=lambda i: abs(errors[i]))])
            start = k
    return extremes


def exp_rest(r):
    """q of exp(r) = 1 + r + r^2 / 2 + r^3 q(r)."""
    return (exp(r) - 1 - r - r * r / 2) / r**3 if abs(r) > mpf(10) ** -8 else mpf(1) / 6 + r / 24 + r * r / 120


def log_rest(z):
    """q of log((1 + s) / (1 - s)) = 2 s + s z q(z), z = s^2."""
    return (2 * atanh(sqrt(z)) / sqrt(z) - 2) / z if z > mpf(10) ** -8 else mpf(2) / 3 + 2 * z / 5 + 2 * z * z / 7


def main():
    wider = 1 + mpf(2) ** -20  # rounding may step a little over the ends
    half = log(2) / 2 * wider
    top = ((sqrt(2) - 1) / (sqrt(2) + 1)) ** 2 * wider
    fits = {
        "exp": remez(exp_rest, lambda r: abs(r) ** 3 / exp(r) + mpf(10) ** -12, -half, half, 8),
        "log": remez(log_rest, lambda z: z / 2 + mpf(10) ** -6, mpf(0), top, 6),
    }
    written = pathlib.Path("sim/math.hpp").read_text(encoding="utf-8")
    missing = 0
    for name, (coefficients, error) in fits.items():
        print(f"{name}: largest relative error of the polynomial {nstr(error, 3)}")
        for power, coefficient in enumerate(coefficients):
            literal = float(coefficient).hex()
            missing += literal not in written
            print(f"  [{power}] {literal}{'' if literal in written else '  NOT in sim/math.hpp'}")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
