//! The network between the browser and a server: it counts what passes at the socket, and fails on
//! request.
//!
//! It forwards requests one by one and reads them only as far as needed to tell where each ends.

use super::recorder;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;
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
}

#[derive(Clone, Debug)]
pub struct Request {
    pub method: String,
    pub path: String,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
    /// The server's status, once it answered.
    pub status: Option<u16>,
}

impl Request {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(given, _)| given == name).map(|(_, value)| value.as_str())
    }
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
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("a bound socket has an address");
        let (mode, _) = watch::channel(Mode::Pass);
        let (heard, listening) = watch::channel(true);
        let (slow, _) = watch::channel(None);
        let proxy = Proxy { address, mode, slow, listening, records, log: Arc::default() };
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
        let (head, body) = message(&mut browser, &mut read, |head| head.length.unwrap_or(0).into()).await?;
        let mut first = head.first.split(' ').map(str::to_owned);
        let (method, path) = (first.next()?, first.next()?);
        if proxy.records && path == recorder::PATH {
            browser.write_all(&recorder::answer()).await.ok()?;
            continue;
        }
        let is_post = method == "POST";
        let file = path.clone();
        let mut place = 0;
        proxy.note(|log| {
            place = log.requests.len();
            log.bytes += head.bytes.len() + body.len();
            let request = Request { method, path, headers: head.headers.clone(), body: body.clone(), status: None };
            log.requests.push(request);
        });
        if is_post {
            mode.wait_for(|mode| *mode != Mode::Stall).await.ok()?;
        }
        // What happens to a request is what was so when it came.
        let fate = *mode.borrow();
        if is_post && fate == Mode::Reset {
            return reset(&browser);
        }
        // A connection for each request: none that the server closes meanwhile.
        let mut server = TcpStream::connect(upstream).await.ok()?;
        server.write_all(&head.bytes).await.ok()?;
        server.write_all(&body).await.ok()?;
        let mut answer = Vec::new();
        let (reply, content) = message(&mut server, &mut answer, |head| head.end()).await?;
        proxy.note(|log| {
            log.requests[place].status = reply.first.split(' ').nth(1).and_then(|status| status.parse().ok());
        });
        if is_post {
            mode.wait_for(|mode| *mode != Mode::Hold).await.ok()?;
            if fate == Mode::Lose {
                return reset(&browser);
            }
        }
        let mut slow = proxy.slow.subscribe();
        slow.wait_for(|slow| !slow.is_some_and(|end| file.ends_with(end))).await.ok()?;
        let page = if proxy.records { recorder::put_into(&reply.bytes, &content) } else { None };
        let (head, content) = page.unwrap_or((reply.bytes, content));
        browser.write_all(&head).await.ok()?;
        browser.write_all(&content).await.ok()?;
    }
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

/// Reads one message; what comes after it stays in `read`.
async fn message(from: &mut TcpStream, read: &mut Vec<u8>, end: impl Fn(&Head) -> End) -> Option<(Head, Vec<u8>)> {
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
    let head = Head { bytes, first, headers, length };
    let end = end(&head);
    let size = loop {
        match end {
            End::After(length) if read.len() >= length => break length,
            End::LastChunk if read.ends_with(b"0\r\n\r\n") => break read.len(),
            _ => more(from, read).await?,
        }
    };
    let body = read.drain(..size).collect();
    Some((head, body))
}

async fn more(from: &mut TcpStream, read: &mut Vec<u8>) -> Option<()> {
    let mut block = [0; 16 * 1024];
    let count = tokio::time::timeout(Duration::from_secs(60), from.read(&mut block)).await.ok()?.ok()?;
    read.extend_from_slice(&block[..count]);
    (count > 0).then_some(())
}
