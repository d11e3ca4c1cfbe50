-- Version 2. Journals of this version are out there: a change is a new file, never an edit of this one.

-- Public keys that ever signed here, in the order in which they came. A record names its key by the fingerprint.
CREATE TABLE keys (
    place       INTEGER PRIMARY KEY,
    fingerprint TEXT NOT NULL UNIQUE,
    public      TEXT NOT NULL
) STRICT;

-- What the key says of the record's hash; null in records that were written before version 2.
ALTER TABLE events ADD COLUMN key TEXT;
ALTER TABLE events ADD COLUMN signature TEXT;

CREATE TRIGGER keys_are_never_changed BEFORE UPDATE ON keys BEGIN
    SELECT RAISE(ABORT, 'keys are never changed');
END;

CREATE TRIGGER keys_are_never_deleted BEFORE DELETE ON keys BEGIN
    SELECT RAISE(ABORT, 'keys are never deleted');
END;
