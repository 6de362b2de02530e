# Sourced by the other scripts: environments of Python for tools of pinned versions, below .build/venvs.
# shellcheck shell=bash

# ensure_venv NAME PACKAGE…: the environment has exactly what is asked for and what that needs.
ensure_venv() {
    local venv=$root/.build/venvs/$1 wanted="${*:2}"
    [ "$(cat "$venv/installed" 2>/dev/null || true)" != "$wanted" ] || return 0
    heading "install $wanted into ${venv#"$root"/}"
    rm -rf "$venv"
    python3 -m venv "$venv" && "$venv/bin/pip" -q --disable-pip-version-check install "${@:2}" ||
        fail "$wanted couldn't be installed: Python 3.10 or newer with venv, and PyPI, are needed"
    printf '%s\n' "$wanted" >"$venv/installed"
}
