use super::Report;
use schemars::generate::SchemaSettings;

/// The JSON Schema of what [`json`](super::json) writes, itself as JSON. Committed as
/// `reports/schema/report.schema.json`.
///
/// # Errors
/// A schema that JSON cannot hold: a fault of this program.
pub fn schema() -> Result<String, serde_json::Error> {
    let schema = SchemaSettings::draft2020_12().for_serialize().into_generator().into_root_schema_for::<Report>();
    serde_json::to_string_pretty(&schema).map(|text| text + "\n")
}
