//! JSON Schemas of every file that a person writes, for editors.

use crate::file::{
    AudienceSpec, CalendarFile, EventsSpec, JobSpec, PeersSpec, TargetsSpec, ThemesFile,
    metric::MetricSpec,
};
use schemars::schema_for;
use serde_json::Value;
use std::collections::BTreeMap;

/// The schemas by file name.
pub fn all() -> BTreeMap<&'static str, Value> {
    let metrics = schemars::schema_for!(BTreeMap<String, MetricSpec>);
    BTreeMap::from([
        ("job.schema.json", schema_for!(JobSpec).to_value()),
        ("contract.schema.json", schema_for!(extract::contract::Spec).to_value()),
        ("metrics.schema.json", metrics.to_value()),
        ("targets.schema.json", schema_for!(TargetsSpec).to_value()),
        ("peers.schema.json", schema_for!(PeersSpec).to_value()),
        ("events.schema.json", schema_for!(EventsSpec).to_value()),
        ("calendars.schema.json", schema_for!(CalendarFile).to_value()),
        ("themes.schema.json", schema_for!(ThemesFile).to_value()),
        ("brands.schema.json", schema_for!(report::BrandSpec).to_value()),
        ("audiences.schema.json", schema_for!(AudienceSpec).to_value()),
        ("report.schema.json", schema_for!(model::report::Report).to_value()),
        ("run.schema.json", schema_for!(model::run::RunRecord).to_value()),
    ])
}
