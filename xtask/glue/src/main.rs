//! `prequal-glue INPUT OUT_DIR OUT_NAME` writes `OUT_NAME.js`, `OUT_NAME.d.ts` and
//! `OUT_NAME_bg.wasm` for the module `INPUT`.
//!
//! A crate apart from xtask because it takes half a minute to compile, which xtask can show and
//! do beside other work only when it is not itself waiting for it.
#![forbid(unsafe_code)]

mod short;

use std::env;
use std::path::Path;

use anyhow::{Context, bail};
use wasm_bindgen_cli_support::Bindgen;

fn main() -> anyhow::Result<()> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [input, folder, name] = arguments.as_slice() else {
        bail!("usage: prequal-glue INPUT OUT_DIR OUT_NAME");
    };
    Bindgen::new()
        .input_path(input)
        .out_name(name)
        .web(true)?
        .typescript(true)
        // The host passes the module's address: no address relative to the script may creep in.
        .omit_default_module_path(true)
        .remove_name_section(true)
        .remove_producers_section(true)
        .generate(folder)
        .with_context(|| format!("cannot write glue for {input}"))?;
    short::shorten(Path::new(folder), name).context("cannot shorten the names")
}
