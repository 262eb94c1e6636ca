-- Receipts, one for each delivery; the key is what makes two deliveries the same.
CREATE TABLE receipts (
    job       TEXT NOT NULL,
    as_of     TEXT NOT NULL,
    kind      TEXT NOT NULL,
    channel   TEXT NOT NULL,
    recipient TEXT NOT NULL,
    revision  INTEGER NOT NULL,
    state     TEXT NOT NULL,
    run       TEXT NOT NULL,
    receipt   TEXT NOT NULL,
    PRIMARY KEY (job, as_of, kind, channel, recipient, revision)
) STRICT;
