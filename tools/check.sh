#!/usr/bin/env bash
# Types, lint, format, and whether the committed files that a program writes are up to date.
# In CI the work tree must be clean afterwards; elsewhere it must be as it was before.
set -euo pipefail
cd "$(dirname "$0")/.."

in_git() { git rev-parse --is-inside-work-tree > /dev/null; }

# One line for each file that git tracks or would track: the hash of its content, its name.
fingerprint() { git ls-files -z --cached --others --exclude-standard | xargs -0 sha256sum 2> /dev/null | sort -u -k 2 || true; }

step() {
  echo "check: $1"
  shift
  "$@"
}

before=''
if in_git; then before=$(fingerprint); elif [ "${CI:-}" = true ]; then exit 1; fi

# What is generated comes first, for the rest imports it. The build generates Prisma's client.
step 'schema.graphql' npm run --silent schema
step 'codegen' npm run --silent codegen
step 'examples' node tools/docs-types.mjs

# The linter takes as long as all that follows: it runs beside it and has its say at the end.
said=$(mktemp)
node_modules/.bin/eslint . > "$said" 2>&1 &
linter=$!
trap 'kill "$linter" 2> /dev/null || true; rm "$said"; exit 1' INT TERM
failed=''
step 'types' node_modules/.bin/tsc --noEmit || failed=yes
step 'format' node_modules/.bin/prettier --check --log-level warn . || failed=yes
echo 'check: lint'
wait "$linter" || failed=yes
cat "$said"
rm "$said"
if [ -n "$failed" ]; then exit 1; fi

if [ -z "$before" ]; then
  echo 'check: no git here, so nothing says whether the generated files are up to date'
  exit 0
fi
drifted=$({ diff <(echo "$before") <(fingerprint) || true; } | sed -n 's/^[<>] [0-9a-f]*  //p' | sort -u)
if [ "${CI:-}" = true ]; then drifted=$(git status --porcelain); fi
if [ -n "$drifted" ]; then
  echo 'check: these files are not as they are committed:'
  echo "$drifted"
  exit 1
fi
echo 'check: all is well'
