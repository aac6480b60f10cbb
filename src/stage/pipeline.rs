use super::{Failure, FailureKind, Stage};
use serde::Deserialize;
use std::path::{Path, PathBuf};

const BUILT_IN: &str = include_str!("../../pipelines/iterate.yaml");

/// Which stages run, in which order, with which settings changed.
#[derive(Debug, Clone)]
pub struct Pipeline {
    /// The file's stem, for reports: `iterate`.
    pub name: String,
    pub stages: Vec<Stage>,
    /// Laid over the configuration before it is checked.
    pub overrides: Option<serde_json::Value>,
    /// Whether the store is built from Parquet at the end.
    pub publish: bool,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    stages: Vec<String>,
    #[serde(default)]
    overrides: Option<serde_json::Value>,
    #[serde(default = "published")]
    publish: bool,
}

const fn published() -> bool {
    true
}

impl Pipeline {
    /// The file, or `pipelines/iterate.yaml` beside the configuration, or the built-in copy of it.
    ///
    /// # Errors
    /// A missing file, YAML that does not parse, an unknown or repeated stage.
    pub fn load(file: Option<&Path>, config: &Path) -> Result<Self, Failure> {
        let beside = config.parent().unwrap_or(Path::new("")).join("pipelines/iterate.yaml");
        let path: PathBuf = match file {
            Some(path) => path.to_owned(),
            None if beside.is_file() => beside,
            None => return Self::parse(BUILT_IN, Path::new("iterate.yaml")),
        };
        let text =
            std::fs::read_to_string(&path).map_err(|error| Failure::io("cannot read the pipeline", &path, &error))?;
        Self::parse(&text, &path)
    }

    pub(super) fn parse(text: &str, path: &Path) -> Result<Self, Failure> {
        let fault = |what: String| Failure::new(FailureKind::Configuration, format!("{}: {what}", path.display()));
        let raw: Raw = serde_yaml::from_str_with_options(text, serde_yaml::options! { emit_comments: false })
            .map_err(|error| fault(error.to_string()))?;
        let mut stages = Vec::new();
        for name in &raw.stages {
            let stage = Stage::from_name(name).ok_or_else(|| {
                let known: Vec<_> = Stage::ALL.iter().map(|stage| stage.name()).collect();
                fault(format!("there is no stage `{name}`")).hint(format!("the stages are {}", known.join(", ")))
            })?;
            if stages.contains(&stage) {
                return Err(fault(format!("the stage `{name}` stands there twice")));
            }
            stages.push(stage);
        }
        if stages.is_empty() {
            return Err(fault("it names no stages".to_owned()));
        }
        let name = path.file_stem().map_or_else(String::new, |stem| stem.to_string_lossy().into_owned());
        Ok(Self { name, stages, overrides: raw.overrides, publish: raw.publish })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_pipelines_parse() {
        for (name, text) in [
            ("iterate", BUILT_IN),
            ("smoke", include_str!("../../pipelines/smoke.yaml")),
            ("overnight", include_str!("../../pipelines/overnight.yaml")),
        ] {
            let pipeline = Pipeline::parse(text, Path::new(name)).unwrap();
            assert_eq!(pipeline.stages, Stage::ALL, "{name}");
        }
    }

    #[test]
    fn an_unknown_stage_is_named() {
        let failure = Pipeline::parse("stages: [discover, optimise]", Path::new("p.yaml")).unwrap_err();
        assert!(failure.message.contains("optimise"), "{failure}");
        assert!(failure.hints[0].contains("optimize"), "{failure:?}");
    }
}
