//! Which Python runs the strategies.

use super::seat::{Seat, assert_targets, class, on_bar, python};
use continuous_backtest::strategy::worker::{self, Interpreter, InterpreterError, Probes};
use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;

fn find_interpreter(
    configured: Option<&Path>,
    root: &Path,
    env: &dyn Fn(&str) -> Option<String>,
) -> Result<Interpreter, InterpreterError> {
    worker::find_interpreter(configured, root, env, &Probes::none())
}

fn path(name: &str) -> Option<String> {
    ["PATH", "HOME"].contains(&name).then(|| std::env::var(name).ok()).flatten()
}

#[test]
fn a_configured_interpreter_is_the_only_one_tried() {
    let error = find_interpreter(Some(Path::new("/no/such/python")), Path::new("/"), &path).unwrap_err();
    assert_eq!(error.tried.len(), 1);
    assert!(error.to_string().contains("configuration: /no/such/python"), "{error}");
    let found = find_interpreter(Some(&python().path), Path::new("/"), &path).unwrap();
    assert_eq!((found.path, found.found_by.as_str()), (python().path, "configuration"));
}

#[test]
fn environments_come_before_the_path_and_what_fails_is_listed() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("repo");
    for (place, works) in [("active/bin", false), ("repo/.venv/bin", true)] {
        fs::create_dir_all(folder.path().join(place)).unwrap();
        let link = folder.path().join(place).join("python");
        if works {
            symlink(&python().program, link).unwrap();
        } else {
            fs::write(&link, "#!/bin/sh\necho broken shim >&2\nexit 127\n").unwrap();
            fs::set_permissions(&link, fs::Permissions::from_mode(0o755)).unwrap();
        }
    }
    let active = folder.path().join("active").to_string_lossy().into_owned();
    let env = |name: &str| if name == "VIRTUAL_ENV" { Some(active.clone()) } else { path(name) };
    let found = find_interpreter(None, &root, &env).unwrap();
    assert_eq!(found.found_by, ".venv in the scanned root");

    fs::remove_dir_all(root.join(".venv")).unwrap();
    assert_eq!(find_interpreter(None, &root, &env).unwrap().found_by, "python3 on PATH");
    let nowhere = |name: &str| (name == "VIRTUAL_ENV").then(|| active.clone());
    let error = find_interpreter(None, &root, &nowhere).unwrap_err().to_string();
    assert!(error.contains("VIRTUAL_ENV") && error.contains("broken shim"), "{error}");
}

#[test]
fn the_host_is_kept_as_the_interpreter_compiled_it() {
    let kept = tempfile::tempdir().unwrap();
    let probes = Probes::within(kept.path().to_path_buf());
    let found = || worker::find_interpreter(Some(&python().program), Path::new("/"), &path, &probes).unwrap();
    let answers = |interpreter: Interpreter| {
        let seat = Seat::new(&class("def on_bar(self, bar): return 1"), on_bar());
        assert_targets(&seat.with(|seat| seat.interpreter = interpreter).targets(2), &[1.0; 2]);
    };
    let host = found().host.unwrap();
    assert_eq!(found().host.as_ref(), Some(&host), "it was asked before");
    answers(found());
    // Whatever stands there now, it is not what was written.
    fs::write(&host, b"neither").unwrap();
    answers(found());
}

#[test]
fn a_module_in_the_scanned_root_does_not_answer_for_the_interpreter() {
    let root = tempfile::tempdir().unwrap();
    fs::write(root.path().join("json.py"), "raise SystemExit('not you')").unwrap();
    assert_eq!(find_interpreter(None, root.path(), &path).unwrap().implementation, "CPython");
}
