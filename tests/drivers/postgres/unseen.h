// What `reset = "auto"` does not see of a PostgreSQL session, as docs/postgres.md lists it, and
// what the examples there need.
//
// Constant data; safe from any thread.
//
//   server.sql(kUnseenSchema);
//   for (const Unseen& unseen : kUnseen) { execute(connection, unseen.statement); … }
#pragma once

#include <ostream>

namespace millpond::drivers {

struct Unseen {
  const char* statement;  // as docs/postgres.md has it
  const char* trace;      // a condition that holds while the session keeps what it left
};

// How GoogleTest names one.
inline void PrintTo(const Unseen& unseen, std::ostream* out) {
  *out << unseen.statement;
}

inline constexpr char kElsewhere[] = "current_setting('search_path') = 'elsewhere'";
inline constexpr char kLocked[] =
    "exists (select from pg_locks where locktype = 'advisory' and pid = pg_backend_pid())";
inline constexpr char kScratch[] = "to_regclass('pg_temp.scratch') is not null";
inline constexpr char kLastValue[] = "has_last_value()";

inline constexpr Unseen kUnseen[] = {
    {"SELECT set_config('search_path', 'elsewhere', false)", kElsewhere},
    {"UPDATE pg_settings SET setting = 'elsewhere' WHERE name = 'search_path'", kElsewhere},
    {"SELECT set_config('role', 'auditor', false)", "current_user = 'auditor'"},
    {"SELECT pg_advisory_lock(7)", kLocked},
    {"SELECT pg_try_advisory_lock_shared(7)", kLocked},
    {"SELECT pg_advisory_lock(7), 1 / (random() * 0)", kLocked},
    {"SELECT nextval('orders_id_seq')", kLastValue},
    {"INSERT INTO orders DEFAULT VALUES", kLastValue},
    {"EXPLAIN ANALYZE CREATE TEMP TABLE scratch AS SELECT 1", kScratch},
    {"SELECT makes_table()", kScratch},
    {"SELECT listens()", "exists (select from pg_listening_channels())"},
    {"SELECT declares()", "exists (select from pg_cursors where is_holdable)"},
    {"SELECT prepares()", "exists (select from pg_prepared_statements)"},
    {"INSERT INTO watched VALUES (1)", kElsewhere},
};

inline constexpr char kUnseenSchema[] = R"sql(
create role auditor; grant auditor to millpond;
create table orders(id serial); create table watched(n int);
create function makes_table() returns int language sql as
  'create temp table scratch(); select 1';
create function listens() returns int language sql as 'listen news; select 1';
create function declares() returns int language plpgsql as
  $$ begin execute 'declare c cursor with hold for select 1'; return 1; end $$;
create function prepares() returns int language plpgsql as
  $$ begin execute 'prepare p as select 1'; return 1; end $$;
create function sets() returns trigger language plpgsql as
  $$ begin perform set_config('search_path', 'elsewhere', false); return new; end $$;
create trigger t before insert on watched for each row execute function sets();
create function has_last_value() returns bool language plpgsql as
  $$ begin perform lastval(); return true;
     exception when object_not_in_prerequisite_state then return false; end $$;
grant all on all tables in schema public to public;
grant all on all sequences in schema public to public;
)sql";

}  // namespace millpond::drivers
