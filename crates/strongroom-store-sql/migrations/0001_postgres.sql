CREATE TABLE audit_head (
    one BIGINT PRIMARY KEY CHECK (one = 1),
    length BIGINT NOT NULL,
    digest TEXT NOT NULL,
    root TEXT NOT NULL,
    latest BIGINT NOT NULL
) WITH (fillfactor = 10);
INSERT INTO audit_head (one, length, digest, root, latest) VALUES (
    1,
    0,
    '0000000000000000000000000000000000000000000000000000000000000000',
    'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    -9223372036854775807
);
CREATE TABLE audit_entry (
    sequence BIGINT PRIMARY KEY,
    line TEXT NOT NULL
);
CREATE TABLE audit_tile (
    id BIGINT PRIMARY KEY,
    hashes BYTEA NOT NULL
);
CREATE TABLE person (
    id TEXT COLLATE "C" PRIMARY KEY,
    version BIGINT NOT NULL,
    email TEXT COLLATE "C" NOT NULL UNIQUE,
    body TEXT NOT NULL,
    digest TEXT NOT NULL
);
CREATE TABLE workspace (
    id TEXT COLLATE "C" PRIMARY KEY,
    version BIGINT NOT NULL,
    body TEXT NOT NULL,
    digest TEXT NOT NULL
);
CREATE TABLE workspace_member (
    person TEXT COLLATE "C" NOT NULL,
    workspace TEXT COLLATE "C" NOT NULL REFERENCES workspace (id),
    PRIMARY KEY (person, workspace)
);
CREATE INDEX workspace_member_by_workspace ON workspace_member (workspace);
