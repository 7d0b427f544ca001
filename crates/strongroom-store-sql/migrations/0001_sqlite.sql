CREATE TABLE audit_head (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    length INTEGER NOT NULL,
    digest TEXT NOT NULL,
    root TEXT NOT NULL,
    latest INTEGER NOT NULL
) STRICT;
INSERT INTO audit_head (one, length, digest, root, latest) VALUES (
    1,
    0,
    '0000000000000000000000000000000000000000000000000000000000000000',
    'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    -9223372036854775807
);
CREATE TABLE audit_entry (
    sequence INTEGER PRIMARY KEY,
    line TEXT NOT NULL
) STRICT;
CREATE TABLE audit_tile (
    id INTEGER PRIMARY KEY,
    hashes BLOB NOT NULL
) STRICT;
CREATE TABLE person (
    id TEXT PRIMARY KEY,
    version INTEGER NOT NULL,
    email TEXT NOT NULL UNIQUE,
    body TEXT NOT NULL,
    digest TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE workspace (
    id TEXT PRIMARY KEY,
    version INTEGER NOT NULL,
    body TEXT NOT NULL,
    digest TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE workspace_member (
    person TEXT NOT NULL,
    workspace TEXT NOT NULL REFERENCES workspace (id),
    PRIMARY KEY (person, workspace)
) STRICT, WITHOUT ROWID;
CREATE INDEX workspace_member_by_workspace ON workspace_member (workspace);
