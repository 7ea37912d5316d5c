//! The network between the browser and a server: it counts what passes at the socket, and fails on
//! request.
//!
//! It forwards requests one by one and reads them only as far as needed to tell where each ends.

use super::recorder;
use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// What the network does to posts; a browser's own question (OPTIONS) passes unless nobody listens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    Pass,
    /// Nobody listens, and what was open is cut.
    Refuse,
    /// The request arrives here and the connection is reset; the server sees nothing.
    Reset,
    /// The server answers, and its answer is lost in a reset.
    Lose,
    /// The server answers, and its answer waits here until the mode changes.
    Hold,
    /// The request waits here until the mode changes.
    Stall,
    /// The request breaks off in the middle of its body, by a reset; the server sees nothing.
    Break,
    /// The server answers, and a reset cuts its answer in the middle of its head.
    HalfHead,
    /// The server answers, and a reset cuts its answer in the middle of its body.
    HalfBody,
    /// No answer ever comes, and the server sees nothing.
    Silent,
    /// Another answers in the server's place, which sees nothing.
    Answer(Answer),
}

/// An answer that is not the server's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Answer {
    pub status: u16,
    pub headers: &'static [(&'static str, &'static str)],
    pub body: &'static str,
    pub allows: Allows,
    pub to: To,
}

impl Answer {
    /// What a post is answered by a server that lets the page read its answer.
    pub const fn status(status: u16) -> Answer {
        Answer { status, headers: &[], body: "{}", allows: Allows::Origin, to: To::Posts }
    }

    fn is_for(self, method: &str) -> bool {
        match self.to {
            To::Posts => method == "POST",
            To::Preflights => method == "OPTIONS",
            To::All => true,
        }
    }
}

/// Which pages may read an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Allows {
    Nobody,
    Anybody,
    Origin,
}

/// What is answered so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum To {
    Posts,
    /// The browser's own question alone.
    Preflights,
    All,
}

#[derive(Clone, Debug)]
pub struct Request {
    pub at: Instant,
    pub method: String,
    pub path: String,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    /// As far as it came.
    pub body: Vec<u8>,
    /// The server's status, once it answered.
    pub status: Option<u16>,
}

impl Request {
    pub fn header(&self, name: &str) -> Option<&str> {
        find(&self.headers, name)
    }
}

fn find<'h>(headers: &'h [(String, String)], name: &str) -> Option<&'h str> {
    headers.iter().find(|(given, _)| given == name).map(|(_, value)| value.as_str())
}

/// What passed so far.
#[derive(Clone, Debug, Default)]
pub struct Log {
    pub connections: usize,
    /// From the browser.
    pub bytes: usize,
    pub requests: Vec<Request>,
}

#[derive(Clone)]
pub struct Proxy {
    address: SocketAddr,
    mode: watch::Sender<Mode>,
    /// What becomes of the next posts, before the mode counts again.
    next: Arc<Mutex<VecDeque<Mode>>>,
    /// The end of the path of files that are on their way until it changes.
    slow: watch::Sender<Option<&'static str>>,
    listening: watch::Receiver<bool>,
    /// Whether pages get the recorder.
    records: bool,
    log: Arc<Mutex<Log>>,
}

impl Proxy {
    /// Listens on a free port of loopback.
    pub async fn start(upstream: SocketAddr) -> Proxy {
        Proxy::start_with(upstream, false).await
    }

    /// The same, and pages get the recorder.
    pub async fn start_recording(upstream: SocketAddr) -> Proxy {
        Proxy::start_with(upstream, true).await
    }

    async fn start_with(upstream: SocketAddr, records: bool) -> Proxy {
        let (listener, address) = crate::fresh_socket().await;
        let (mode, _) = watch::channel(Mode::Pass);
        let (heard, listening) = watch::channel(true);
        let (slow, _) = watch::channel(None);
        let proxy = Proxy { address, mode, next: Arc::default(), slow, listening, records, log: Arc::default() };
        tokio::spawn(accept(proxy.clone(), listener, heard, upstream));
        proxy
    }

    pub fn origin(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Changes what the network does; in force when this returns.
    pub async fn switch(&self, mode: Mode) {
        self.mode.send_replace(mode);
        let mut listening = self.listening.clone();
        listening.wait_for(|open| *open == (mode != Mode::Refuse)).await.expect("the proxy runs");
    }

    /// What becomes of the next posts, one each: none of them waits, and a refusal is no fate of a single one.
    pub fn next(&self, modes: impl IntoIterator<Item = Mode>) {
        self.next.lock().expect("no test panics while it plans").extend(modes);
    }

    /// Everything passes again.
    pub async fn mend(&self) {
        self.next.lock().expect("no test panics while it plans").clear();
        self.let_go();
        self.switch(Mode::Pass).await;
    }

    /// Keeps the answers for a file on their way until they are let go.
    pub fn hold_file(&self, end_of_path: &'static str) {
        self.slow.send_replace(Some(end_of_path));
    }

    pub fn let_go(&self) {
        self.slow.send_replace(None);
    }

    pub fn log(&self) -> Log {
        self.log.lock().expect("no test panics while it logs").clone()
    }

    /// The leads posted here, each attempt.
    pub fn posts(&self) -> Vec<Request> {
        let mut requests = self.log().requests;
        requests.retain(|request| request.method == "POST");
        requests
    }

    /// Waits for one more post than there were.
    pub async fn wait_for_another_post(&self, before: usize) {
        super::wait_until("another post", async || self.posts().len() > before).await;
    }

    fn note(&self, change: impl FnOnce(&mut Log)) {
        change(&mut self.log.lock().expect("no test panics while it logs"));
    }
}

async fn accept(proxy: Proxy, listener: TcpListener, heard: watch::Sender<bool>, upstream: SocketAddr) {
    let mut mode = proxy.mode.subscribe();
    let mut listener = Some(listener);
    loop {
        if *mode.borrow_and_update() == Mode::Refuse {
            listener = None;
            heard.send_replace(false);
            if mode.changed().await.is_err() {
                return;
            }
            continue;
        }
        let open = match listener.take() {
            Some(open) => open,
            None => TcpListener::bind(proxy.address).await.expect("the port is still ours"),
        };
        heard.send_replace(true);
        tokio::select! {
            accepted = open.accept() => if let Ok((browser, _)) = accepted {
                proxy.note(|log| log.connections += 1);
                let proxy = proxy.clone();
                tokio::spawn(async move {
                    let mut mode = proxy.mode.subscribe();
                    let cut = async { mode.wait_for(|mode| *mode == Mode::Refuse).await.is_ok() };
                    tokio::select! {
                        _ = carry(&proxy, browser, upstream) => {}
                        _ = cut => {}
                    }
                });
            },
            changed = mode.changed() => if changed.is_err() { return },
        }
        listener = Some(open);
    }
}

/// One connection of the browser, request by request. `None` when it ended.
async fn carry(proxy: &Proxy, mut browser: TcpStream, upstream: SocketAddr) -> Option<()> {
    let mut mode = proxy.mode.subscribe();
    let mut read = Vec::new();
    loop {
        let head = head(&mut browser, &mut read).await?;
        let mut first = head.first.split(' ').map(str::to_owned);
        let (method, path) = (first.next()?, first.next()?);
        let is_post = method == "POST";
        let planned =
            if is_post { proxy.next.lock().expect("no test panics while it plans").pop_front() } else { None };
        let breaks = is_post && planned.unwrap_or(*mode.borrow()) == Mode::Break;
        let length = head.length.unwrap_or(0);
        let body = body(&mut browser, &mut read, if breaks { length / 2 } else { length }.into()).await?;
        if proxy.records && path == recorder::PATH {
            browser.write_all(&recorder::answer()).await.ok()?;
            continue;
        }
        let file = path.clone();
        let mut place = 0;
        proxy.note(|log| {
            place = log.requests.len();
            log.bytes += head.bytes.len() + body.len();
            let (method, headers, body) = (method.clone(), head.headers.clone(), body.clone());
            log.requests.push(Request { at: Instant::now(), method, path, headers, body, status: None });
        });
        if is_post {
            mode.wait_for(|mode| *mode != Mode::Stall).await.ok()?;
        }
        // What happens to a request is what was so when it came.
        let fate = planned.unwrap_or(*mode.borrow());
        match fate {
            Mode::Reset | Mode::Break if is_post => return reset(&browser),
            Mode::Silent if is_post => {
                while more(&mut browser, &mut read).await.is_some() {}
                return None;
            }
            Mode::Answer(answer) if answer.is_for(&method) => {
                browser.write_all(answered(answer, &head).as_bytes()).await.ok()?;
                continue;
            }
            _ => {}
        }
        // A connection for each request: none that the server closes meanwhile.
        let mut server = TcpStream::connect(upstream).await.ok()?;
        server.write_all(&head.bytes).await.ok()?;
        server.write_all(&body).await.ok()?;
        let mut answer = Vec::new();
        let reply = self::head(&mut server, &mut answer).await?;
        let content = self::body(&mut server, &mut answer, reply.end()).await?;
        proxy.note(|log| {
            log.requests[place].status = reply.first.split(' ').nth(1).and_then(|status| status.parse().ok());
        });
        if is_post {
            mode.wait_for(|mode| *mode != Mode::Hold).await.ok()?;
            match fate {
                Mode::Lose => return reset(&browser),
                Mode::HalfHead => {
                    browser.write_all(&reply.bytes[..reply.bytes.len() / 2]).await.ok()?;
                    return reset_once_read(&browser).await;
                }
                Mode::HalfBody => {
                    browser.write_all(&reply.bytes).await.ok()?;
                    browser.write_all(&content[..content.len() / 2]).await.ok()?;
                    return reset_once_read(&browser).await;
                }
                _ => {}
            }
        }
        let mut slow = proxy.slow.subscribe();
        slow.wait_for(|slow| !slow.is_some_and(|end| file.ends_with(end))).await.ok()?;
        // What a page's script fetches is shown by none: there the recorder would be a script that the page lacks.
        let is_shown = find(&head.headers, "sec-fetch-dest") != Some("empty");
        let page = if proxy.records && is_shown { recorder::put_into(&reply.bytes, &content) } else { None };
        let (head, content) = page.unwrap_or((reply.bytes, content));
        browser.write_all(&head).await.ok()?;
        browser.write_all(&content).await.ok()?;
    }
}

/// The answer of another, as text.
fn answered(answer: Answer, asked: &Head) -> String {
    let origin = find(&asked.headers, "origin").unwrap_or_default();
    let allowed = match answer.allows {
        Allows::Nobody => String::new(),
        Allows::Anybody => "access-control-allow-origin: *\r\naccess-control-allow-headers: *\r\n".to_owned(),
        Allows::Origin => {
            format!("access-control-allow-origin: {origin}\r\naccess-control-expose-headers: retry-after\r\n")
        }
    };
    let headers: String = answer.headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    let Answer { status, body, .. } = answer;
    format!("HTTP/1.1 {status} Other\r\n{allowed}{headers}content-length: {}\r\n\r\n{body}", body.len())
}

/// A reset throws away what the browser has not read yet.
async fn reset_once_read(browser: &TcpStream) -> Option<()> {
    tokio::time::sleep(Duration::from_millis(50)).await;
    reset(browser)
}

/// Closes with a reset instead of a farewell.
fn reset(browser: &TcpStream) -> Option<()> {
    browser.set_zero_linger().expect("the socket is open");
    None
}

struct Head {
    bytes: Vec<u8>,
    /// The request or status line.
    first: String,
    headers: Vec<(String, String)>,
    length: Option<usize>,
}

/// Where a body ends.
enum End {
    After(usize),
    LastChunk,
}

impl From<usize> for End {
    fn from(length: usize) -> Self {
        End::After(length)
    }
}

impl Head {
    /// The end of a server's body.
    fn end(&self) -> End {
        let chunked = self.headers.iter().any(|(name, value)| name == "transfer-encoding" && value == "chunked");
        if chunked { End::LastChunk } else { End::After(self.length.unwrap_or(0)) }
    }
}

/// Reads the head of a message; what comes after it stays in `read`.
async fn head(from: &mut TcpStream, read: &mut Vec<u8>) -> Option<Head> {
    let size = loop {
        if let Some(at) = read.windows(4).position(|four| four == b"\r\n\r\n") {
            break at + 4;
        }
        more(from, read).await?;
    };
    let bytes: Vec<u8> = read.drain(..size).collect();
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let mut lines = text.split("\r\n");
    let first = lines.next()?.to_owned();
    let headers: Vec<(String, String)> = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
        .collect();
    let length = headers.iter().find(|(name, _)| name == "content-length").and_then(|(_, value)| value.parse().ok());
    Some(Head { bytes, first, headers, length })
}

/// Reads what follows a head; what comes after it stays in `read`.
async fn body(from: &mut TcpStream, read: &mut Vec<u8>, end: End) -> Option<Vec<u8>> {
    let size = loop {
        match end {
            End::After(length) if read.len() >= length => break length,
            End::LastChunk if read.ends_with(b"0\r\n\r\n") => break read.len(),
            _ => more(from, read).await?,
        }
    };
    Some(read.drain(..size).collect())
}

async fn more(from: &mut TcpStream, read: &mut Vec<u8>) -> Option<()> {
    let mut block = [0; 16 * 1024];
    let count = tokio::time::timeout(Duration::from_secs(60), from.read(&mut block)).await.ok()?.ok()?;
    read.extend_from_slice(&block[..count]);
    (count > 0).then_some(())
}
