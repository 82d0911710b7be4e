#!/usr/bin/env bash
# SQLite: an upsert whose conflict target is exactly the columns of a UNIQUE constraint is refused when one of them is
# the INTEGER PRIMARY KEY. A foreign key to the same columns finds the constraint. Without the alias both work.
# Exits 0 while SQLite behaves so, 1 when it does not any more.
set -uo pipefail

command -v sqlite3 >/dev/null || { echo 'sqlite3 is missing: apt-get install sqlite3'; exit 1; }
echo "sqlite3 $(sqlite3 --version | cut -d' ' -f1)"

run() { sqlite3 -batch :memory: "$1" 2>&1; }
UPSERT="INSERT INTO job VALUES (1, 1, 'a'); INSERT INTO job VALUES (1, 1, 'b') ON CONFLICT (tenant, id) DO UPDATE SET note = excluded.note; SELECT note FROM job;"

alias=$(run "CREATE TABLE job (tenant integer NOT NULL, id integer PRIMARY KEY, note text, UNIQUE (tenant, id)); $UPSERT")
plain=$(run "CREATE TABLE job (tenant integer NOT NULL, id integer NOT NULL, note text, UNIQUE (tenant, id)); $UPSERT")
child=$(run "PRAGMA foreign_keys = ON; CREATE TABLE job (tenant integer NOT NULL, id integer PRIMARY KEY, UNIQUE (tenant, id));
  CREATE TABLE task (tenant integer, job integer, FOREIGN KEY (tenant, job) REFERENCES job (tenant, id));
  INSERT INTO job VALUES (1, 1); INSERT INTO task VALUES (1, 1); SELECT 'accepted';")

echo "upsert, id is the INTEGER PRIMARY KEY: $alias"
echo "upsert, id is any column:              $plain"
echo "foreign key to (tenant, id):           $child"

grep -q 'ON CONFLICT clause does not match any PRIMARY KEY or UNIQUE constraint' <<<"$alias" &&
  [[ $plain == b && $child == accepted ]]
