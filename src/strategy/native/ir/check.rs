use super::Program;

/// # Errors
/// What is wrong with the program, in words.
pub fn check(program: &Program) -> Result<(), String> {
    let _ = program;
    todo!("owned by the branch native-vm")
}
