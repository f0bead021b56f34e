-- +goose Up
CREATE TABLE identity (
    n           BIGINT PRIMARY KEY CHECK (n = 1),
    origin      TEXT COLLATE "C" NOT NULL,
    key         TEXT COLLATE "C" NOT NULL,
    created_at  TEXT COLLATE "C" NOT NULL
);

CREATE TABLE file (
    sha256      TEXT COLLATE "C" PRIMARY KEY,
    size        BIGINT NOT NULL,
    state       TEXT COLLATE "C" NOT NULL CHECK (state IN ('received', 'queued', 'running', 'done', 'partial', 'quarantined', 'rejected')),
    code        TEXT COLLATE "C" NOT NULL,
    reason      TEXT COLLATE "C" NOT NULL,
    attempts    BIGINT NOT NULL,
    received_at TEXT COLLATE "C" NOT NULL,
    changed_at  TEXT COLLATE "C" NOT NULL
);
CREATE INDEX file_state ON file (state, received_at);

CREATE TABLE custody (
    id          TEXT COLLATE "C" PRIMARY KEY,
    file        TEXT COLLATE "C" NOT NULL REFERENCES file (sha256),
    name        TEXT COLLATE "C" NOT NULL,
    source      TEXT COLLATE "C" NOT NULL,
    received_at TEXT COLLATE "C" NOT NULL
);
CREATE INDEX custody_file ON custody (file);

CREATE TABLE dossier (
    id          TEXT COLLATE "C" PRIMARY KEY,
    name        TEXT COLLATE "C" NOT NULL,
    first_seen  TEXT COLLATE "C" NOT NULL
);
CREATE INDEX dossier_name ON dossier (name);

CREATE TABLE inspection (
    id          TEXT COLLATE "C" PRIMARY KEY,
    dossier     TEXT COLLATE "C" NOT NULL REFERENCES dossier (id),
    n           BIGINT NOT NULL,
    at          TEXT COLLATE "C" NOT NULL,
    checked_on  TEXT COLLATE "C" NOT NULL,
    class       TEXT COLLATE "C" NOT NULL,
    risk        DOUBLE PRECISION NOT NULL,
    program     TEXT COLLATE "C" NOT NULL,
    rules       TEXT COLLATE "C" NOT NULL,
    reference   TEXT COLLATE "C" NOT NULL,
    model       TEXT COLLATE "C" NOT NULL,
    evidence_sha256 TEXT COLLATE "C" NOT NULL,
    evidence    TEXT COLLATE "C" NOT NULL,
    UNIQUE (dossier, n)
);

CREATE TABLE paper (
    inspection  TEXT COLLATE "C" NOT NULL REFERENCES inspection (id),
    n           BIGINT NOT NULL,
    id          TEXT COLLATE "C" NOT NULL,
    name        TEXT COLLATE "C" NOT NULL,
    file        TEXT COLLATE "C" NOT NULL REFERENCES file (sha256),
    pages       TEXT COLLATE "C" NOT NULL,
    type        TEXT COLLATE "C" NOT NULL,
    type_confidence DOUBLE PRECISION NOT NULL,
    status      TEXT COLLATE "C" NOT NULL,
    reason      TEXT COLLATE "C" NOT NULL,
    number      TEXT COLLATE "C" NOT NULL,
    date        TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (inspection, n)
);
CREATE INDEX paper_id ON paper (id);
CREATE INDEX paper_number ON paper (number);

CREATE TABLE reading (
    inspection  TEXT COLLATE "C" NOT NULL REFERENCES inspection (id),
    n           BIGINT NOT NULL,
    paper       TEXT COLLATE "C" NOT NULL,
    path        TEXT COLLATE "C" NOT NULL,
    text        TEXT COLLATE "C" NOT NULL,
    value       TEXT COLLATE "C" NOT NULL,
    problem     TEXT COLLATE "C" NOT NULL,
    page        BIGINT NOT NULL,
    box         TEXT COLLATE "C" NOT NULL,
    confidence  DOUBLE PRECISION NOT NULL,
    reader      TEXT COLLATE "C" NOT NULL,
    restatement BIGINT NOT NULL,
    PRIMARY KEY (inspection, n)
);
CREATE INDEX reading_value ON reading (path, value);

CREATE TABLE finding (
    inspection  TEXT COLLATE "C" NOT NULL REFERENCES inspection (id),
    n           BIGINT NOT NULL,
    id          TEXT COLLATE "C" NOT NULL,
    rule        TEXT COLLATE "C" NOT NULL,
    severity    TEXT COLLATE "C" NOT NULL,
    message     TEXT COLLATE "C" NOT NULL,
    doubtful    BIGINT NOT NULL,
    paper       TEXT COLLATE "C" NOT NULL,
    path        TEXT COLLATE "C" NOT NULL,
    page        BIGINT NOT NULL,
    detail      TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (inspection, n)
);
CREATE INDEX finding_id ON finding (id);
CREATE INDEX finding_rule ON finding (rule, severity);

CREATE TABLE exhibit (
    inspection  TEXT COLLATE "C" NOT NULL REFERENCES inspection (id),
    n           BIGINT NOT NULL,
    sha256      TEXT COLLATE "C" NOT NULL,
    medium      TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (inspection, n)
);

CREATE TABLE decision (
    id          TEXT COLLATE "C" PRIMARY KEY,
    dossier     TEXT COLLATE "C" NOT NULL REFERENCES dossier (id),
    inspection  TEXT COLLATE "C" NOT NULL REFERENCES inspection (id),
    finding     TEXT COLLATE "C" NOT NULL,
    verdict     TEXT COLLATE "C" NOT NULL CHECK (verdict IN ('confirmed', 'explained', 'misread')),
    by_whom     TEXT COLLATE "C" NOT NULL CHECK (by_whom <> ''),
    at          TEXT COLLATE "C" NOT NULL,
    note        TEXT COLLATE "C" NOT NULL,
    message     TEXT COLLATE "C" NOT NULL
);
CREATE INDEX decision_dossier ON decision (dossier, finding);

CREATE TABLE ledger (
    seq         BIGINT PRIMARY KEY,
    kind        TEXT COLLATE "C" NOT NULL,
    subject     TEXT COLLATE "C" NOT NULL,
    data        TEXT COLLATE "C" NOT NULL
);
CREATE INDEX ledger_subject ON ledger (subject, kind);

CREATE TABLE ledger_hash (
    i           BIGINT PRIMARY KEY,
    hash        TEXT COLLATE "C" NOT NULL
);

CREATE TABLE checkpoint (
    size        BIGINT PRIMARY KEY,
    note        TEXT COLLATE "C" NOT NULL
);

-- What has been recorded is never changed and never taken away.
-- +goose StatementBegin
CREATE FUNCTION kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is insert-only', TG_TABLE_NAME;
END
$$;
-- +goose StatementEnd
CREATE TRIGGER identity_kept BEFORE UPDATE OR DELETE ON identity FOR EACH ROW EXECUTE FUNCTION kept();
CREATE TRIGGER identity_there BEFORE TRUNCATE ON identity FOR EACH STATEMENT EXECUTE FUNCTION kept();
CREATE TRIGGER file_kept BEFORE DELETE ON file FOR EACH ROW EXECUTE FUNCTION kept();
CREATE TRIGGER file_there BEFORE TRUNCATE ON file FOR EACH STATEMENT EXECUTE FUNCTION kept();
CREATE TRIGGER custody_kept BEFORE UPDATE OR DELETE ON custody FOR EACH ROW EXECUTE FUNCTION kept();
CREATE TRIGGER custody_there BEFORE TRUNCATE ON custody FOR EACH STATEMENT EXECUTE FUNCTION kept();
CREATE TRIGGER dossier_kept BEFORE UPDATE OR DELETE ON dossier FOR EACH ROW EXECUTE FUNCTION kept();
CREATE TRIGGER dossier_there BEFORE TRUNCATE ON dossier FOR EACH STATEMENT EXECUTE FUNCTION kept();
CREATE TRIGGER inspection_kept BEFORE UPDATE OR DELETE ON inspection FOR EACH ROW EXECUTE FUNCTION kept();
CREATE TRIGGER inspection_there BEFORE TRUNCATE ON inspection FOR EACH STATEMENT EXECUTE FUNCTION kept();
CREATE TRIGGER paper_kept BEFORE UPDATE OR DELETE ON paper FOR EACH ROW EXECUTE FUNCTION kept();
CREATE TRIGGER paper_there BEFORE TRUNCATE ON paper FOR EACH STATEMENT EXECUTE FUNCTION kept();
CREATE TRIGGER reading_kept BEFORE UPDATE OR DELETE ON reading FOR EACH ROW EXECUTE FUNCTION kept();
CREATE TRIGGER reading_there BEFORE TRUNCATE ON reading FOR EACH STATEMENT EXECUTE FUNCTION kept();
CREATE TRIGGER finding_kept BEFORE UPDATE OR DELETE ON finding FOR EACH ROW EXECUTE FUNCTION kept();
CREATE TRIGGER finding_there BEFORE TRUNCATE ON finding FOR EACH STATEMENT EXECUTE FUNCTION kept();
CREATE TRIGGER exhibit_kept BEFORE UPDATE OR DELETE ON exhibit FOR EACH ROW EXECUTE FUNCTION kept();
CREATE TRIGGER exhibit_there BEFORE TRUNCATE ON exhibit FOR EACH STATEMENT EXECUTE FUNCTION kept();
CREATE TRIGGER decision_kept BEFORE UPDATE OR DELETE ON decision FOR EACH ROW EXECUTE FUNCTION kept();
CREATE TRIGGER decision_there BEFORE TRUNCATE ON decision FOR EACH STATEMENT EXECUTE FUNCTION kept();
CREATE TRIGGER ledger_kept BEFORE UPDATE OR DELETE ON ledger FOR EACH ROW EXECUTE FUNCTION kept();
CREATE TRIGGER ledger_there BEFORE TRUNCATE ON ledger FOR EACH STATEMENT EXECUTE FUNCTION kept();
CREATE TRIGGER ledger_hash_kept BEFORE UPDATE OR DELETE ON ledger_hash FOR EACH ROW EXECUTE FUNCTION kept();
CREATE TRIGGER ledger_hash_there BEFORE TRUNCATE ON ledger_hash FOR EACH STATEMENT EXECUTE FUNCTION kept();
CREATE TRIGGER checkpoint_kept BEFORE UPDATE OR DELETE ON checkpoint FOR EACH ROW EXECUTE FUNCTION kept();
CREATE TRIGGER checkpoint_there BEFORE TRUNCATE ON checkpoint FOR EACH STATEMENT EXECUTE FUNCTION kept();
