"""What tests stand on: one database cluster a run, a migrated database a worker, real servers, a browser."""
