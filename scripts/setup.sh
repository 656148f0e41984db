#!/bin/sh
# Sets up .venv in this folder: `scripts/setup.sh runtime` or `scripts/setup.sh dev`.
# One line a step; what pip says goes to .venv/setup.log and is shown only when it fails (V=1: always shown).
set -eu

wanted=${1:-runtime}
log=.venv/setup.log
asked=${PYTHON:-}
candidates="python3.13 python3.12 python3.11 python3"

fail() {
    printf 'error: %s\n' "$*" >&2
    exit 1
}

say() {
    printf 'setup: %s\n' "$*"
}

version() { # the version of an interpreter, nothing if it does not run
    "$1" -c 'import sys; print("%d.%d.%d" % sys.version_info[:3])' 2>/dev/null || true
}

fits() {
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1
}

quietly() { # runs a command with its output in the log
    if [ -n "${V:-}" ]; then
        "$@"
    else
        "$@" >>"$log" 2>&1
    fi
}

broken() { # the end of the log, then one sentence
    if [ -z "${V:-}" ]; then
        printf 'The end of %s:\n' "$log" >&2
        { grep '^ERROR' "$log" || grep -v '^ *$' "$log" || true; } | tail -n 3 | cut -c 1-200 | sed 's/^/  | /' >&2
    fi
    fail "$*"
}

choose() { # sets $python
    if [ -n "$asked" ]; then
        found=$(version "$asked")
        [ -n "$found" ] || fail "PYTHON=$asked is no Python that runs. Name a Python 3.11 or newer, or leave PYTHON out."
        fits "$asked" || fail "PYTHON=$asked is Python $found, and 3.11 or newer is needed. Name another one."
        python=$asked
        return
    fi
    for python in $candidates; do
        if fits "$python"; then
            return
        fi
    done
    found=$(version python3)
    fail "There is no Python 3.11 or newer on the PATH (python3 is ${found:-missing}). Install one, or name it: make demo PYTHON=/path/to/python3"
}

make_venv() {
    if [ -x .venv/bin/python ] && fits .venv/bin/python && .venv/bin/python -m pip --version >/dev/null 2>&1; then
        return
    fi
    choose
    rm -rf .venv
    mkdir -p .venv
    say "making .venv with Python $(version "$python")"
    quietly "$python" -m venv .venv || {
        rm -rf .venv/bin
        broken "$python cannot make a virtual environment. On Debian and Ubuntu install python3-venv, then type the same command again."
    }
}

advice() {
    if grep -qi 'connection broken\|connection error\|timed out' "$log"; then
        echo "The download failed: check the network (or the proxy), then type the same command again."
    else
        echo "Check the network and the free space (1 GB), then type the same command again; all is in $log."
    fi
}

install() { # install LOCK...
    arguments=
    for lock in "$@"; do
        arguments="$arguments -r $lock"
    done
    # shellcheck disable=SC2086 # names of locks hold no blanks
    quietly .venv/bin/python -m pip install --no-input --disable-pip-version-check --progress-bar off \
        --no-deps --require-hashes $arguments ||
        broken "The packages of $1 could not be installed. $(advice)"
}

install_project() {
    quietly .venv/bin/python -m pip install --no-input --disable-pip-version-check --no-index --no-deps --no-build-isolation -e . ||
        broken "The project itself could not be installed into .venv. Remove .venv and type the same command again."
    # Where Python is told to write no byte code, each command would compile 200 modules.
    quietly .venv/bin/python -m compileall -q recommender || say "byte code could not be written; each command takes half a second more"
}

packages() {
    grep -c '^[A-Za-z0-9._-]*==' "$1"
}

for lock in requirements.lock requirements-dev.lock; do
    [ -s "$lock" ] || fail "$lock is missing. Get it back: git checkout $lock"
done
[ -z "$asked" ] || choose
make_venv
: >"$log"
if [ "$wanted" = dev ]; then
    say "installing the tools for tests from requirements-dev.lock ($(packages requirements-dev.lock) packages)"
    install requirements-dev.lock
else
    say "installing $(packages requirements.lock) packages from requirements.lock (900 MB on disk; takes a few minutes)"
    # What builds the project itself stands in the other lock: one entry of it, with its hashes.
    awk '/^setuptools==/ { on = 1 } on { print; if ($0 !~ /\\$/) exit }' requirements-dev.lock >.venv/build.lock
    install requirements.lock .venv/build.lock
    install_project
fi
