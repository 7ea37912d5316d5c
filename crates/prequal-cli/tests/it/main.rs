//! The program, run as people run it: arguments, streams, files, exit codes.

mod check;
mod eval;
mod rig;
mod score;
