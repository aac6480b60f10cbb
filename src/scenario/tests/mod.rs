//! The room as a whole: paths are sound, the same for a seed, as the reference simulation has them, and like
//! real bars.

mod certificate;
mod oracle;
mod paths;
mod stylised;
