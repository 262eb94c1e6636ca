//! Identities: one newtype per thing that has a name, so that names cannot be mixed up.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;

macro_rules! identity {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// Wraps a name.
            pub fn new(name: impl Into<String>) -> Self {
                Self(name.into())
            }

            /// The name as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl From<&str> for $name {
            fn from(name: &str) -> Self {
                Self(name.to_owned())
            }
        }
    )+};
}

identity! {
    /// A job file's name without folder and ending.
    JobId,
    /// A contracted dataset.
    DatasetId,
    /// A metric.
    MetricId,
    /// A dimension: a column by which figures are sliced.
    DimensionId,
    /// A section of a report.
    SectionId,
    /// A group of peers.
    PeerGroupId,
    /// A calendar file's name without folder and ending.
    CalendarId,
    /// A festival of a calendar file.
    FestivalId,
    /// A theme file's name without folder and ending.
    ThemesId,
    /// An audience file's name without folder and ending.
    AudienceId,
    /// A theme of comments.
    ThemeId,
    /// One execution of a plan.
    RunId,
}
