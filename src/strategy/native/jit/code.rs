//! Executable pages: from Cranelift's functions to something that can be called, freed on drop.

use super::context::Context;
use cranelift_codegen::ir::{AbiParam, Function, Signature, UserFuncName, types};
use cranelift_codegen::isa::OwnedTargetIsa;
use cranelift_codegen::settings::{self, Configurable};
use cranelift_frontend::{FunctionBuilder, FunctionBuilderContext};
use cranelift_jit::{JITBuilder, JITModule};
use cranelift_module::{Module, default_libcall_names};
use std::fmt;
use std::sync::Mutex;

type Entry = unsafe extern "C" fn(*mut Context) -> u32;

/// One compiled function.
pub(super) struct Code {
    entry: Entry,
    /// Owns the pages `entry` points into. Nobody locks it: it makes `Code` shareable.
    module: Mutex<Option<JITModule>>,
}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Code").finish_non_exhaustive()
    }
}

/// The machine this process runs on.
///
/// # Errors
/// Why there is no code for it.
fn host() -> Result<OwnedTargetIsa, String> {
    let builder = cranelift_native::builder().map_err(|why| format!("no native code for this processor: {why}"))?;
    let mut flags = settings::builder();
    let verify = if cfg!(debug_assertions) { "true" } else { "false" };
    for (name, value) in [
        ("opt_level", "speed"),
        ("is_pic", "false"),
        ("use_colocated_libcalls", "false"),
        ("enable_verifier", verify),
        ("unwind_info", "false"),
    ] {
        flags.set(name, value).map_err(|why| format!("cranelift does not know the setting {name}: {why}"))?;
    }
    builder.finish(settings::Flags::new(flags)).map_err(|why| format!("no native code for this processor: {why}"))
}

impl Code {
    /// `build` writes the function's body.
    ///
    /// # Errors
    /// What the platform or the compiler refused.
    pub fn compile(
        build: impl FnOnce(FunctionBuilder<'_>, cranelift_codegen::isa::TargetFrontendConfig),
    ) -> Result<Self, String> {
        let mut module = JITModule::new(JITBuilder::with_isa(host()?, default_libcall_names()));
        match Self::define(&mut module, build) {
            Ok(entry) => Ok(Self { entry, module: Mutex::new(Some(module)) }),
            Err(why) => {
                // SAFETY: nothing points into the module's pages, the function was not handed out.
                unsafe { module.free_memory() };
                Err(why)
            }
        }
    }

    fn define(
        module: &mut JITModule,
        build: impl FnOnce(FunctionBuilder<'_>, cranelift_codegen::isa::TargetFrontendConfig),
    ) -> Result<Entry, String> {
        let mut signature = Signature::new(module.isa().default_call_conv());
        signature.params.push(AbiParam::new(module.target_config().pointer_type()));
        signature.returns.push(AbiParam::new(types::I32));
        let refused = |why: cranelift_module::ModuleError| format!("native code was refused: {why}");
        let id = module.declare_anonymous_function(&signature).map_err(refused)?;
        let mut context = module.make_context();
        context.func = Function::with_name_signature(UserFuncName::user(0, id.as_u32()), signature);
        let mut own = FunctionBuilderContext::new();
        build(FunctionBuilder::new(&mut context.func, &mut own), module.target_config());
        module.define_function(id, &mut context).map_err(refused)?;
        module.finalize_definitions().map_err(refused)?;
        let address = module.get_finalized_function(id);
        // SAFETY: the address is the finished function's, whose signature is `Entry`'s in the platform's own
        // calling convention.
        Ok(unsafe { std::mem::transmute::<*const u8, Entry>(address) })
    }

    /// # Safety
    /// Every pointer of `context` must be what its field says, for `bars`, `length` and the numbers of the program
    /// that was compiled.
    pub unsafe fn call(&self, context: &mut Context) -> u32 {
        // SAFETY: the pages live as long as `self`; the caller answers for the context.
        unsafe { (self.entry)(context) }
    }
}

impl Drop for Code {
    fn drop(&mut self) {
        let module = self.module.get_mut().unwrap_or_else(std::sync::PoisonError::into_inner).take();
        if let Some(module) = module {
            // SAFETY: whoever called into the pages borrowed `self`, so nobody is in there any more.
            unsafe { module.free_memory() };
        }
    }
}
