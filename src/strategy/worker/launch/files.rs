//! Landlock: only what the policy names can be read, only scratch written, whatever the process tries. Kernels
//! without it (before 5.13, or switched off) leave this to [`super::confinement`] to tell.

use super::{LaunchError, Policy};
use landlock::{
    ABI, Access, AccessFs, AccessNet, BitFlags, PathBeneath, PathFd, Ruleset, RulesetAttr, RulesetCreated,
    RulesetCreatedAttr, RulesetError, Scope,
};
use std::path::{Path, PathBuf};

const KNOWN: ABI = ABI::V6;

pub(super) fn confine(policy: &Policy) -> Result<(), LaunchError> {
    restrict(policy).map_err(|error| LaunchError::new("the file rules (Landlock)", error))
}

fn restrict(policy: &Policy) -> Result<(), RulesetError> {
    let read = AccessFs::ReadFile | AccessFs::ReadDir;
    let mut rules = Ruleset::default()
        .handle_access(AccessFs::from_all(KNOWN))?
        .handle_access(AccessNet::from_all(KNOWN))?
        .scope(Scope::from_all(KNOWN))?
        .create()?;
    for path in &policy.reads {
        // Programs below home, a repository or scratch are not executable; loaders and interpreters are.
        let access = if runnable(path, policy) { read | AccessFs::Execute } else { read };
        rules = allow(rules, path, access)?;
    }
    for path in &policy.lists {
        rules = allow(rules, path, AccessFs::ReadDir.into())?;
    }
    rules = allow(rules, &policy.scratch, scratch())?;
    rules = allow(rules, Path::new("/proc/self"), read)?;
    rules = allow(rules, Path::new("/dev/null"), AccessFs::ReadFile | AccessFs::WriteFile)?;
    rules.restrict_self()?;
    Ok(())
}

/// Files, folders and links; no devices, sockets, pipes or programs.
fn scratch() -> BitFlags<AccessFs> {
    let special = AccessFs::MakeChar
        | AccessFs::MakeBlock
        | AccessFs::MakeSock
        | AccessFs::MakeFifo
        | AccessFs::IoctlDev
        | AccessFs::Execute;
    AccessFs::from_all(KNOWN) & !special
}

fn runnable(path: &PathBuf, policy: &Policy) -> bool {
    !policy.lists.iter().any(|root| path.starts_with(root)) || policy.resolved.starts_with(path)
}

fn allow(rules: RulesetCreated, path: &Path, access: BitFlags<AccessFs>) -> Result<RulesetCreated, RulesetError> {
    // A path that is gone since the policy was written needs no rule.
    let Ok(place) = PathFd::new(path) else { return Ok(rules) };
    let access = if path.is_dir() { access } else { access & AccessFs::from_file(KNOWN) };
    rules.add_rule(PathBeneath::new(place, access))
}

/// Whether this kernel enforces file rules.
pub(super) fn available() -> bool {
    use landlock::{CompatLevel, Compatible};
    Ruleset::default()
        .set_compatibility(CompatLevel::HardRequirement)
        .handle_access(AccessFs::from_all(ABI::V1))
        .and_then(Ruleset::create)
        .is_ok()
}
