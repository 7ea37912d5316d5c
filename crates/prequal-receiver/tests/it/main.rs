//! The receiver through its public face: the router with a real database, and the program itself.

mod cross_origin;
mod hostile;
mod inbox;
mod intake;
mod live;
mod program;
mod rig;
mod visitor;
mod withdrawal;
