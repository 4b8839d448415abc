"""The one place that imports the compiled module, so that its absence is explained once and kindly."""

from __future__ import annotations

try:
    from hybridcare._core import (
        CLIENT_BYTES,
        DRAW_TABLE_VERSION,
        Cancelled,
        ConfigError,
        Experiment,
        PointRuns,
        Profile,
        Results,
        RowStream,
        Screening,
        Table,
        build_info,
        default_cultures,
        estimate_bytes,
        fields,
        guard_variables,
        mechanisms,
        phases,
        read,
        run_points,
        schema,
        screen,
        screen_size,
        service_intake,
        shapley,
        state_variables,
        study,
    )
except ImportError as error:  # not built, or built for another Python
    raise ImportError(
        f"the compiled part of hybridcare cannot be loaded ({error}); "
        "install the package with `pip install .` in its source folder, or run `make demo`, with this same Python"
    ) from error

__all__ = [
    "CLIENT_BYTES",
    "DRAW_TABLE_VERSION",
    "Cancelled",
    "ConfigError",
    "Experiment",
    "PointRuns",
    "Profile",
    "Results",
    "RowStream",
    "Screening",
    "Table",
    "build_info",
    "default_cultures",
    "estimate_bytes",
    "fields",
    "guard_variables",
    "mechanisms",
    "phases",
    "read",
    "run_points",
    "schema",
    "screen",
    "screen_size",
    "service_intake",
    "shapley",
    "state_variables",
    "study",
]
