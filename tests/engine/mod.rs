//! The engine against ledgers computed by hand, against an independent slow engine, and against its own rules.

mod golden;
mod markets;
mod one_pass;
mod peers;
mod properties;
mod reference;
mod view;
