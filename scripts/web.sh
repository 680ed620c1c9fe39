#!/usr/bin/env bash
# Builds the console into web/dist. Its packages are installed when package-lock.json
# is another than the one they were installed from; `web.sh packages` does that alone.
set -euo pipefail
cd "$(dirname "$0")/../web"

installed=node_modules/.package-lock.sum
wanted=$(sha256sum <package-lock.json)
if [ "$(cat "$installed" 2>/dev/null)" != "$wanted" ]; then
  npm ci --no-audit --no-fund --loglevel=error
  echo "$wanted" >"$installed"
fi
[ "${1:-}" = packages ] || npm run --silent build
