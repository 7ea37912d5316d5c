//! Puts the built files in their places: `dist/` as a whole, `pkg/` beside its committed files.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use super::manifest;
use crate::fresh::{Inputs, Stage, files_below};
use crate::screen::Screen;
use crate::workspace::Workspace;

/// What is committed in pkg/.
const COMMITTED: [&str; 2] = ["package.json", "README.md"];
const LICENSES: [&str; 2] = ["LICENSE-MIT", "LICENSE-APACHE"];

pub fn assemble(screen: &Screen, workspace: &Workspace) -> Result<()> {
    check_version(workspace)?;
    for (name, folder, plan) in [
        ("dist/", workspace.dist(), dist_files(workspace)?),
        ("pkg/", workspace.path("pkg"), package_files(workspace)?),
    ] {
        let task = screen.task(name);
        let mut inputs = Inputs::new();
        for (place, source) in &plan {
            inputs = inputs.text(place).file(source)?;
        }
        let record = name.trim_end_matches('/');
        let stage = Stage::new(workspace, record, inputs, vec![folder.clone()]);
        let count = plan.len();
        if stage.is_fresh() {
            task.done(format!("{count} files, up to date"));
            continue;
        }
        replace(&folder, &plan)?;
        stage.record()?;
        task.done(format!("{count} files"));
    }
    Ok(())
}

/// Where each file of a folder comes from.
type Plan = BTreeMap<String, PathBuf>;

fn dist_files(workspace: &Workspace) -> Result<Plan> {
    let mut plan = Plan::new();
    add_folder(&mut plan, "", &workspace.path("target/bundle/dist"))?;
    let glue = workspace.path("target/glue");
    plan.insert("prequal-face.wasm".into(), glue.join("face/prequal.wasm"));
    plan.insert("prequal-engine.wasm".into(), glue.join("engine/prequal.wasm"));
    plan.insert("prequal-tools.wasm".into(), glue.join("tools/prequal_tools.wasm"));
    // The widget has English within it.
    add_folder(&mut plan, "strings/", &workspace.path("www/embed/strings"))?;
    plan.remove("strings/en.json");
    Ok(plan)
}

fn package_files(workspace: &Workspace) -> Result<Plan> {
    let mut plan = dist_files(workspace)?;
    add_folder(&mut plan, "", &workspace.path("target/bundle/pkg"))?;
    add_folder(&mut plan, "types/", &workspace.path("target/bundle/types"))?;
    let about = workspace.path("target").join(manifest::FOLDER);
    plan.insert(manifest::MANIFEST.into(), about.join(manifest::MANIFEST));
    plan.insert(format!("types/{}", manifest::ATTRIBUTES), about.join(manifest::ATTRIBUTES));
    add_folder(&mut plan, "types/", &workspace.path("www/frameworks"))?;
    for license in LICENSES {
        plan.insert(license.into(), workspace.path(license));
    }
    for file in COMMITTED {
        plan.insert(file.into(), workspace.path("pkg").join(file));
    }
    Ok(plan)
}

/// The place of each file of the npm package.
pub fn package_places(workspace: &Workspace) -> Result<BTreeSet<String>> {
    Ok(package_files(workspace)?.into_keys().collect())
}

fn add_folder(plan: &mut Plan, under: &str, folder: &Path) -> Result<()> {
    for path in files_below(folder)? {
        let place = path.strip_prefix(folder).unwrap_or(&path).to_string_lossy();
        plan.insert(format!("{under}{}", place.replace('\\', "/")), path);
    }
    Ok(())
}

/// Builds the folder aside and exchanges it, so that nobody sees half of it.
fn replace(folder: &Path, plan: &Plan) -> Result<()> {
    let (fresh, old) = (beside(folder, "new"), beside(folder, "old"));
    for leftover in [&fresh, &old] {
        let _ = fs::remove_dir_all(leftover);
    }
    for (place, source) in plan {
        let target = fresh.join(place);
        fs::create_dir_all(target.parent().expect("a file stands in a folder"))?;
        fs::copy(source, &target).with_context(|| format!("cannot copy {}", source.display()))?;
    }
    if folder.exists() {
        fs::rename(folder, &old)?;
    }
    fs::rename(&fresh, folder)?;
    let _ = fs::remove_dir_all(&old);
    Ok(())
}

/// In target/, on the same disk and out of sight.
fn beside(folder: &Path, suffix: &str) -> PathBuf {
    let name = folder.file_name().unwrap_or_default().to_string_lossy();
    folder.with_file_name("target").join(format!("{name}.{suffix}"))
}

/// The npm package and the crates carry one version.
fn check_version(workspace: &Workspace) -> Result<()> {
    let path = workspace.path("pkg/package.json");
    let text = fs::read_to_string(&path).context("cannot read pkg/package.json")?;
    let package: serde_json::Value = serde_json::from_str(&text).context("pkg/package.json is not JSON")?;
    let ours = env!("CARGO_PKG_VERSION");
    if package["version"] != ours {
        bail!("pkg/package.json says version {}, Cargo.toml says \"{ours}\": make them equal", package["version"]);
    }
    Ok(())
}
