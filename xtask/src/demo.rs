//! `cargo xtask demo`: the demo company's site and the receiver, side by side on loopback.

use std::fs::{self, File};
use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use console::style;

use crate::dist;
use crate::job;
use crate::screen::{Screen, heading};
use crate::workspace::Workspace;

const SITE_PORT: u16 = 4173;
const RECEIVER_PORT: u16 = 4174;
/// The programs that a demo consists of; browser tests use them too.
pub const PROGRAMS: [&str; 2] = ["prequal-demo-site", "prequal-receiver"];
/// What pages and flow say where the receiver's address belongs.
const WRITTEN_RECEIVER: &str = "http://127.0.0.1:4174";

pub fn run(screen: &Screen, workspace: &Workspace) -> Result<()> {
    dist::build(screen, workspace, &PROGRAMS)?;
    let (stop, stopped) = mpsc::channel();
    ctrlc::set_handler(move || {
        let _ = stop.send(());
    })?;

    let site = format!("http://{}", free_address(SITE_PORT, &[])?);
    let receiver = format!("http://{}", free_address(RECEIVER_PORT, &[&site])?);
    // A second demo beside the first must not share its database.
    let folder = match address_of(&receiver).rsplit_once(':') {
        Some((_, port)) if port != RECEIVER_PORT.to_string() => workspace.path("target/demo").join(port),
        _ => workspace.path("target/demo"),
    };
    fs::create_dir_all(&folder)?;
    let mut servers =
        [start_receiver(workspace, &folder, &receiver, &site)?, start_site(workspace, &folder, &site, &receiver)?];
    for server in &mut servers {
        server.wait_until_ready()?;
    }
    announce(&site, &receiver);
    screen.say(
        style(format!("  Leads stay in {}. Ctrl-C stops both.\n", workspace.shown(&folder.join("receiver.sqlite"))))
            .dim(),
    );
    loop {
        match stopped.recv_timeout(Duration::from_millis(200)) {
            Ok(()) | Err(RecvTimeoutError::Disconnected) => break,
            Err(RecvTimeoutError::Timeout) => {}
        }
        for server in &mut servers {
            server.fail_if_ended()?;
        }
    }
    drop(servers);
    screen.say("\n  Stopped.");
    Ok(())
}

fn announce(site: &str, receiver: &str) {
    let name = |text: &str| heading().apply_to(format!("{text:<7}"));
    println!();
    println!("  {} {}", name("Site"), style(format!("{site}/")).cyan());
    println!("  {} {}", name("Inbox"), style(format!("{receiver}/inbox")).cyan());
    println!();
}

fn start_receiver(workspace: &Workspace, folder: &Path, receiver: &str, site: &str) -> Result<Server> {
    // The very bytes that the site serves: a lead names its flow by their fingerprint.
    let mut published = Vec::new();
    for (written, name) in [
        ("www/demo/prequal.json", "prequal.json"),
        ("www/demo/forms/prequal.json", "forms.json"),
        ("www/demo/savings/prequal.json", "savings.json"),
    ] {
        let flow = fs::read_to_string(workspace.path(written)).with_context(|| format!("cannot read {written}"))?;
        let path = folder.join(name);
        fs::write(&path, flow.replace(WRITTEN_RECEIVER, receiver))?;
        published.push(path);
    }
    let mut command = job::command(workspace.program("prequal-receiver"), workspace.root());
    command
        .args(["--listen", address_of(receiver)])
        .arg("--database")
        .arg(folder.join("receiver.sqlite"))
        .arg("--flow")
        .args(&published)
        .args(["--allow-origin", site]);
    Server::start("the receiver", command, receiver, "/healthz", folder.join("receiver.log"))
}

fn start_site(workspace: &Workspace, folder: &Path, site: &str, receiver: &str) -> Result<Server> {
    let mut command = job::command(workspace.program("prequal-demo-site"), workspace.root());
    command
        .args(["--listen", address_of(site), "--receiver", receiver, "--until-stdin-ends"])
        .arg("--demo")
        .arg(workspace.path("www/demo"))
        .arg("--dist")
        .arg(workspace.dist())
        .stdin(Stdio::piped());
    Server::start("the site", command, site, "/", folder.join("site.log"))
}

fn address_of(origin: &str) -> &str {
    origin.trim_start_matches("http://")
}

/// The wanted port on loopback, or a free one if somebody else has it.
fn free_address(wanted: u16, taken: &[&str]) -> Result<SocketAddr> {
    for port in [wanted, 0, 0] {
        let Ok(listener) = TcpListener::bind((Ipv4Addr::LOCALHOST, port)) else {
            continue;
        };
        let address = listener.local_addr()?;
        if !taken.iter().any(|origin| address_of(origin) == address.to_string()) {
            return Ok(address);
        }
    }
    bail!("no free port on 127.0.0.1")
}

/// A program that serves until it is dropped.
struct Server {
    name: &'static str,
    child: Child,
    address: String,
    health: &'static str,
    log: PathBuf,
}

impl Server {
    fn start(
        name: &'static str,
        mut command: Command,
        origin: &str,
        health: &'static str,
        log: PathBuf,
    ) -> Result<Server> {
        let file = File::create(&log).with_context(|| format!("cannot write {}", log.display()))?;
        let child =
            command.stdout(file.try_clone()?).stderr(file).spawn().with_context(|| format!("cannot start {name}"))?;
        let address = address_of(origin).to_owned();
        Ok(Server { name, child, address, health, log })
    }

    fn wait_until_ready(&mut self) -> Result<()> {
        const LIMIT: Duration = Duration::from_secs(20);
        let started = Instant::now();
        while !self.is_healthy() {
            self.fail_if_ended()?;
            if started.elapsed() > LIMIT {
                bail!("{} does not answer within {} s; it wrote:\n\n{}", self.name, LIMIT.as_secs(), self.written());
            }
            thread::sleep(Duration::from_millis(20));
        }
        Ok(())
    }

    fn is_healthy(&self) -> bool {
        let ask = || -> std::io::Result<String> {
            let mut stream = TcpStream::connect(&self.address)?;
            stream.set_read_timeout(Some(Duration::from_secs(2)))?;
            write!(stream, "GET {} HTTP/1.1\r\nhost: {}\r\nconnection: close\r\n\r\n", self.health, self.address)?;
            let mut line = [0; 12];
            stream.read_exact(&mut line)?;
            Ok(String::from_utf8_lossy(&line).into_owned())
        };
        ask().is_ok_and(|line| line == "HTTP/1.1 200")
    }

    fn fail_if_ended(&mut self) -> Result<()> {
        if let Some(status) = self.child.try_wait()? {
            bail!("{} ended ({status}); it wrote:\n\n{}", self.name, self.written());
        }
        Ok(())
    }

    fn written(&self) -> String {
        fs::read_to_string(&self.log).unwrap_or_default()
    }
}

impl Drop for Server {
    /// Asks first, so that the receiver closes its database; insists after three seconds.
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        if cfg!(unix) {
            let _ = Command::new("kill").arg(self.child.id().to_string()).stderr(Stdio::null()).status();
            for _ in 0..60 {
                if !matches!(self.child.try_wait(), Ok(None)) {
                    return;
                }
                thread::sleep(Duration::from_millis(50));
            }
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
