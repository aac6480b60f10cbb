//! What a new process is given: its policy, its environment, the host's text and the class's.

use super::Interpreter;
use super::assign::{Sources, in_force};
use super::channel::{Nonce, encode};
use super::host::{BOOT, Configure, preload, sources as host_sources};
use super::launch::{Policy, SUBCOMMAND};
use super::names::Names;
use super::probes::compiled_host;
use super::reach::Reach;
use super::seat::{Spec, Worker};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

impl Worker {
    /// The launcher with the policy it is to follow.
    pub(super) fn command(&self, sources: &Sources) -> Result<Command, String> {
        let Spec { interpreter, limits, .. } = &self.spec;
        let told = |path: &Path, error: std::io::Error| format!("{}: {error}", path.display());
        let home = self.scratch.join("home");
        fs::create_dir_all(&home).map_err(|error| told(&home, error))?;
        let home = fs::canonicalize(&home).map_err(|error| told(&home, error))?;
        let own: Vec<PathBuf> = sources.files.keys().map(PathBuf::from).collect();
        let Reach { reads, lists } =
            Reach::new(&sources.root, &sources.import_root, &own, interpreter, self.spec.home.as_deref());
        let policy = Policy {
            parent: std::process::id(),
            program: interpreter.path.clone(),
            resolved: interpreter.program.clone(),
            arguments: ["-B", "-X", "utf8", "-c", BOOT].map(str::to_owned).to_vec(),
            environment: environment(interpreter, &home),
            folder: sources.root.clone(),
            reads,
            lists,
            scratch: home,
            limits: limits.clone(),
            allow_unsandboxed: self.spec.allow_unsandboxed,
        };
        let path = self.scratch.join("policy.json");
        let text = serde_json::to_vec(&policy).map_err(|error| format!("a path that is not UTF-8: {error}"))?;
        fs::write(&path, text).map_err(|error| told(&path, error))?;
        let mut command = Command::new(&self.spec.launcher);
        command.arg(SUBCOMMAND).arg(path);
        Ok(command)
    }

    /// The host's sources, then the frame that configures it.
    pub(super) fn greeting(&self, sources: &Sources, nonce: &Nonce) -> Result<Vec<u8>, serde_json::Error> {
        let Spec { strategy, parameters, meaning, interpreter, .. } = &self.spec;
        let mut import_roots = vec![sources.import_root.clone()];
        import_roots.extend((sources.root != sources.import_root).then(|| sources.root.clone()));
        let header = Configure {
            act: "configure",
            sources: sources.files.iter().map(|(path, bytes)| (path.as_str(), bytes.len())).collect(),
            root: &sources.root,
            import_roots,
            foreign: vec![interpreter.prefix.clone()],
            program: &strategy.path,
            preload: preload(strategy.entry.as_ref(), &strategy.constructor, &strategy.requires),
            module: &strategy.module,
            qualname: &strategy.qualname,
            constructor: &strategy.constructor,
            in_force: in_force(strategy, parameters),
            entry: strategy.entry.as_ref(),
            meaning: *meaning,
            names: Names::used_in(sources.files.values().map(Vec::as_slice)),
            scratch: self.scratch.join("home"),
        };
        let texts: Vec<u8> = sources.files.values().flatten().copied().collect();
        let compiled = interpreter.host.as_deref().and_then(compiled_host).unwrap_or_default();
        let mut greeting = host_sources(&compiled);
        greeting.extend(encode(nonce, &header, &texts)?);
        Ok(greeting)
    }
}

/// The whole environment of a worker: no secret of the user's is in it, and nothing that differs by machine.
fn environment(interpreter: &Interpreter, home: &Path) -> Vec<(String, String)> {
    let home = home.to_string_lossy().into_owned();
    let mut path = interpreter.path.parent().unwrap_or(Path::new("/")).to_string_lossy().into_owned();
    path.push_str(":/usr/bin:/bin");
    let mut pairs = vec![
        ("PATH", path),
        ("HOME", home.clone()),
        ("TMPDIR", home),
        ("LANG", "C.UTF-8".to_owned()),
        ("TZ", "UTC".to_owned()),
        ("PYTHONHASHSEED", "0".to_owned()),
        ("PYTHONDONTWRITEBYTECODE", "1".to_owned()),
        ("OMP_NUM_THREADS", "1".to_owned()),
        ("OPENBLAS_NUM_THREADS", "1".to_owned()),
        ("MKL_NUM_THREADS", "1".to_owned()),
    ];
    if let Some(base) = &interpreter.user_base {
        pairs.push(("PYTHONUSERBASE", base.to_string_lossy().into_owned()));
    }
    pairs.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}
