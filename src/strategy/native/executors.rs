//! What can run a program here, from the top.

use super::Rung;
use super::verify::Build;

pub const BUILDS: &[(Rung, Build)] = &[];
