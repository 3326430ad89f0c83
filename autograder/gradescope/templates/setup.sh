#!/usr/bin/env bash
# Prepare Gradescope's image: run once, as root, while it is built. Everything that needs a network is done here, so
# that grading works without one. The image's own python3 is never touched: Gradescope's harness runs on it.
set -euo pipefail
umask 022
export DEBIAN_FRONTEND=noninteractive

SOURCE=${SOURCE:-/autograder/source}
PLACE=${PLACE:-/opt/async-autograder}

say() { printf 'setup: %s\n' "$*"; }

# An interpreter that is new enough, a final release, and can make a virtual environment.
is_usable() {
    "$1" -I -c '
import sys, ensurepip, venv
sys.exit(not (sys.version_info >= (3, 11) and (sys.version_info.releaselevel == "final" or len(sys.argv) > 1)))
' "${@:2}" 2>/dev/null
}

find_installed() {
    local name path
    for name in python3.14 python3.13 python3.12 python3.11; do
        path=$(command -v "$name") || continue
        if is_usable "$path" "$@"; then
            PYTHON=$path
            return 0
        fi
    done
    return 1
}

install_with_apt() {
    local name
    command -v apt-get >/dev/null || return 1
    apt-get update -qq || true
    for name in python3.13 python3.12 python3.11; do
        apt-get install -y -qq --no-install-recommends "$name" "$name-venv" >/dev/null 2>&1 || continue
        find_installed && return 0
        say "$name of this image's packages is no final release: looking for another one"
    done
    return 1
}

install_with_uv() {
    local uv=$PLACE/uv
    command -v python3 >/dev/null || return 1
    python3 -m pip install --quiet --target "$uv" 'uv>=0.8' || return 1
    # Where every user may read it: the jail's users do.
    export UV_PYTHON_INSTALL_DIR=$PLACE/python UV_PYTHON_PREFERENCE=only-managed
    "$uv/bin/uv" python install --quiet 3.13 || return 1
    PYTHON=$("$uv/bin/uv" python find 3.13) && is_usable "$PYTHON"
}

PYTHON=
mkdir -p "$PLACE"
if ! find_installed && ! install_with_apt && ! install_with_uv && ! find_installed --any-release; then
    say "no Python 3.11 or newer can be had here: neither is one installed, nor do apt-get or uv find one."
    say "Choose a newer base image in the assignment's settings, and upload the zip again."
    exit 1
fi
say "grading with $PYTHON ($("$PYTHON" -V))"

"$PYTHON" -m venv --clear "$PLACE/venv"
pip() { "$PLACE/venv/bin/python" -m pip --disable-pip-version-check --quiet "$@"; }
pip install --only-binary :all: --require-hashes -r "$SOURCE/requirements.txt"
pip install --no-deps --no-index "$SOURCE"/wheels/*.whl

# Hidden tests are for root alone. Student code runs under another user id, and in a jail besides.
chown -R 0:0 "$SOURCE"
chmod -R u=rwX,go= "$SOURCE"
VERSION=$("$PLACE/venv/bin/python" -P -m autograder --version)
say "done: $VERSION"
