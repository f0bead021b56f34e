-- +goose Up
CREATE TABLE identity (
    n           INTEGER PRIMARY KEY CHECK (n = 1),
    origin      TEXT NOT NULL,
    key         TEXT NOT NULL,
    created_at  TEXT NOT NULL
) STRICT;

CREATE TABLE file (
    sha256      TEXT PRIMARY KEY,
    size        INTEGER NOT NULL,
    state       TEXT NOT NULL CHECK (state IN ('received', 'queued', 'running', 'done', 'partial', 'quarantined', 'rejected')),
    code        TEXT NOT NULL,
    reason      TEXT NOT NULL,
    attempts    INTEGER NOT NULL,
    received_at TEXT NOT NULL,
    changed_at  TEXT NOT NULL
) STRICT;
CREATE INDEX file_state ON file (state, received_at);

CREATE TABLE custody (
    id          TEXT PRIMARY KEY,
    file        TEXT NOT NULL REFERENCES file (sha256),
    name        TEXT NOT NULL,
    source      TEXT NOT NULL,
    received_at TEXT NOT NULL
) STRICT;
CREATE INDEX custody_file ON custody (file);

CREATE TABLE dossier (
    id          TEXT PRIMARY KEY,
    name        TEXT NOT NULL,
    first_seen  TEXT NOT NULL
) STRICT;
CREATE INDEX dossier_name ON dossier (name);

CREATE TABLE inspection (
    id          TEXT PRIMARY KEY,
    dossier     TEXT NOT NULL REFERENCES dossier (id),
    n           INTEGER NOT NULL,
    at          TEXT NOT NULL,
    checked_on  TEXT NOT NULL,
    class       TEXT NOT NULL,
    risk        REAL NOT NULL,
    program     TEXT NOT NULL,
    rules       TEXT NOT NULL,
    reference   TEXT NOT NULL,
    model       TEXT NOT NULL,
    evidence_sha256 TEXT NOT NULL,
    evidence    TEXT NOT NULL,
    UNIQUE (dossier, n)
) STRICT;

CREATE TABLE paper (
    inspection  TEXT NOT NULL REFERENCES inspection (id),
    n           INTEGER NOT NULL,
    id          TEXT NOT NULL,
    name        TEXT NOT NULL,
    file        TEXT NOT NULL REFERENCES file (sha256),
    pages       TEXT NOT NULL,
    type        TEXT NOT NULL,
    type_confidence REAL NOT NULL,
    status      TEXT NOT NULL,
    reason      TEXT NOT NULL,
    number      TEXT NOT NULL,
    date        TEXT NOT NULL,
    PRIMARY KEY (inspection, n)
) STRICT;
CREATE INDEX paper_id ON paper (id);
CREATE INDEX paper_number ON paper (number);

CREATE TABLE reading (
    inspection  TEXT NOT NULL REFERENCES inspection (id),
    n           INTEGER NOT NULL,
    paper       TEXT NOT NULL,
    path        TEXT NOT NULL,
    text        TEXT NOT NULL,
    value       TEXT NOT NULL,
    problem     TEXT NOT NULL,
    page        INTEGER NOT NULL,
    box         TEXT NOT NULL,
    confidence  REAL NOT NULL,
    reader      TEXT NOT NULL,
    restatement INTEGER NOT NULL,
    PRIMARY KEY (inspection, n)
) STRICT;
CREATE INDEX reading_value ON reading (path, value);

CREATE TABLE finding (
    inspection  TEXT NOT NULL REFERENCES inspection (id),
    n           INTEGER NOT NULL,
    id          TEXT NOT NULL,
    rule        TEXT NOT NULL,
    severity    TEXT NOT NULL,
    message     TEXT NOT NULL,
    doubtful    INTEGER NOT NULL,
    paper       TEXT NOT NULL,
    path        TEXT NOT NULL,
    page        INTEGER NOT NULL,
    detail      TEXT NOT NULL,
    PRIMARY KEY (inspection, n)
) STRICT;
CREATE INDEX finding_id ON finding (id);
CREATE INDEX finding_rule ON finding (rule, severity);

CREATE TABLE exhibit (
    inspection  TEXT NOT NULL REFERENCES inspection (id),
    n           INTEGER NOT NULL,
    sha256      TEXT NOT NULL,
    medium      TEXT NOT NULL,
    PRIMARY KEY (inspection, n)
) STRICT;

CREATE TABLE decision (
    id          TEXT PRIMARY KEY,
    dossier     TEXT NOT NULL REFERENCES dossier (id),
    inspection  TEXT NOT NULL REFERENCES inspection (id),
    finding     TEXT NOT NULL,
    verdict     TEXT NOT NULL CHECK (verdict IN ('confirmed', 'explained', 'misread')),
    by_whom     TEXT NOT NULL CHECK (by_whom <> ''),
    at          TEXT NOT NULL,
    note        TEXT NOT NULL,
    message     TEXT NOT NULL
) STRICT;
CREATE INDEX decision_dossier ON decision (dossier, finding);

CREATE TABLE ledger (
    seq         INTEGER PRIMARY KEY,
    kind        TEXT NOT NULL,
    subject     TEXT NOT NULL,
    data        TEXT NOT NULL
) STRICT;
CREATE INDEX ledger_subject ON ledger (subject, kind);

CREATE TABLE ledger_hash (
    i           INTEGER PRIMARY KEY,
    hash        TEXT NOT NULL
) STRICT;

CREATE TABLE checkpoint (
    size        INTEGER PRIMARY KEY,
    note        TEXT NOT NULL
) STRICT;

-- What has been recorded is never changed and never taken away.
-- +goose StatementBegin
CREATE TRIGGER identity_kept BEFORE UPDATE ON identity BEGIN SELECT RAISE(ABORT, 'identity is insert-only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER identity_there BEFORE DELETE ON identity BEGIN SELECT RAISE(ABORT, 'identity is insert-only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER file_there BEFORE DELETE ON file BEGIN SELECT RAISE(ABORT, 'a file is never dropped'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER custody_kept BEFORE UPDATE ON custody BEGIN SELECT RAISE(ABORT, 'custody is insert-only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER custody_there BEFORE DELETE ON custody BEGIN SELECT RAISE(ABORT, 'custody is insert-only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER dossier_kept BEFORE UPDATE ON dossier BEGIN SELECT RAISE(ABORT, 'dossier is insert-only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER dossier_there BEFORE DELETE ON dossier BEGIN SELECT RAISE(ABORT, 'dossier is insert-only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER inspection_kept BEFORE UPDATE ON inspection BEGIN SELECT RAISE(ABORT, 'inspection is insert-only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER inspection_there BEFORE DELETE ON inspection BEGIN SELECT RAISE(ABORT, 'inspection is insert-only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER paper_kept BEFORE UPDATE ON paper BEGIN SELECT RAISE(ABORT, 'paper is insert-only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER paper_there BEFORE DELETE ON paper BEGIN SELECT RAISE(ABORT, 'paper is insert-only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER reading_kept BEFORE UPDATE ON reading BEGIN SELECT RAISE(ABORT, 'reading is insert-only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER reading_there BEFORE DELETE ON reading BEGIN SELECT RAISE(ABORT, 'reading is insert-only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER finding_kept BEFORE UPDATE ON finding BEGIN SELECT RAISE(ABORT, 'finding is insert-only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER finding_there BEFORE DELETE ON finding BEGIN SELECT RAISE(ABORT, 'finding is insert-only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER exhibit_kept BEFORE UPDATE ON exhibit BEGIN SELECT RAISE(ABORT, 'exhibit is insert-only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER exhibit_there BEFORE DELETE ON exhibit BEGIN SELECT RAISE(ABORT, 'exhibit is insert-only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER decision_kept BEFORE UPDATE ON decision BEGIN SELECT RAISE(ABORT, 'decision is insert-only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER decision_there BEFORE DELETE ON decision BEGIN SELECT RAISE(ABORT, 'decision is insert-only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER ledger_kept BEFORE UPDATE ON ledger BEGIN SELECT RAISE(ABORT, 'ledger is insert-only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER ledger_there BEFORE DELETE ON ledger BEGIN SELECT RAISE(ABORT, 'ledger is insert-only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER ledger_hash_kept BEFORE UPDATE ON ledger_hash BEGIN SELECT RAISE(ABORT, 'ledger_hash is insert-only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER ledger_hash_there BEFORE DELETE ON ledger_hash BEGIN SELECT RAISE(ABORT, 'ledger_hash is insert-only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER checkpoint_kept BEFORE UPDATE ON checkpoint BEGIN SELECT RAISE(ABORT, 'checkpoint is insert-only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER checkpoint_there BEFORE DELETE ON checkpoint BEGIN SELECT RAISE(ABORT, 'checkpoint is insert-only'); END;
-- +goose StatementEnd
