//! The program, run as people run it: arguments, streams, files, exit codes.

mod check;
mod diff;
mod eval;
mod explain;
mod help;
mod history;
mod hostile;
mod parts;
mod readme;
mod rich;
mod rig;
mod score;
mod texts;
