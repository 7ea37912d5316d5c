-- Consent that was taken back. The lead is deleted; what stays is the proof that there was consent, that it
-- ended, and when: a record without an answer in it. A lead that comes later under this key is refused.
CREATE TABLE withdrawals (
    lead_key       TEXT   NOT NULL PRIMARY KEY,        -- the lead's idempotency key
    consent_id     TEXT   NOT NULL,
    consent_sha256 TEXT   NOT NULL,                    -- of the record, over canonical JSON (RFC 8785)
    consent        BLOB,                               -- the record; none where the lead was never here
    lead_id        TEXT,                               -- the same
    withdrawn_at   BIGINT NOT NULL,                    -- ms since 1970 UTC, by the visitor's clock
    received_at    BIGINT NOT NULL                     -- ms since 1970 UTC
);
