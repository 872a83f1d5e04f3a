#!/usr/bin/env bash
# Run once, when the volume is new: a role and a database for each service, closed to every other role.
# Passwords are read from the files of /run/secrets, which bear the roles' names.
set -euo pipefail

for service in posts comments moderation query; do
  psql --quiet --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname postgres \
    --set service="$service" --set password="$(<"/run/secrets/$service")" <<'SQL'
CREATE ROLE :"service" LOGIN PASSWORD :'password';
CREATE DATABASE :"service" OWNER :"service";
REVOKE ALL ON DATABASE :"service" FROM PUBLIC;
SQL
done

# Nobody's database is nobody's meeting place.
psql --quiet --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname postgres <<'SQL'
REVOKE ALL ON DATABASE postgres, template1 FROM PUBLIC;
SQL
