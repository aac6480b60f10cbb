//! What a verdict holds for: the class, how it is called, the program made of it, and everything that computes.

use crate::BUILT_FROM;
use crate::discovery::Strategy;
use crate::strategy::Meaning;
use crate::strategy::native::executors::BUILDS;
use crate::strategy::native::ir::Program;
use crate::strategy::native::lower::Request;
use crate::strategy::worker::Interpreter;
use std::hash::{Hash, Hasher};
use std::hint::black_box;

/// The first 128 bits of a blake3, in hexadecimal.
pub fn key(strategy: &Strategy, meaning: Meaning, program: &Program, interpreter: &Interpreter) -> String {
    // A rung that was not there could not agree.
    let rungs: Vec<&str> = BUILDS.iter().map(|(rung, _)| rung.name()).collect();
    let mut made = Bytes::default();
    (rungs, program).hash(&mut made);
    hashed(&made.0, strategy, meaning, interpreter)
}

/// Of a class that runs on columns: no program is made of it before it runs.
pub fn key_of_whole(strategy: &Strategy, meaning: Meaning, interpreter: &Interpreter) -> String {
    hashed(b"columns", strategy, meaning, interpreter)
}

/// What a class is lowered to follows from this: everything that lowering is told, and the code that lowers. The sources
/// themselves are in the strategy's hash.
pub fn key_of_translation(request: &Request<'_>) -> String {
    let mut hasher = blake3::Hasher::new();
    hasher.update(BUILT_FROM.as_bytes());
    hasher.update(format!("{request:?}").as_bytes());
    hasher.finalize().to_hex()[..32].to_owned()
}

/// What `Hash` says of a value, as it stands.
#[derive(Default)]
struct Bytes(Vec<u8>);

impl Hasher for Bytes {
    fn write(&mut self, bytes: &[u8]) {
        self.0.extend_from_slice(bytes);
    }

    /// Nobody asks for it.
    fn finish(&self) -> u64 {
        0
    }
}

fn hashed(made: &[u8], strategy: &Strategy, meaning: Meaning, interpreter: &Interpreter) -> String {
    let mut hasher = blake3::Hasher::new();
    let mut add_bytes = |part: &[u8]| {
        hasher.update(&(part.len() as u64).to_le_bytes());
        hasher.update(part);
    };
    add_bytes(made);
    let mut add = |part: &str| add_bytes(part.as_bytes());
    add(BUILT_FROM);
    add(&strategy.root);
    add(&strategy.module);
    add(&strategy.qualname);
    add(&strategy.source_hash);
    add(&format!("{:?} {:?} {meaning:?}", strategy.entry, strategy.constructor));
    for part in [&interpreter.implementation, &interpreter.version] {
        add(part);
    }
    for part in [&interpreter.numpy, &interpreter.pandas] {
        add(part.as_deref().unwrap_or_default());
    }
    add(&platform());
    hasher.finalize().to_hex()[..32].to_owned()
}

/// What results may depend on besides the program: system, processor and mathematical functions.
pub fn platform() -> String {
    format!("{} {} {}", std::env::consts::OS, std::env::consts::ARCH, libm())
}

/// The platform's mathematical functions, known by what they answer where implementations differ in the last bit.
fn libm() -> String {
    let mut hasher = blake3::Hasher::new();
    let mut x = 0.000_123_f64;
    for step in 0..128 {
        x = x * 1.203_0 + 1e-6 * f64::from(step);
        // Through a black box, or the compiler answers in the platform's place.
        let x = black_box(x);
        let answers = [
            x.powf(black_box(2.0)),
            x.powf(black_box(0.5)),
            x.powf(black_box(-1.37)),
            (x % 40.0).exp(),
            x.ln(),
            x.log10(),
            x.log2(),
            x.sin(),
            x.cos(),
            x.tan(),
            x.atan(),
            x.tanh(),
            x.ln_1p(),
            (x % 3.0).exp_m1(),
        ];
        for answer in answers {
            hasher.update(&answer.to_bits().to_le_bytes());
        }
    }
    hasher.finalize().to_hex()[..16].to_owned()
}
