-- Runs. `record` is the whole RunRecord as JSON; the columns beside it are what is searched.
CREATE TABLE runs (
    run     TEXT NOT NULL PRIMARY KEY,
    job     TEXT NOT NULL,
    as_of   TEXT NOT NULL,
    started TEXT NOT NULL,
    outcome TEXT NOT NULL,
    -- The stage that was entered last; tells where a run that died had got to.
    stage   TEXT,
    record  TEXT NOT NULL
) STRICT;

CREATE INDEX runs_by_job ON runs (job, started);
