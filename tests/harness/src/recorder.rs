//! Notes what a page says, for engines whose driver does not tell: the site's proxy puts it into each
//! page, before every other script.
//!
//! It comes from the site itself, as policies allow, and takes its tag away once it ran. Where a policy
//! forbids all scripts it does not run either, and nothing could have spoken.

pub const PATH: &str = "/recorder.js";

/// What reaches the window as an error.
pub const ERRORS: &str = "window.heardErrors = [];
    addEventListener('error', (e) => { if (e instanceof ErrorEvent) heardErrors.push('error: ' + e.message); }, true);
    addEventListener('unhandledrejection', (e) => heardErrors.push('rejection: ' + e.reason));";

const CONSOLE: &str = "window.heardLines = [];
    for (const level of ['debug', 'log', 'info', 'warn', 'error']) {
        const write = console[level];
        console[level] = (...words) => { heardLines.push(words.join(' ')); write.apply(console, words); };
    }
    document.currentScript.remove();";

/// Takes over the lines since the last time. A page without the recorder is a fault of the harness, unless its tag
/// still stands there: then the page's policy forbids scripts. Of a page that has only begun to arrive, not even the
/// tag is there.
pub fn take_lines() -> String {
    format!("if ({}) return []; return heardLines.splice(0);", is_mute())
}

pub fn errors() -> String {
    format!("if ({}) return []; return heardErrors;", is_mute())
}

fn is_mute() -> String {
    format!(
        "location.protocol === 'about:' || document.querySelector('script[src=\"{PATH}\"]')
            || (!window.heardLines && document.readyState === 'loading')"
    )
}

/// The answer to a request for the recorder.
pub fn answer() -> Vec<u8> {
    let script = format!("{ERRORS}\n{CONSOLE}\n");
    let length = script.len();
    format!("HTTP/1.1 200 OK\r\ncontent-type: text/javascript\r\ncontent-length: {length}\r\n\r\n{script}").into_bytes()
}

/// A page with the recorder's tag in it, as head and body; nothing if the answer is no page.
pub fn put_into(head: &[u8], body: &[u8]) -> Option<(Vec<u8>, Vec<u8>)> {
    let head = std::str::from_utf8(head).expect("heads are text");
    let is = |line: &str, name: &str| line.to_ascii_lowercase().starts_with(name);
    let is_page = head.split("\r\n").any(|line| is(line, "content-type: text/html"));
    if !is_page || body.is_empty() {
        return None;
    }
    let page = std::str::from_utf8(body).expect("pages are text");
    let begin =
        page.find("<html").and_then(|at| Some(at + page[at..].find('>')? + 1)).expect("pages begin with <html>");
    let page = format!("{}<script src=\"{PATH}\"></script>{}", &page[..begin], &page[begin..]);
    let lines = head.split("\r\n").map(|line| match is(line, "content-length:") {
        true => format!("content-length: {}", page.len()),
        false => line.to_owned(),
    });
    let head = lines.collect::<Vec<_>>().join("\r\n");
    assert!(head.contains("content-length: "), "the site says how long a page is");
    Some((head.into_bytes(), page.into_bytes()))
}
