use serde::{Deserialize, Serialize};
use std::path::Path;

/// The kinds of file a value can be read from and written to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    Python,
    Yaml,
    /// With comments and trailing commas, as editors allow.
    Json,
    Toml,
    Env,
}

impl Format {
    pub const ALL: [Self; 5] = [Self::Python, Self::Yaml, Self::Json, Self::Toml, Self::Env];

    /// By the file's name alone. Backups and templates of `.env` files configure nothing and are `None`.
    pub fn of(path: &Path) -> Option<Self> {
        let name = path.file_name()?.to_str()?.to_ascii_lowercase();
        if name == ".env" {
            return Some(Self::Env);
        }
        if let Some(variant) = name.strip_prefix(".env.") {
            let inert = ["backup", "bak", "dist", "example", "sample", "template"];
            let is_inert = variant.split('.').any(|part| inert.contains(&part));
            return (!variant.is_empty() && !is_inert).then_some(Self::Env);
        }
        match name.rsplit_once('.')?.1 {
            "py" => Some(Self::Python),
            "yaml" | "yml" => Some(Self::Yaml),
            "json" | "jsonc" => Some(Self::Json),
            "toml" => Some(Self::Toml),
            "env" => Some(Self::Env),
            _ => None,
        }
    }

    pub const fn name(self) -> &'static str {
        match self {
            Self::Python => "python",
            Self::Yaml => "yaml",
            Self::Json => "json",
            Self::Toml => "toml",
            Self::Env => "env",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_the_format() {
        let cases = [
            ("a/b.PY", Some(Format::Python)),
            ("params.yml", Some(Format::Yaml)),
            ("x.jsonc", Some(Format::Json)),
            ("pyproject.toml", Some(Format::Toml)),
            (".env", Some(Format::Env)),
            (".env.production", Some(Format::Env)),
            ("live.env", Some(Format::Env)),
            (".env.example", None),
            (".env.backup", None),
            (".env.local.example", None),
            (".env.", None),
            ("params.yaml.backup", None),
            ("Makefile", None),
            ("", None),
        ];
        for (name, expected) in cases {
            assert_eq!(Format::of(Path::new(name)), expected, "{name}");
        }
    }
}
