//! The databases, and where their ways of writing differ.

/// A kind of database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Engine {
    /// MySQL or MariaDB.
    MySql,
    Postgres,
    Sqlite,
}

impl Engine {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::MySql => "MySQL",
            Self::Postgres => "PostgreSQL",
            Self::Sqlite => "SQLite",
        }
    }

    /// A name as an identifier, whatever is in it.
    pub(super) fn quoted(self, name: &str) -> String {
        match self {
            Self::MySql => format!("`{}`", name.replace('`', "``")),
            Self::Postgres | Self::Sqlite => format!("\"{}\"", name.replace('"', "\"\"")),
        }
    }

    /// The mark of the parameter with this number, counted from 1.
    pub(super) fn mark(self, number: usize) -> String {
        match self {
            Self::MySql => "?".to_owned(),
            Self::Postgres => format!("${number}"),
            Self::Sqlite => format!("?{number}"),
        }
    }

    /// How an address of it begins.
    pub(super) fn schemes(self) -> &'static [&'static str] {
        match self {
            Self::MySql => &["mysql", "mariadb"],
            Self::Postgres => &["postgres", "postgresql"],
            Self::Sqlite => &[],
        }
    }

    pub(super) fn usual_port(self) -> u16 {
        match self {
            Self::MySql => 3306,
            Self::Postgres => 5432,
            Self::Sqlite => 0,
        }
    }
}
