#!/usr/bin/env bash
# Times the full model as a NumPy user would write it beside hybridcare itself (README.md), on one core.
# Usage: tests/benchmark/numpy_full/run.sh [--quick]. Prints a table and writes .build/bench/numpy_full.json.
# PYTHON: an interpreter with the package hybridcare; by default that of .venv, which `make setup` makes.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cd "$here/../../.."
python=${PYTHON:-.venv/bin/python}
if ! "$python" -c 'import hybridcare.core' 2>/dev/null; then
  echo "The package hybridcare is not there for $python; run make setup first." >&2
  exit 2
fi
mkdir -p .build/bench
export PYTHONPATH=$here/..:$here/../..${PYTHONPATH:+:$PYTHONPATH} PYTHONDONTWRITEBYTECODE=1
export OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1
"$python" -m numpy_full.timing --out .build/bench/numpy_full.json "$@"
