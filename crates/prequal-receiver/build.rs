//! A new migration must be embedded even when no Rust file changed.

fn main() {
    println!("cargo:rerun-if-changed=migrations");
}
