//! Nothing can be sent but what `consent` made: code that tries is not compiled, and for that reason.
//!
//! rustdoc's `compile_fail` does not look at error codes on the stable compiler, and trybuild would build this crate
//! and all that tests need once more: each sample is handed to the compiler with the library that these tests use.

use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What samples need not say again.
const PRELUDE: &str =
    "use prequal::{consent::*, flow::{self, Checked}, json::Numbers, lead, outbox::{self, Effect}};\n";

/// What may be done: it compiles, so that what follows fails for its own reason.
const ALLOWED: &str = "
pub fn send(lead: ConsentedLead) -> Effect { Effect::Send(Parcel::Lead(lead)) }
pub fn take_back(notice: Withdrawal) -> Effect { Effect::Send(Parcel::Withdrawal(notice)) }
pub fn make(lead: QualifiedLead, granted: Granted, flow: &Checked) -> Vec<ConsentedLead> { seal(lead, granted, &[], flow) }
pub fn read(lead: &ConsentedLead) -> &str { lead.post().body() }
";

/// A sample, the code of the error that it must meet, and what that says.
const DENIED: [(&str, &str, &str); 25] = [
    (
        "pub fn f(x: ConsentedLead) -> ConsentedLead { ConsentedLead { flow: String::new(), ..x } }",
        "E0451",
        "ConsentedLead`",
    ),
    ("pub fn f(x: Withdrawal) -> Withdrawal { Withdrawal { lead: String::new(), ..x } }", "E0451", "Withdrawal`"),
    ("pub fn f(x: Post) -> Post { Post { body: String::new(), ..x } }", "E0451", "Post`"),
    ("pub fn f(x: lead::Record) -> Granted { Granted(x) }", "E0423", "private fields"),
    ("pub fn f(x: lead::Lead) -> QualifiedLead { QualifiedLead(x) }", "E0423", "private fields"),
    ("pub fn f() -> ConsentedLead { Default::default() }", "E0277", "ConsentedLead: Default`"),
    ("pub fn f() -> Withdrawal { Default::default() }", "E0277", "Withdrawal: Default`"),
    ("pub fn f() -> Post { Default::default() }", "E0277", "Post: Default`"),
    ("pub fn f() -> Parcel { Default::default() }", "E0277", "Parcel: Default`"),
    ("pub fn f() -> Granted { Default::default() }", "E0277", "Granted: Default`"),
    ("pub fn f() -> QualifiedLead { Default::default() }", "E0277", "QualifiedLead: Default`"),
    ("fn r<T: flow::Read>() {} pub fn f() { r::<ConsentedLead>() }", "E0277", "ConsentedLead: "),
    ("fn r<T: flow::Read>() {} pub fn f() { r::<Withdrawal>() }", "E0277", "Withdrawal: "),
    ("pub fn f() -> ConsentedLead { ConsentedLead::new() }", "E0599", "ConsentedLead`"),
    ("pub fn f() -> Withdrawal { Withdrawal::new() }", "E0599", "Withdrawal`"),
    ("pub fn f(x: &mut ConsentedLead, y: Post) { x.post = y }", "E0616", "ConsentedLead` is private"),
    ("pub fn f(x: &mut Granted, y: lead::Record) { x.0 = y }", "E0616", "Granted` is private"),
    ("pub fn f(x: &mut QualifiedLead, y: lead::Lead) { x.0 = y }", "E0616", "QualifiedLead` is private"),
    ("pub fn f(x: lead::Lead) -> Parcel { Parcel::Lead(x) }", "E0308", "mismatched types"),
    ("pub fn f(x: lead::Lead) -> Effect { Effect::Send(x) }", "E0308", "mismatched types"),
    ("pub fn f(x: QualifiedLead) -> Effect { Effect::Send(x) }", "E0308", "mismatched types"),
    ("pub fn f(x: Post) -> Effect { Effect::Send(x) }", "E0308", "mismatched types"),
    ("pub fn f(x: String) -> Effect { Effect::Send(x) }", "E0308", "mismatched types"),
    ("pub fn f(x: lead::Lead, y: Granted, z: &Checked) { seal(x, y, &[], z); }", "E0308", "mismatched types"),
    ("pub fn f(x: &str) { prequal::consent::restored(x, 0, Numbers::NATIVE); }", "E0603", "`restored` is private"),
];

/// The errors of a sample: code and message.
fn errors(sample: &str, library: &Path, folder: &Path) -> Vec<(String, String)> {
    let source = folder.join("sample.rs");
    std::fs::write(&source, format!("#![allow(unused_imports)]\n{PRELUDE}{sample}")).expect("a sample");
    let mut command = Command::new(std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()));
    command.args(["--edition", "2024", "--crate-type", "lib", "--emit", "metadata", "--error-format", "json"]);
    command.arg("-L").arg(library.parent().expect("a folder")).arg("--out-dir").arg(folder);
    command.arg("--extern").arg(format!("prequal={}", library.display())).arg(source);
    let said = String::from_utf8(command.output().expect("a compiler").stderr).expect("text");
    let parsed = said.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let errors = parsed.filter(|said| said["level"] == "error" && !said["message"].as_str().is_some_and(ends));
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    errors.map(|said| (text(&said["code"]["code"]), text(&said["message"]))).collect()
}

/// The compiler's last word after errors.
fn ends(message: &str) -> bool {
    message.starts_with("aborting due to")
}

/// Beside the tests stand the libraries of this and of earlier builds; the newest that the compiler takes is theirs.
fn library(folder: &Path) -> PathBuf {
    let tests = std::env::current_exe().expect("these tests");
    let files = std::fs::read_dir(tests.parent().expect("a folder")).expect("files").map(|file| file.expect("a file"));
    let ours = files.filter(|file| {
        let name = file.file_name().into_string().unwrap_or_default();
        name.starts_with("libprequal-") && name.ends_with(".rlib")
    });
    let mut built: Vec<_> = ours.map(|file| (file.metadata().and_then(|it| it.modified()).ok(), file.path())).collect();
    built.sort();
    let compiles = |path: &PathBuf| errors(ALLOWED, path, folder).is_empty();
    built.into_iter().rev().map(|(_, path)| path).find(compiles).expect("a library with which the allowed compiles")
}

#[test]
fn nothing_is_sent_that_consent_did_not_make() {
    let folder = std::env::temp_dir().join(format!("prequal-by-type-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    let library = library(&folder);
    for (sample, code, said) in DENIED {
        let errors = errors(sample, &library, &folder);
        assert!(!errors.is_empty(), "{sample} compiles");
        let meant = |(found, message): &(String, String)| found == code && message.contains(said);
        assert!(errors.iter().all(meant), "{sample}: {code} “{said}” is not {errors:?}");
    }
    std::fs::remove_dir_all(&folder).expect("a folder");
}
