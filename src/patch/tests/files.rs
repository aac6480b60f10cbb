use crate::patch::{
    Edit, Format, OlderBackup, Planned, Reason, backup_path, clean_stale, hash, plan, restore_backup, undo, write,
};
use crate::strategy::Value;
use std::fs;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

pub(super) const OLD: &str = "a: 20 # é\nb: 'x'\n";
pub(super) const NEW: &str = "a: 23 # é\nb: 'x'\n";

pub(super) fn params(directory: &Path) -> PathBuf {
    let file = directory.join("params.yaml");
    fs::write(&file, OLD).expect("a temporary file");
    file
}

/// `a: 20` becomes `a: 23`.
pub(super) fn edits(file: &Path) -> [Edit; 1] {
    [Edit {
        file: file.to_owned(),
        format: Format::Yaml,
        start: 3,
        end: 5,
        old: Value::Int(20),
        new: Value::Int(23),
        expected_hash: hash(OLD.as_bytes()),
    }]
}

fn planned(file: &Path) -> Planned {
    plan(&edits(file)).expect("an ordinary file")
}

pub(super) fn text(file: &Path) -> String {
    fs::read_to_string(file).expect("a file")
}

/// Names in `directory`, so that nothing is left lying about unseen.
pub(super) fn names(directory: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(directory)
        .expect("a directory")
        .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

#[test]
fn a_change_is_written_backed_up_and_taken_back() {
    let directory = TempDir::new().expect("a directory");
    let file = params(directory.path());
    let plan = planned(&file);
    assert_eq!(text(&file), OLD, "a plan writes nothing");
    assert_eq!(names(directory.path()), ["params.yaml"]);
    assert!(plan.diff.contains("-a: 20 # é\n+a: 23 # é\n"), "{}", plan.diff);

    let written = write(&plan, OlderBackup::Replace).expect("written");
    assert_eq!((text(&file).as_str(), text(&written.backup).as_str()), (NEW, OLD));
    assert_eq!(written.backup, backup_path(&written.file));
    assert_eq!((written.old_hash, written.new_hash), (hash(OLD.as_bytes()), hash(NEW.as_bytes())));
    assert_eq!((written.replaced_backup, written.unsynced, written.through_symlink), (None, None, false));
    assert_eq!(names(directory.path()), ["params.yaml", "params.yaml.backup"]);

    let record = serde_json::to_string(&written.undo).expect("history is text");
    let record = serde_json::from_str(&record).expect("and reads back");
    fs::remove_file(&written.backup).expect("removed");
    undo(&record).expect("undone without the backup");
    assert_eq!(text(&file), OLD);
    assert_eq!(undo(&record).map_err(|refusal| refusal.reason), Err(Reason::NoChange));
    assert_eq!(names(directory.path()), ["params.yaml"]);
}

#[test]
fn the_backup_restores_a_file_as_seen_or_gone() {
    let directory = TempDir::new().expect("a directory");
    let file = params(directory.path());
    let written = write(&planned(&file), OlderBackup::Replace).expect("written");
    let refused = restore_backup(&file, Some(&written.old_hash)).expect_err("not as seen");
    assert_eq!(refused.reason, Reason::Changed);
    assert_eq!(restore_backup(&file, None).map_err(|refusal| refusal.reason), Err(Reason::Changed));
    assert_eq!(text(&file), NEW);
    restore_backup(&file, Some(&written.new_hash)).expect("restored");
    assert_eq!(text(&file), OLD);
    fs::remove_file(&file).expect("removed");
    let restored = restore_backup(&file, None).expect("restored");
    assert_eq!((text(&file).as_str(), restored.hash), (OLD, written.old_hash));
    fs::remove_file(&written.backup).expect("removed");
    let refused = restore_backup(&file, Some(&restored_hash(&file))).expect_err("no backup");
    assert_eq!(refused.reason.name(), "no_backup");
    assert_eq!(names(directory.path()), ["params.yaml"]);
}

fn restored_hash(file: &Path) -> String {
    hash(text(file).as_bytes())
}

#[test]
fn a_file_that_changed_is_left_alone() {
    let directory = TempDir::new().expect("a directory");
    let file = params(directory.path());
    let before = planned(&file);
    fs::write(&file, "a: 20\n").expect("an edit by hand");
    assert_eq!(plan(&edits(&file)).map_err(|refusal| refusal.reason), Err(Reason::Changed));
    let refused = write(&before, OlderBackup::Replace).expect_err("changed after the plan");
    assert_eq!(refused.reason, Reason::Changed);
    assert_eq!((text(&file).as_str(), names(directory.path())), ("a: 20\n", vec!["params.yaml".to_owned()]));

    fs::write(&file, OLD).expect("as it was");
    let written = write(&before, OlderBackup::Replace).expect("written");
    fs::write(&file, "mine\n").expect("an edit by hand");
    assert_eq!(undo(&written.undo).map_err(|refusal| refusal.reason), Err(Reason::Changed));
    assert_eq!(text(&file), "mine\n");

    fs::remove_file(&file).expect("removed");
    assert_eq!(plan(&edits(&file)).map_err(|refusal| refusal.reason), Err(Reason::Missing));
    assert_eq!(write(&before, OlderBackup::Replace).map_err(|refusal| refusal.reason), Err(Reason::Missing));
}

#[test]
fn an_older_backup_is_replaced_only_as_told() {
    let directory = TempDir::new().expect("a directory");
    let file = params(directory.path());
    let backup = backup_path(&file);
    fs::write(&backup, "the user's own").expect("a file");
    let ours = hash(b"the user's own");
    let refused = write(&planned(&file), OlderBackup::ReplaceIfOneOf(&[])).expect_err("somebody else's");
    assert_eq!(refused.reason, Reason::BackupInTheWay { backup: backup.clone() });
    assert_eq!((text(&file).as_str(), text(&backup).as_str()), (OLD, "the user's own"));
    let written = write(&planned(&file), OlderBackup::ReplaceIfOneOf(std::slice::from_ref(&ours))).expect("written");
    assert_eq!((written.replaced_backup, text(&backup).as_str()), (Some(ours), OLD));

    undo(&written.undo).expect("undone");
    fs::remove_file(&backup).expect("removed");
    fs::create_dir(&backup).expect("a directory");
    let refused = write(&planned(&file), OlderBackup::Replace).expect_err("a directory is no backup");
    assert_eq!(refused.reason.name(), "backup_in_the_way");
    assert_eq!(text(&file), OLD);
}

#[test]
fn what_is_no_file_is_refused() {
    let directory = TempDir::new().expect("a directory");
    let refused = plan(&edits(directory.path())).expect_err("a directory");
    assert_eq!(refused.reason, Reason::NotRegularFile { what: "a directory" });
    assert!(refused.to_string().contains("name the file itself"), "{refused}");
    assert_eq!(plan(&[]).map_err(|refusal| refusal.reason), Err(Reason::NoChange));
    let two = [edits(Path::new("a"))[0].clone(), edits(&params(directory.path()))[0].clone()];
    assert!(plan(&two).is_err());
}

#[cfg(unix)]
#[test]
fn left_overs_of_the_dead_are_removed() {
    let directory = TempDir::new().expect("a directory");
    let file = params(directory.path());
    let mut dead = std::process::Command::new("true").spawn().expect("a process");
    dead.wait().expect("it ends");
    let left = |pid: u32| directory.path().join(format!(".params.yaml.cbt-tmp-0123456789abcdef-{pid}"));
    let (ours, theirs) = (left(dead.id()), left(std::os::unix::process::parent_id()));
    fs::write(&ours, "half").expect("a file");
    fs::write(&theirs, "half").expect("a file");
    fs::write(directory.path().join(".params.yaml.tmp"), "not ours").expect("a file");
    let cleaned = clean_stale(directory.path()).expect("cleaned");
    assert_eq!((cleaned.removed, cleaned.in_use), (vec![ours], vec![theirs.clone()]));
    fs::remove_file(theirs).expect("removed");
    assert_eq!(names(directory.path()), [".params.yaml.tmp", "params.yaml"]);
    assert_eq!(text(&file), OLD);
}

#[cfg(unix)]
mod unix {
    use super::*;
    use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};

    fn set_mode(path: &Path, mode: u32) {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("our own file");
    }

    #[test]
    fn permissions_and_the_backups_time_are_kept() {
        let directory = TempDir::new().expect("a directory");
        let file = params(directory.path());
        set_mode(&file, 0o640);
        let before = fs::metadata(&file).expect("a file");
        let written = write(&planned(&file), OlderBackup::Replace).expect("written");
        for path in [&file, &written.backup] {
            let now = fs::metadata(path).expect("a file");
            assert_eq!((now.mode(), now.uid(), now.gid()), (before.mode(), before.uid(), before.gid()));
        }
        let backup = fs::metadata(&written.backup).expect("a file");
        assert_eq!(backup.modified().expect("a time"), before.modified().expect("a time"));
        let changed = fs::metadata(&file).expect("a file");
        assert!(changed.mtime() > before.mtime(), "Python would take bytecode of the old text for current");
        undo(&written.undo).expect("undone");
        let undone = fs::metadata(&file).expect("a file");
        assert!(undone.mtime() > changed.mtime());
        assert_eq!(undone.mode(), before.mode());
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn attributes_are_kept() {
        use rustix::fs::{XattrFlags, getxattr, setxattr};
        let directory = TempDir::new().expect("a directory");
        let file = params(directory.path());
        if setxattr(&file, "user.owner", b"desk 7", XattrFlags::empty()) == Err(rustix::io::Errno::NOTSUP) {
            return;
        }
        write(&planned(&file), OlderBackup::Replace).expect("written");
        let mut value = [0; 16];
        let length = getxattr(&file, "user.owner", value.as_mut_slice()).expect("the attribute");
        assert_eq!(&value[..length], b"desk 7");
    }

    #[test]
    fn a_link_stays_a_link() {
        let directory = TempDir::new().expect("a directory");
        fs::create_dir(directory.path().join("real")).expect("a directory");
        let real = params(&directory.path().join("real"));
        let link = directory.path().join("params.yaml");
        symlink(&real, &link).expect("a link");
        let plan = planned(&link);
        assert!(plan.is_through_symlink());
        let written = write(&plan, OlderBackup::Replace).expect("written");
        assert!(written.through_symlink);
        assert!(fs::symlink_metadata(&link).expect("a link").is_symlink());
        assert_eq!((text(&link).as_str(), text(&real).as_str()), (NEW, NEW));
        assert_eq!(names(&directory.path().join("real")), ["params.yaml", "params.yaml.backup"]);
        assert_eq!(names(directory.path()), ["params.yaml", "real"]);

        let elsewhere = directory.path().join("real/other.yaml");
        fs::write(&elsewhere, OLD).expect("a file");
        undo(&written.undo).expect("undone");
        fs::remove_file(&link).expect("removed");
        symlink(&elsewhere, &link).expect("a link to another file");
        assert_eq!(write(&plan, OlderBackup::Replace).map_err(|refusal| refusal.reason), Err(Reason::Changed));
        fs::remove_file(&link).expect("removed");
        symlink(directory.path().join("nowhere"), &link).expect("a dangling link");
        assert_eq!(super::plan(&edits(&link)).map_err(|refusal| refusal.reason), Err(Reason::Missing));
    }

    #[test]
    fn other_names_devices_and_read_only_places_are_refused() {
        let directory = TempDir::new().expect("a directory");
        let file = params(directory.path());
        let plan = planned(&file);
        let other = directory.path().join("other");
        fs::hard_link(&file, &other).expect("a second name");
        assert_eq!(super::plan(&edits(&file)).map_err(|refusal| refusal.reason), Err(Reason::HardLinked { names: 2 }));
        assert!(write(&plan, OlderBackup::Replace).is_err());
        fs::remove_file(&other).expect("removed");

        let device = super::plan(&edits(Path::new("/dev/null"))).expect_err("a device");
        assert_eq!(device.reason.name(), "not_regular_file");

        set_mode(&file, 0o444);
        assert_eq!(
            write(&plan, OlderBackup::Replace).map_err(|refusal| refusal.reason.name()).err(),
            Some("read_only")
        );
        set_mode(&file, 0o644);
        set_mode(directory.path(), 0o555);
        let refused = write(&plan, OlderBackup::Replace).expect_err("the directory is read-only");
        assert_eq!(refused.reason.name(), "read_only");
        set_mode(directory.path(), 0o755);
        assert_eq!((text(&file).as_str(), names(directory.path())), (OLD, vec!["params.yaml".to_owned()]));
    }
}
