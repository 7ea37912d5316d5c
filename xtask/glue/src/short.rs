//! Short names for what passes between a module and its glue.
//!
//! The generator's names carry a hash each, which does not compress and crosses the network twice,
//! in the module and in the script: about one and a half kilobytes for the widget.

use std::collections::HashMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};
use walrus::ModuleConfig;

/// Renames in `STEM_bg.wasm`, `STEM.js` and `STEM.d.ts` of a folder, which must agree.
pub fn shorten(folder: &Path, stem: &str) -> Result<()> {
    let wasm = folder.join(format!("{stem}_bg.wasm"));
    let script = folder.join(format!("{stem}.js"));
    let types = folder.join(format!("{stem}.d.ts"));
    let mut config = ModuleConfig::new();
    config.generate_name_section(false).generate_producers_section(false);
    let mut module = config.parse_file(&wasm)?;
    let text = fs::read_to_string(&script).context("the glue is not there")?;

    let imports = short_names(module.imports.iter().map(|import| import.name.as_str()));
    let called: Vec<&str> = exports_called(&text);
    let exports =
        short_names(module.exports.iter().map(|export| export.name.as_str()).filter(|name| called.contains(name)));
    let home = module.imports.iter().next().map(|import| import.module.clone()).unwrap_or_default();
    if module.imports.iter().any(|import| import.module != home) {
        bail!("the module imports from more than its glue");
    }

    let mut seen = 0;
    let text = replace_names(&text, |before, name, after| {
        if after.starts_with(':') {
            let short = imports.get(name);
            seen += usize::from(short.is_some());
            short
        } else if before.ends_with("wasm.") {
            exports.get(name)
        } else {
            None
        }
    });
    if seen != imports.len() {
        bail!("the glue names {seen} of {} imports", imports.len());
    }
    let text = text.replace(&format!("\"{home}\""), &format!("\"{HOME}\""));
    let declared = fs::read_to_string(&types).context("the glue has no types")?;
    let declared = replace_names(&declared, |before, name, after| {
        (before.ends_with("readonly ") && after.starts_with(':')).then(|| exports.get(name))?
    });

    for import in module.imports.iter_mut() {
        import.name.clone_from(&imports[&import.name]);
        HOME.clone_into(&mut import.module);
    }
    for export in module.exports.iter_mut() {
        if let Some(short) = exports.get(&export.name) {
            export.name.clone_from(short);
        }
    }
    module.emit_wasm_file(&wasm)?;
    fs::write(&script, text)?;
    Ok(fs::write(&types, declared)?)
}

/// The one module name under which all imports stand.
const HOME: &str = "a";

/// `a`, `b`, … `Z`, `aa`, … in the order given.
fn short_names<'n>(names: impl Iterator<Item = &'n str>) -> HashMap<String, String> {
    let mut short = HashMap::new();
    for name in names {
        let next = letters(short.len());
        short.entry(name.to_owned()).or_insert(next);
    }
    short
}

fn letters(mut number: usize) -> String {
    const LETTERS: &[u8; 52] = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    let mut text = String::new();
    loop {
        text.insert(0, char::from(LETTERS[number % LETTERS.len()]));
        number /= LETTERS.len();
        match number.checked_sub(1) {
            Some(rest) => number = rest,
            None => return text,
        }
    }
}

/// Every `name` of `wasm.name` in a script.
fn exports_called(script: &str) -> Vec<&str> {
    let mut called = Vec::new();
    let mut rest = script;
    while let Some((before, after)) = rest.split_once("wasm.") {
        let end = after.find(|letter| !in_name(letter)).unwrap_or(after.len());
        if !before.ends_with(in_name) {
            called.push(&after[..end]);
        }
        rest = after;
    }
    called
}

/// Walks the names of a script; `choose` sees what stands before and after each.
fn replace_names<'c>(text: &str, mut choose: impl FnMut(&str, &str, &str) -> Option<&'c String>) -> String {
    let mut result = String::with_capacity(text.len());
    let mut at = 0;
    while let Some(start) = text[at..].find(in_name).map(|offset| at + offset) {
        let end = text[start..].find(|letter| !in_name(letter)).map_or(text.len(), |length| start + length);
        let name = &text[start..end];
        result.push_str(&text[at..start]);
        result.push_str(choose(&text[..start], name, &text[end..]).map_or(name, String::as_str));
        at = end;
    }
    result.push_str(&text[at..]);
    result
}

fn in_name(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || letter == '_' || letter == '$'
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_all_different() {
        let mut names: Vec<String> = (0..6000).map(letters).collect();
        assert_eq!((names[0].as_str(), names[51].as_str(), names[52].as_str()), ("a", "Z", "aa"));
        names.sort();
        names.dedup();
        assert_eq!(names.len(), 6000);
    }

    #[test]
    fn only_whole_names_in_their_place_are_replaced() {
        let short = short_names(["__wbg_get_1", "__wbg_get_12"].into_iter());
        let text = "{ __wbg_get_1: f, __wbg_get_12: g, x: __wbg_get_1 }";
        let replaced = replace_names(text, |_, name, after| after.starts_with(':').then(|| short.get(name)).flatten());
        assert_eq!(replaced, "{ a: f, b: g, x: __wbg_get_1 }");
    }

    #[test]
    fn calls_into_the_module_are_found() {
        assert_eq!(exports_called("wasm.start(a); if (wasm.memory.buffer) my_wasm.other()"), ["start", "memory"]);
    }
}
