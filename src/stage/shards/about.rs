//! What all shards of one strategy have in common: the class as it is, how it is run, and what runs it.

use super::sources::{Sources, files_below};
use super::{Inputs, Key};
use crate::discovery::{Parameter, Place};
use crate::stage::recipe::engine;
use crate::stage::subjects::Subject;
use crate::stage::workers::Workers;
use crate::stage::{Context, Failure};
use crate::strategy::native::{Rung, Standing};
use crate::strategy::worker::Interpreter;
use std::path::{Path, PathBuf};
use std::sync::Arc;

pub struct About {
    strategy: crate::discovery::Strategy,
    inputs: Inputs,
    standing: Arc<Standing>,
    rung: Rung,
    /// Why its shards are made every time; None where they are kept.
    pub unkept: Option<String>,
}

impl About {
    /// # Errors
    /// As [`Workers::seats`].
    pub fn of(context: &Context, workers: &Workers, subject: &Subject) -> Result<Self, Failure> {
        let strategy = &subject.strategy;
        let standing = workers.standing(subject)?;
        let spec = workers.spec(subject)?;
        let rung = standing.rung();
        let sources = Sources::read(strategy);
        let mut inputs = Inputs::default()
            .with("engine", engine())
            .with("source", strategy.source_hash.as_str())
            .with_json("class", strategy)
            .with_json("parameters", &subject.parameters.iter().map(plain).collect::<Vec<_>>())
            .with("called", format!("{:?} {:?} {}", spec.meaning, spec.limits, spec.allow_unsandboxed))
            .with("python", python(&spec.interpreter, !strategy.requires.is_empty()))
            .with("rung", rung.name())
            .with("native", standing.verdict.as_ref().map_or("", |(key, _)| key.as_str()));
        let mut unkept = (!sources.unchanged).then(|| "its sources changed since discovery".to_owned());
        // A program that native code is made of reads nothing but bars and parameters.
        if rung == Rung::Cpython {
            if !strategy.requires.is_empty() {
                let own = [Path::new(&strategy.root), &context.data, &context.reports];
                for folder in editable(&spec.interpreter.reads) {
                    match files_below(folder, &own) {
                        Some(files) => inputs = inputs.with("editable", format!("{} {files}", folder.display())),
                        None => unkept = Some(format!("there are too many files to watch in {}", folder.display())),
                    }
                }
            }
            if let Some(word) = sources.ambient() {
                unkept = unkept.or_else(|| Some(format!("it may read a clock or chance (`{word}`)")));
            }
            if sources.opens_files() {
                let roots = [&strategy.root, &strategy.import_root];
                let except: [&Path; 2] = [&context.data, &context.reports];
                let files: Option<Vec<String>> =
                    roots.iter().map(|root| files_below(Path::new(root), &except)).collect();
                match files {
                    Some(files) => inputs = inputs.with("files", files.join(" ")),
                    None => unkept = Some("it opens files, and there are too many below its root to watch".to_owned()),
                }
            }
        }
        Ok(Self { strategy: strategy.clone(), inputs, standing, rung, unkept })
    }

    /// The key of one of its shards.
    pub fn key(&self, kind: &str, market: &str, inputs: Inputs) -> Key {
        Key::new(kind, &self.strategy.name, market, self.inputs.clone().and(inputs)).kept_if(self.unkept.is_none())
    }

    /// Whether what was computed since is what the keys say: nobody changed the sources meanwhile, and native code was
    /// not contradicted.
    pub fn holds(&self) -> bool {
        self.standing.rung() == self.rung && Sources::read(&self.strategy).unchanged
    }
}

/// Without what cannot be told from the class: where in a configuration file a value stands.
fn plain(parameter: &Parameter) -> Parameter {
    let plain = |place: &Place| {
        if place.kind.is_python() {
            return place.clone();
        }
        Place { path: String::new(), line: 0, start: 0, end: 0, file_hash: String::new(), ..place.clone() }
    };
    Parameter {
        place: plain(&parameter.place),
        shadowed: parameter.shadowed.iter().map(plain).collect(),
        ..parameter.clone()
    }
}

/// The interpreter with its packages, by the names of what is installed.
fn python(interpreter: &Interpreter, packages: bool) -> String {
    let Interpreter { implementation, version, numpy, pandas, reads, .. } = interpreter;
    let mut installed: Vec<String> = Vec::new();
    if packages {
        for entry in reads.iter().flat_map(std::fs::read_dir).flatten().flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            if [".dist-info", ".egg-info", ".egg-link"].iter().any(|end| name.ends_with(end)) {
                installed.push(name);
            }
        }
        installed.sort();
        installed.dedup();
    }
    format!("{implementation} {version} {numpy:?} {pandas:?} {}", installed.join(" "))
}

/// Folders of packages that are worked on while they are installed (`pip install --editable`, a `.pth` file): what the
/// interpreter imports from beside its own tree.
fn editable(reads: &[PathBuf]) -> impl Iterator<Item = &Path> {
    let has_python = |folder: &Path| {
        let names =
            std::fs::read_dir(folder.join("lib")).into_iter().flatten().flatten().map(|entry| entry.file_name());
        names.into_iter().any(|name| name.to_string_lossy().starts_with("python"))
    };
    let folders = || reads.iter().map(PathBuf::as_path);
    let trees: Vec<&Path> = folders().filter(|path| has_python(path)).collect();
    folders().filter(move |path| path.is_dir() && !trees.iter().any(|tree| path.starts_with(tree)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::artifact::tests::parameter;
    use crate::discovery::PlaceKind;
    use crate::strategy::Value;

    #[test]
    fn packages_outside_the_tree_of_python_are_watched() {
        let place = tempfile::tempdir().unwrap();
        let place = place.path();
        for folder in ["venv/lib/python3.11/site-packages", "base/lib/python3.11", "desk/src/desk", "desk/lib"] {
            std::fs::create_dir_all(place.join(folder)).unwrap();
        }
        let reads = ["venv", "venv/lib/python3.11/site-packages", "base", "base/lib/python311.zip", "desk/src", "gone"];
        let reads = reads.map(|path| place.join(path));
        assert_eq!(editable(&reads).collect::<Vec<_>>(), [place.join("desk/src")]);
    }

    #[test]
    fn a_value_may_move_within_its_file_and_code_may_not() {
        let mut one = parameter("fast", Value::Int(20), None);
        let mut moved = one.clone();
        for (parameter, line) in [(&mut one, 3), (&mut moved, 4)] {
            parameter.place.kind = PlaceKind::Yaml;
            parameter.place.line = line;
            parameter.place.file_hash = format!("{line}");
        }
        assert_eq!(plain(&one), plain(&moved));
        moved.default = Value::Int(21);
        assert_ne!(plain(&one), plain(&moved));
        moved.default = Value::Int(20);
        (one.place.kind, moved.place.kind) = (PlaceKind::ConstructorDefault, PlaceKind::ConstructorDefault);
        assert_ne!(plain(&one), plain(&moved));
    }
}
