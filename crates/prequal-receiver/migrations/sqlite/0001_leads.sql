-- A lead as it was received. Only what lists are made from stands in columns of its own; all of them
-- were compared with the published flow before, so none holds text that a stranger chose.
CREATE TABLE leads (
    seq             INTEGER PRIMARY KEY AUTOINCREMENT, -- order of arrival; never used again after a deletion
    id              TEXT    NOT NULL UNIQUE,           -- random: tells nobody how many leads there are
    idempotency_key TEXT    NOT NULL UNIQUE,           -- one lead per key, also between two requests at once
    body_sha256     TEXT    NOT NULL,
    body            BLOB    NOT NULL,                  -- the bytes received; a text column may not hold U+0000
    flow_id         TEXT    NOT NULL,
    flow_sha256     TEXT    NOT NULL,
    stage           TEXT    NOT NULL,
    total           BIGINT  NOT NULL,
    received_at     BIGINT  NOT NULL                   -- ms since 1970, UTC
);

CREATE INDEX leads_by_stage ON leads (stage, seq);

-- What was refused: counted by day and code, so that nobody can fill the disk with it, and without
-- anything of the person it was about.
CREATE TABLE refusals (
    day          BIGINT NOT NULL,                      -- days since 1970, UTC
    code         TEXT   NOT NULL,
    count        BIGINT NOT NULL,
    last_reason  TEXT   NOT NULL,
    last_flow_id TEXT   NOT NULL,                      -- empty when it was not known
    last_at      BIGINT NOT NULL,
    PRIMARY KEY (day, code)
);
