#!/usr/bin/env bash
# npm: `npm ci --omit=dev` installs a development package that a production package names as an optional peer. An image of
# an application with valibot and typescript in devDependencies then contains the compiler. The lock file marks the package
# as devOptional: npm leaves it out only with --omit=optional as well.
#
# Installs pinned packages in a temporary folder. Exits with 1 when the behaviour is another one.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
cat > package.json <<'JSON'
{ "private": true, "dependencies": { "valibot": "1.1.0" }, "devDependencies": { "typescript": "5.8.3", "semver": "7.7.2" } }
JSON
npm install --package-lock-only --no-audit --no-fund --silent

unexpected=0
expect() {
  echo "$1: $2"
  if [ "$2" != "$3" ]; then echo "  expected $3"; unexpected=1; fi
}
installed() {
  npm ci --no-audit --no-fund --silent "$@"
  (cd node_modules && echo *)
}
echo "npm $(npm --version)"
expect '--omit=dev' "$(installed --omit=dev)" 'typescript valibot'
expect '--omit=dev --omit=optional' "$(installed --omit=dev --omit=optional)" 'valibot'
exit "$unexpected"
