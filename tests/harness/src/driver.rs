//! Running WebDrivers, and the screen that a browser without a headless mode is shown on.

use std::fs;
use std::net::TcpListener;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, AsyncRead, BufReader};
use tokio::net::TcpStream;
use tokio::process::{Child, ChildStdin, Command};

/// A running WebDriver; it ends with this value.
pub struct Driver {
    pub address: String,
    pub home: Home,
    pub screen: Option<Screen>,
    pub process: Child,
    _heir: Option<Heir>,
}

/// Ends what a driver started, and clears its home, when this value is gone or the process that has it: a browser that
/// visits share is closed by none of them.
struct Heir {
    _pipe: ChildStdin,
}

impl Heir {
    fn of(driver: &Child, home: &Home) -> Heir {
        let group = driver.id().expect("the driver runs").to_string();
        let mut command = Command::new("sh");
        command.args(["-c", "read -r _; kill -s KILL -- \"-$1\"; rm -rf -- \"$2\"", "heir", &group]).arg(home.path());
        command.as_std_mut().process_group(0).stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
        let mut heir = command.spawn().expect("a shell");
        Heir { _pipe: heir.stdin.take().expect("it is piped") }
    }
}

impl Driver {
    /// Starts a driver that chooses a port, and says it in a line after these words.
    pub async fn start(program: PathBuf, arguments: &[&str], before_port: &str) -> Driver {
        let home = Home::new();
        let mut command = Command::new(&program);
        command.as_std_mut().process_group(0);
        let own = [("HOME", home.path()), ("TMPDIR", home.path())];
        let mut process = start(command.args(arguments).envs(own).stdout(Stdio::piped()));
        let heir = Heir::of(&process, &home);
        let port = read_after(before_port, process.stdout.take().expect("it is piped")).await;
        let port = port.unwrap_or_else(|| panic!("{} ended before it said its port", program.display()));
        let address = format!("http://127.0.0.1:{}", port.trim_end_matches('.'));
        Driver { address, home, screen: None, process, _heir: Some(heir) }
    }

    /// Starts WebKitGTK's driver, which must be told its port, on a screen of its own.
    pub async fn start_on_screen(
        program: PathBuf,
        screen: PathBuf,
        settings: PathBuf,
        profile: Option<&Path>,
    ) -> Driver {
        let home = Home::new();
        home.narrow_windows();
        let screen = Screen::start(screen, settings, &home).await;
        let free = TcpListener::bind("127.0.0.1:0").and_then(|socket| socket.local_addr()).expect("a free port");
        let mut command = Command::new(&program);
        if let Some(profile) = profile {
            command.env("LD_PRELOAD", keeper(&home).await).env("PREQUAL_PROFILE", profile);
        }
        let process = start(
            command
                .arg(format!("--port={}", free.port()))
                .env("HOME", home.path())
                .env("XDG_CONFIG_HOME", home.path())
                .env("DISPLAY", &screen.name)
                // Its sandbox needs what root in a container has not.
                .env("WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS", "1")
                // There is no graphics card: to draw pages in layers takes most of a visit.
                .env("WEBKIT_DISABLE_COMPOSITING_MODE", "1")
                // Nothing of the desktop's session is asked for.
                .env("GSETTINGS_BACKEND", "memory")
                .env("NO_AT_BRIDGE", "1")
                .stdout(Stdio::null()),
        );
        super::wait_until("WebKitGTK's driver", async || TcpStream::connect(free).await.is_ok()).await;
        Driver { address: format!("http://{free}"), home, screen: Some(screen), process, _heir: None }
    }
}

/// Makes WebKitGTK's browser keep its profile; what links Rust can compile this too.
async fn keeper(home: &Home) -> PathBuf {
    let (source, library) = (home.path().join("keep.c"), home.path().join("keep.so"));
    fs::write(&source, include_str!("keep.c")).expect("a file to compile");
    let compiled = Command::new("cc").args(["-shared", "-fPIC", "-o"]).arg(&library).arg(&source).status().await;
    assert!(compiled.expect("cc is there").success(), "keep.c can be compiled");
    library
}

/// A home folder without settings of anybody; what a browser leaves there goes with it.
pub struct Home(TempDir);

impl Home {
    fn new() -> Home {
        Home(tempfile::tempdir().expect("a folder for the browser"))
    }

    pub fn path(&self) -> &Path {
        self.0.path()
    }

    /// A window of GTK is never narrower than its buttons: without their borders it can be as narrow as a phone.
    fn narrow_windows(&self) {
        let folder = self.path().join("gtk-3.0");
        fs::create_dir_all(&folder).expect("a folder");
        let style = "* { min-width: 0; min-height: 0; padding: 0; margin: 0; border-width: 0; font-size: 1px; -gtk-icon-transform: scale(0.1); }";
        fs::write(folder.join("gtk.css"), style).expect("a style");
    }
}

/// An X server without a monitor, and what tells its windows how the desktop is set.
pub struct Screen {
    name: String,
    file: PathBuf,
    settings: Child,
    _server: Child,
}

impl Screen {
    async fn start(server: PathBuf, settings: PathBuf, home: &Home) -> Screen {
        let mut command = Command::new(server);
        command.args(["-displayfd", "1", "-screen", "0", "1400x1100x24", "-nolisten", "tcp"]).stdout(Stdio::piped());
        let mut server = start(&mut command);
        let number = read_after("", server.stdout.take().expect("it is piped")).await.expect("Xvfb says its number");
        let name = format!(":{number}");
        let file = home.path().join("xsettingsd.conf");
        write_settings(&file, false);
        let mut command = Command::new(settings);
        let settings = start(command.arg("-c").arg(&file).env("DISPLAY", &name).stdout(Stdio::null()));
        Screen { name, file, settings, _server: server }
    }

    /// Turns the desktop dark or light, while its windows are open.
    pub async fn be_dark(&self, dark: bool) {
        write_settings(&self.file, dark);
        let number = self.settings.id().expect("it runs as long as the screen");
        let told = Command::new("sh").args(["-c", &format!("kill -HUP {number}")]).status().await;
        assert!(told.expect("a shell").success(), "xsettingsd still runs");
    }
}

fn write_settings(file: &Path, dark: bool) {
    let theme = if dark { "Adwaita-dark" } else { "Adwaita" };
    // Without animations is what pages know as reduced motion.
    fs::write(file, format!("Net/ThemeName \"{theme}\"\nGtk/EnableAnimations 0\n")).expect("the settings");
}

fn start(command: &mut Command) -> Child {
    let program = command.as_std().get_program().to_owned();
    let started = command.stderr(Stdio::null()).kill_on_drop(true).spawn();
    started.unwrap_or_else(|error| panic!("{} does not start: {error}", program.display()))
}

/// The rest of the first line that has these words. The pipe is read on, or a full one would stop the program.
async fn read_after(words: &str, from: impl AsyncRead + Unpin + Send + 'static) -> Option<String> {
    let mut lines = BufReader::new(from).lines();
    while let Ok(Some(line)) = lines.next_line().await {
        if let Some((_, rest)) = line.split_once(words) {
            let rest = rest.trim().to_owned();
            tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
            return Some(rest);
        }
    }
    None
}
