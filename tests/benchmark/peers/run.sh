#!/usr/bin/env bash
# Compares hybridcare's engine with other libraries on a simplified client-week (README.md), on one core.
# Usage: tests/benchmark/peers/run.sh [--quick]. Installs the libraries into .build/bench/venv and nowhere else, builds
# the program `peers`, prints a table and writes .build/bench/peers.json.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cd "$here/../../.."
say() { printf '\033[1m==> %s\033[0m\n' "$*"; }
venv=.build/bench/venv
python=${PYTHON:-$([[ -x .venv/bin/python ]] && echo .venv/bin/python || echo python3)}

stamp=$({ cat "$here/requirements.txt"; "$python" -V; pwd; } | sha256sum | cut -d' ' -f1)
if [[ $(cat "$venv/stamp" 2>/dev/null) != "$stamp" ]]; then
  say "Installing the libraries to compare with ($("$python" -V), pinned, into $venv)"
  mkdir -p .build/bench
  rm -rf "$venv"
  "$python" -m venv "$venv"
  "$venv/bin/python" -m pip install -q --disable-pip-version-check --no-input -r "$here/requirements.txt"
  echo "$stamp" >"$venv/stamp"
fi

if [[ ! -e .build/release/build.ninja ]]; then
  echo "There is no release build; run make bench first." >&2
  exit 2
fi
if ! cmake --build .build/release --target peers >.build/bench/build.log 2>&1; then
  tail -n 40 .build/bench/build.log >&2
  exit 1
fi

say "Comparing (in CPU seconds of one core)"
export PYTHONPATH=$here/.. PYTHONDONTWRITEBYTECODE=1
export MPLCONFIGDIR=$PWD/.build/bench/matplotlib STARSIM_INSTALL_FONTS=0 STARSIM_VERBOSE=0  # nothing outside .build
export OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 NUMBA_NUM_THREADS=1
"$venv/bin/python" -m peers.compare --out .build/bench/peers.json "$@"
