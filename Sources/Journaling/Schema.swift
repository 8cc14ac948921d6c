import GRDB

/// The journal's tables, and how older files become current ones.
enum Schema {
    /// The migrations in order; a published one is never edited, only followed by another.
    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1 runs, records, memory, outbox") { database in
            try database.execute(sql: runs + records + outbox)
            for table in ["run_event", "record", "alert", "delivery"] {
                try makeAppendOnly(table, database)
            }
        }
        migrator.registerMigration("2 what alerts are about") { database in
            try database.execute(sql: subjects)
        }
        migrator.registerMigration("3 reminders, quiet hours") { database in
            try database.execute(sql: reminders)
        }
        migrator.registerMigration("4 chain of hashes") { database in
            try database.execute(sql: chain)
            try Chain.addOlder(database)
            try makeAppendOnly("chain", database)
        }
        return migrator
    }

    /// A run bears the number of its request, which the policy's memory hands out.
    private static let runs = """
        CREATE TABLE run_event (
            run INTEGER NOT NULL,
            sequence INTEGER NOT NULL CHECK (sequence >= 1),
            at INTEGER NOT NULL,
            payload TEXT NOT NULL,
            PRIMARY KEY (run, sequence)
        ) STRICT, WITHOUT ROWID;

        """

    private static let records = """
        CREATE TABLE record (
            sequence INTEGER PRIMARY KEY AUTOINCREMENT,
            at INTEGER NOT NULL,
            payload TEXT NOT NULL
        ) STRICT;
        CREATE TABLE memory (
            id INTEGER PRIMARY KEY CHECK (id = 1),
            at INTEGER NOT NULL,
            payload TEXT NOT NULL
        ) STRICT;

        """

    /// An alert is written once, with one outbox row per hook and one delivery row per attempt.
    private static let outbox = """
        CREATE TABLE alert (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            at INTEGER NOT NULL,
            agent TEXT NOT NULL,
            payload TEXT NOT NULL
        ) STRICT;
        CREATE TABLE outbox (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            alert INTEGER NOT NULL REFERENCES alert (id),
            hook TEXT NOT NULL,
            attempts INTEGER NOT NULL DEFAULT 0,
            state TEXT NOT NULL DEFAULT 'pending'
                CHECK (state IN ('pending', 'delivered', 'abandoned'))
        ) STRICT;
        CREATE INDEX outbox_pending ON outbox (hook, id) WHERE state = 'pending';
        CREATE TABLE delivery (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            entry INTEGER NOT NULL REFERENCES outbox (id),
            at INTEGER NOT NULL,
            is_delivered INTEGER NOT NULL,
            detail TEXT NOT NULL
        ) STRICT;
        CREATE INDEX delivery_of_entry ON delivery (entry);

        """

    /// What follows upon each other, and what stands now; alerts of before have no subject.
    private static let subjects = """
        ALTER TABLE alert ADD COLUMN subject TEXT NOT NULL DEFAULT '';
        ALTER TABLE alert ADD COLUMN course TEXT NOT NULL DEFAULT '{"ended":[]}';
        CREATE INDEX alert_subject ON alert (subject, id);
        CREATE TABLE standing (
            subject TEXT PRIMARY KEY,
            alert INTEGER NOT NULL REFERENCES alert (id)
        ) STRICT, WITHOUT ROWID;

        """

    /// Milliseconds since the epoch: when people were last told of what they are reminded of, and
    /// before when an alert is not delivered.
    private static let reminders = """
        ALTER TABLE standing ADD COLUMN reminded_at INTEGER;
        ALTER TABLE outbox ADD COLUMN not_before INTEGER NOT NULL DEFAULT 0;

        """

    /// A link per record and per event of a run; ``Chain`` says what its hash is over.
    private static let chain = """
        CREATE TABLE chain (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            record INTEGER UNIQUE,
            run INTEGER,
            sequence INTEGER,
            hash TEXT NOT NULL,
            UNIQUE (run, sequence),
            CHECK ((record IS NULL) = (run IS NOT NULL) AND (run IS NULL) = (sequence IS NULL))
        ) STRICT;

        """

    /// Lets rows be added and never changed or taken away, whoever asks.
    private static func makeAppendOnly(_ table: String, _ database: Database) throws {
        for verb in ["UPDATE", "DELETE"] {
            try database.execute(
                sql: """
                    CREATE TRIGGER \(table)_no_\(verb.lowercased()) BEFORE \(verb) ON \(table)
                    BEGIN SELECT RAISE(ABORT, '\(table) is append-only'); END
                    """
            )
        }
    }
}
