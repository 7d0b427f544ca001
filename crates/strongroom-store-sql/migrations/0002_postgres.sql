CREATE TABLE usage_record (
    id TEXT COLLATE "C" PRIMARY KEY,
    version BIGINT NOT NULL,
    body TEXT NOT NULL,
    digest TEXT NOT NULL
);
