//! TypeScript, styles and glue to the scripts that a page loads, and to the package's types.

use std::fs;

use anyhow::Result;

use crate::fresh::{Inputs, Stage};
use crate::job;
use crate::screen::Screen;
use crate::setup::node::Node;
use crate::workspace::Workspace;

/// TypeScript's compiler, for types; webpack's loader only strips them.
pub const TYPESCRIPT: &str = "node_modules/typescript/bin/tsc";
const WEBPACK: &str = "node_modules/webpack/bin/webpack.js";

/// Writes `target/bundle`: `dist/` and `pkg/` as webpack leaves them, `types/` from TypeScript.
pub fn build(screen: &Screen, workspace: &Workspace, node: &Node) -> Result<()> {
    let task = screen.task("scripts");
    let folder = workspace.path("target/bundle");
    let mut inputs = Inputs::new().folder(&workspace.path("www/embed"))?;
    for stem in ["face/prequal", "engine/prequal", "tools/prequal_tools"] {
        for extension in ["js", "d.ts"] {
            inputs = inputs.file(&workspace.path(&format!("target/glue/{stem}.{extension}")))?;
        }
    }
    for file in ["webpack.config.js", "tsconfig.json", "package-lock.json"] {
        inputs = inputs.file(&workspace.path(file))?;
    }
    let stage = Stage::new(workspace, "bundle", inputs, vec![folder.clone()]);
    if stage.is_fresh() {
        task.done("up to date");
        return Ok(());
    }
    let _ = fs::remove_dir_all(&folder);
    task.note("webpack");
    let mut webpack = node.script(workspace, WEBPACK);
    webpack.args(["--mode", "production", "--no-color", "--stats", "errors-warnings"]);
    job::run_again_after_signal(&task, &mut webpack)?;
    task.note("types of the package");
    let mut types = node.script(workspace, TYPESCRIPT);
    types.args([
        "--project",
        "tsconfig.json",
        "--declaration",
        "--emitDeclarationOnly",
        // Whether the types are right is for the tests to say.
        "--noCheck",
        "--noEmit",
        "false",
        "--outDir",
        "target/bundle/types",
    ]);
    job::run_again_after_signal(&task, &mut types)?;
    stage.record()?;
    task.done("webpack");
    Ok(())
}
