-- Version 1. Journals of this version are out there: a change is a new file, never an edit of this one.

-- The last event of each case, written in the same transaction as the event itself: a chain that was cut at its end is
-- whole in itself, and only this tells.
CREATE TABLE heads (
    place   INTEGER PRIMARY KEY,
    case_id TEXT    NOT NULL UNIQUE,
    seq     INTEGER NOT NULL CHECK (seq >= 1),
    hash    TEXT    NOT NULL
) STRICT;

CREATE TABLE events (
    case_id TEXT    NOT NULL REFERENCES heads (case_id),
    seq     INTEGER NOT NULL CHECK (seq >= 1),
    at      TEXT    NOT NULL,
    actor   TEXT    NOT NULL,
    version INTEGER NOT NULL,
    event   TEXT    NOT NULL,
    body    TEXT    NOT NULL,
    prev    TEXT    NOT NULL,
    hash    TEXT    NOT NULL,
    PRIMARY KEY (case_id, seq)
) STRICT;

-- The last number given out for a case of each year.
CREATE TABLE case_numbers (
    year INTEGER PRIMARY KEY,
    last INTEGER NOT NULL CHECK (last >= 1)
) STRICT;

CREATE TRIGGER events_are_never_changed BEFORE UPDATE ON events BEGIN
    SELECT RAISE(ABORT, 'events are never changed');
END;

CREATE TRIGGER events_are_never_deleted BEFORE DELETE ON events BEGIN
    SELECT RAISE(ABORT, 'events are never deleted');
END;

CREATE TRIGGER heads_only_move_on BEFORE UPDATE ON heads
WHEN NEW.case_id IS NOT OLD.case_id OR NEW.place IS NOT OLD.place OR NEW.seq IS NOT OLD.seq + 1 BEGIN
    SELECT RAISE(ABORT, 'the head of a case moves by one event at a time');
END;

CREATE TRIGGER heads_are_never_deleted BEFORE DELETE ON heads BEGIN
    SELECT RAISE(ABORT, 'the head of a case is never deleted');
END;

CREATE TRIGGER case_numbers_only_grow BEFORE UPDATE ON case_numbers
WHEN NEW.year IS NOT OLD.year OR NEW.last <= OLD.last BEGIN
    SELECT RAISE(ABORT, 'a case number is never given out twice');
END;

CREATE TRIGGER case_numbers_are_never_deleted BEFORE DELETE ON case_numbers BEGIN
    SELECT RAISE(ABORT, 'a case number is never given out twice');
END;
