#!/bin/bash
# template.sh OUT.tar: empty PostgreSQL and MariaDB data directories, so that each server of a test
# starts from a copy in a fraction of a second instead of creating its own in several.
set -euo pipefail
out=$PWD/$1
need() { [ -x "$1" ] || { echo "no ${1:-initdb}: apt-get install $2" >&2; exit 1; }; }
initdb=$(ls -d /usr/lib/postgresql/*/bin/initdb 2>/dev/null | sort -V | tail -1)
need "$initdb" postgresql
need /usr/bin/mariadb-install-db mariadb-server

dir=$(mktemp -d /tmp/millpond-template.XXXXXX)
trap 'rm -rf "$dir"' EXIT
as=()
if [ "$(id -u)" = 0 ]; then # outside a sandbox that hides root, which both refuse
  chown nobody "$dir"
  as=(setpriv --reuid=nobody --regid="$(id -g nobody)" --clear-groups --)
fi
cd "$dir"
"${as[@]}" "$initdb" -D "$dir/postgres" -U postgres --auth-local=trust --auth-host=scram-sha-256 \
  --no-sync -E UTF8 --locale=C --wal-segsize=1 >"$dir/postgres.log" 2>&1 &
postgres=$!
"${as[@]}" /usr/bin/mariadb-install-db --no-defaults --datadir="$dir/mariadb" --skip-test-db \
  --auth-root-authentication-method=normal --innodb-log-file-size=4M >"$dir/mariadb.log" 2>&1 &
mariadb=$!
wait $postgres || { cat "$dir/postgres.log" >&2; exit 1; }
wait $mariadb || { cat "$dir/mariadb.log" >&2; exit 1; }
tar --owner=0 --group=0 -C "$dir" -cf "$out" postgres mariadb
