//! `prequal-receiver`: the command line.
#![forbid(unsafe_code)]

use clap::Parser;
use prequal_receiver::{Config, Error, Origin, Receiver};
use std::io::IsTerminal;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use tokio::net::TcpListener;
use tracing_subscriber::EnvFilter;

/// Takes consented leads, re-scores them with the published flow, keeps each once and shows them.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    /// Where to listen; port 0 takes a free one.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:4174")]
    listen: SocketAddr,

    /// The SQLite file that keeps the leads.
    #[arg(long, value_name = "FILE", default_value = "leads.sqlite")]
    database: PathBuf,

    /// Published flows, the very files that pages load; several, and several versions of one.
    #[arg(long = "flow", value_name = "FILE", required = true, num_args = 1..)]
    flows: Vec<PathBuf>,

    /// Sites whose pages may post leads, such as https://www.example.com.
    #[arg(long = "allow-origin", value_name = "ORIGIN", num_args = 1..)]
    allow_origins: Vec<Origin>,

    /// Password of the inbox, under any user name; needed beyond loopback. Better given in the
    /// environment, as other users of a machine can read command lines.
    #[arg(long, value_name = "TOKEN", env = "PREQUAL_INBOX_TOKEN", hide_env_values = true)]
    inbox_token: Option<String>,
}

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr)
        .init();
    match run(arguments).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("prequal-receiver: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: Arguments) -> Result<(), Error> {
    let config = Config {
        flows: arguments.flows,
        allow_origins: arguments.allow_origins,
        inbox_token: arguments.inbox_token,
        ..Config::new(arguments.database, "")
    };
    let listener = TcpListener::bind(arguments.listen).await.map_err(|cause| Error::listen(arguments.listen, cause))?;
    let receiver = Receiver::start(listener, config).await?;
    println!("Leads  http://{}/v1/leads", receiver.address());
    println!("Inbox  http://{}/inbox", receiver.address());
    receiver.stop_when_asked().await;
    Ok(())
}
