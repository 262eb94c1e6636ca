-- The job that a process is working on: one run of a job at a time.
CREATE TABLE slots (
    job     TEXT NOT NULL PRIMARY KEY,
    as_of   TEXT NOT NULL,
    run     TEXT NOT NULL UNIQUE,
    -- The process, as JSON; see process.rs.
    owner   TEXT NOT NULL,
    -- When the run last wrote anything, in seconds since 1970.
    touched INTEGER NOT NULL
) STRICT;
