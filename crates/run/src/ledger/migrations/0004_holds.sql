-- Jobs whose reports a person holds back.
CREATE TABLE holds (
    job    TEXT NOT NULL PRIMARY KEY,
    since  TEXT NOT NULL,
    reason TEXT NOT NULL
) STRICT;
