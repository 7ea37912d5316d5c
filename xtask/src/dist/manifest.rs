//! What editors and frameworks read about the element: the custom-elements manifest, and the types of
//! its attributes. Nothing in them is written twice: attributes come from www/embed/attributes.json,
//! methods and events from the interfaces in www/embed, parts and properties from docs/styling.md.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use crate::workspace::Workspace;

/// Under target/.
pub const FOLDER: &str = "manifest";
pub const MANIFEST: &str = "custom-elements.json";
pub const ATTRIBUTES: &str = "attributes.d.ts";

/// An attribute as attributes.json has it, which the documentation is made from too.
struct Attribute {
    name: String,
    kind: String,
    values: String,
    default: String,
    text: String,
}

impl Attribute {
    fn read(value: &Value) -> Result<Attribute> {
        let part = |key: &str| value[key].as_str().map(str::to_owned).with_context(|| format!("{value} has no {key}"));
        Ok(Attribute {
            name: part("name")?,
            kind: part("type")?,
            values: part("values")?,
            default: part("default")?,
            text: part("text")?,
        })
    }

    /// In TypeScript. Words are listed in `values`, each in backticks.
    fn typed(&self) -> String {
        let words: Vec<&str> =
            self.values.split(", ").filter_map(|word| word.strip_prefix('`')?.strip_suffix('`')).collect();
        match self.kind.as_str() {
            "word" if !words.is_empty() => {
                words.iter().map(|word| format!("\"{word}\"")).collect::<Vec<_>>().join(" | ")
            }
            "number" => "number | `${number}`".to_owned(),
            _ => "string".to_owned(),
        }
    }
}

/// A line of an interface, with what is said of it.
#[derive(Debug, PartialEq)]
struct Member {
    name: String,
    /// All after the name.
    rest: String,
    text: String,
}

/// Writes `target/manifest`.
pub fn write(workspace: &Workspace) -> Result<()> {
    let read = |path: &str| fs::read_to_string(workspace.path(path)).with_context(|| format!("cannot read {path}"));
    let attributes: Vec<Value> =
        serde_json::from_str(&read("www/embed/attributes.json")?).context("attributes.json")?;
    let attributes = attributes.iter().map(Attribute::read).collect::<Result<Vec<_>>>().context("attributes.json")?;
    let events = members(&read("www/embed/events.ts")?, "interface ChatEvents {");
    let methods = members(&read("www/embed/page/methods.ts")?, "interface Methods {");
    let styling = read("docs/styling.md")?;
    let (properties, parts) = (rows(&styling, "| Property |"), rows(&styling, "| Part |"));
    for (what, count) in
        [("event", events.len()), ("method", methods.len()), ("property", properties.len()), ("part", parts.len())]
    {
        ensure!(count > 0, "no {what} of the element was found where its documentation stands");
    }
    let folder = workspace.path("target").join(FOLDER);
    fs::create_dir_all(&folder)?;
    let manifest = manifest(&attributes, &methods, &events, &properties, &parts);
    put(&folder.join(MANIFEST), &format!("{manifest:#}\n"))?;
    put(&folder.join(ATTRIBUTES), &types(&attributes))
}

fn put(file: &Path, text: &str) -> Result<()> {
    fs::write(file, text).with_context(|| format!("cannot write {}", file.display()))
}

/// Of schema 2.1.0 (github.com/webcomponents/custom-elements-manifest).
fn manifest(
    attributes: &[Attribute],
    methods: &[Member],
    events: &[Member],
    properties: &[Vec<String>],
    parts: &[Vec<String>],
) -> Value {
    let attributes = attributes.iter().map(|one| {
        json!({ "name": one.name, "type": { "text": one.typed() }, "default": plain(&one.default), "description": one.text })
    });
    let methods = methods.iter().map(|one| {
        let (parameters, gives) = one.rest.rsplit_once("): ").unwrap_or((&one.rest, "void"));
        let parameters = parameters.trim_start_matches('(').split(", ").filter_map(|one| one.split_once(": "));
        let parameters = parameters.map(|(name, kind)| {
            let optional = name.ends_with('?');
            json!({ "name": name.trim_end_matches('?'), "type": { "text": kind }, "optional": optional })
        });
        json!({
            "kind": "method", "name": one.name, "description": one.text,
            "parameters": parameters.collect::<Vec<_>>(), "return": { "type": { "text": gives } },
        })
    });
    let events = events.iter().map(|one| {
        json!({ "name": one.name, "type": { "text": one.rest.trim_start_matches(": ") }, "description": one.text })
    });
    let properties = properties.iter().map(|row| {
        json!({ "name": plain(&row[0]), "default": plain(&row[2]), "description": format!("{}: {}", row[1], row[3]) })
    });
    let parts = parts.iter().flat_map(|row| {
        let names: Vec<String> = row[0].split(", ").map(plain).collect();
        names.into_iter().map(|name| json!({ "name": name, "description": row[1] }))
    });
    let class = json!({
        "kind": "class",
        "name": "ChatElement",
        "customElement": true,
        "tagName": "prequal-chat",
        "superclass": { "name": "HTMLElement" },
        "description": "The widget: a launcher that opens a conversation, or the conversation in its own place.",
        "attributes": attributes.collect::<Vec<_>>(),
        "members": methods.collect::<Vec<_>>(),
        "events": events.collect::<Vec<_>>(),
        "slots": [{ "name": "", "description": "The page's own form, which shows whenever the widget does not." }],
        "cssProperties": properties.collect::<Vec<_>>(),
        "cssParts": parts.collect::<Vec<_>>(),
    });
    let export = json!({ "kind": "js", "name": "ChatElement", "declaration": { "name": "ChatElement" } });
    let module = |path: &str, declarations: Vec<&Value>, exports: Value| json!({ "kind": "javascript-module", "path": path, "declarations": declarations, "exports": exports });
    let definition = |tag: &str, class: &str, module: &str| json!({ "kind": "custom-element-definition", "name": tag, "declaration": { "name": class, "module": module } });
    let chat = definition("prequal-chat", "ChatElement", "prequal.mjs");
    let kept = definition("prequal-kept", "KeptElement", "prequal-kept.js");
    json!({
        "schemaVersion": "2.1.0",
        "readme": "README.md",
        "modules": [
            module("prequal.mjs", vec![&class], json!([export])),
            // The script tag's: it defines the element by itself.
            module("prequal.js", Vec::new(), json!([chat])),
            module("prequal-kept.js", vec![&kept_class()], json!([kept])),
        ],
    })
}

/// The element that shows what is kept of signals (www/embed/signals/kept.ts, docs/signals.md).
fn kept_class() -> Value {
    let slots = [
        ("heading", "Stands above what is kept."),
        ("erase", "A button that deletes it."),
        ("none", "Stands there where nothing is kept."),
    ];
    let parts = [
        ("span", "When the visitor agreed, and until when it is kept."),
        ("list", "What was seen."),
        ("item", "One of it, with its time."),
    ];
    let [slots, parts] = [slots, parts].map(|all| all.map(|(name, text)| json!({ "name": name, "description": text })));
    json!({
        "kind": "class",
        "name": "KeptElement",
        "customElement": true,
        "tagName": "prequal-kept",
        "superclass": { "name": "HTMLElement" },
        "description": "Shows a visitor what flows keep of signals in this browser, and deletes it.",
        "attributes": [{
            "name": "flow", "type": { "text": "string" },
            "description": "The address of a flow: shows what is kept for it alone, by the labels of its signals.",
        }],
        "members": [{
            "kind": "method", "name": "erase", "return": { "type": { "text": "Promise<void>" } },
            "description": "Deletes what is kept: of its flow where it names one, of all otherwise.",
        }],
        "events": [{ "name": "erased", "type": { "text": "Event" }, "description": "It was deleted." }],
        "slots": slots,
        "cssParts": parts,
    })
}

/// The attributes for templates, each with what the documentation says of it.
fn types(attributes: &[Attribute]) -> String {
    let mut text = "/** Attributes of `<prequal-chat>`. */\nexport interface ChatAttributes {\n".to_owned();
    for one in attributes {
        let (name, typed) = (&one.name, one.typed());
        let said = one.text.replace("*/", "* /");
        text.push_str(&format!(
            "  /**\n   * {said}\n   * @default {}\n   */\n  {name}?: {typed} | undefined;\n",
            one.default
        ));
    }
    text.push_str("}\n");
    text
}

/// The members of an interface whose every member stands in a line of its own below a comment.
fn members(source: &str, head: &str) -> Vec<Member> {
    let Some((_, body)) = source.split_once(head) else { return Vec::new() };
    let body = body.split("\n}").next().unwrap_or_default();
    let mut all = Vec::new();
    let mut text = String::new();
    for line in body.lines().map(str::trim) {
        if let Some(said) = line.strip_prefix("/**") {
            text = said.trim_end_matches("*/").trim().to_owned();
        } else if let Some(said) = line.strip_prefix('*') {
            text = format!("{text} {}", said.trim_end_matches("*/").trim_end_matches('/').trim()).trim().to_owned();
        } else if let Some(member) = line.strip_suffix(';') {
            let quoted = member.strip_prefix('"').and_then(|rest| rest.split_once('"'));
            let (name, rest) =
                quoted.or_else(|| member.find(['(', ':']).map(|at| member.split_at(at))).unwrap_or((member, ""));
            all.push(Member { name: name.to_owned(), rest: rest.to_owned(), text: std::mem::take(&mut text) });
        }
    }
    all
}

/// The rows of the table with this head.
fn rows(page: &str, head: &str) -> Vec<Vec<String>> {
    let lines =
        page.lines().skip_while(|line| !line.starts_with(head)).skip(2).take_while(|line| line.starts_with('|'));
    lines.map(|line| line.trim_matches('|').split(" | ").map(|cell| cell.trim().to_owned()).collect()).collect()
}

/// Without the marks of a code span, where it is one.
fn plain(text: &str) -> String {
    let inner = text.strip_prefix('`').and_then(|rest| rest.strip_suffix('`')).filter(|inner| !inner.contains('`'));
    inner.unwrap_or(text).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_are_read_with_their_comments() {
        let source = "export interface Methods {\n  /** Opens it,\n   *  or closes it. */\n  toggle(): Promise<void>;\n  \
            /** Begins. */\n  start(step?: string): Promise<void>;\n}\ninterface Other {\n  no(): void;\n}\n";
        let member =
            |name: &str, rest: &str, text: &str| Member { name: name.into(), rest: rest.into(), text: text.into() };
        let expected = [
            member("toggle", "(): Promise<void>", "Opens it, or closes it."),
            member("start", "(step?: string): Promise<void>", "Begins."),
        ];
        assert_eq!(members(source, "interface Methods {"), expected);
        let events = members(
            "interface E {\n  /** Asked. */\n  \"prequal:step\": CustomEvent<{ step: string }>;\n}",
            "interface E {",
        );
        assert_eq!(events, [member("prequal:step", ": CustomEvent<{ step: string }>", "Asked.")]);
        assert_eq!(members(source, "interface Missing {"), []);
    }

    #[test]
    fn words_become_a_choice() {
        let attribute = |kind: &str, values: &str| Attribute {
            name: String::new(),
            kind: kind.into(),
            values: values.into(),
            default: String::new(),
            text: String::new(),
        };
        assert_eq!(attribute("word", "`light`, `dark`").typed(), "\"light\" | \"dark\"");
        assert_eq!(attribute("number", "any `z-index`").typed(), "number | `${number}`");
        assert_eq!(attribute("text", "any").typed(), "string");
    }

    #[test]
    fn a_table_gives_its_rows() {
        let page = "| Part | What |\n| --- | --- |\n| `a`, `b` | two |\n\n| Other | x |\n";
        assert_eq!(rows(page, "| Part |"), [["`a`, `b`", "two"]]);
        assert_eq!(plain("`a`"), "a");
        assert_eq!(plain("`a` of `b`"), "`a` of `b`");
    }
}
