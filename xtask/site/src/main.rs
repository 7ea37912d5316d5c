//! `prequal-demo-site`: the demo company's site on an address of your choice.
#![forbid(unsafe_code)]

use std::net::SocketAddr;
use std::path::PathBuf;

use anyhow::Context;
use clap::Parser;
use prequal_demo_site::{Options, WRITTEN_RECEIVER, serve};
use tokio::io::AsyncReadExt;
use tokio::net::TcpListener;

/// Serves the demo company's site
#[derive(Parser)]
struct Arguments {
    /// Address to listen on
    #[arg(long, default_value = "127.0.0.1:4173")]
    listen: SocketAddr,
    /// Scheme, host and port of the receiver
    #[arg(long, default_value = WRITTEN_RECEIVER)]
    receiver: String,
    /// The pages
    #[arg(long, default_value = "www/demo")]
    demo: PathBuf,
    /// The widget's built files
    #[arg(long, default_value = "dist")]
    dist: PathBuf,
    /// Stop when standard input ends, which it does when the program that started this one dies
    #[arg(long)]
    until_stdin_ends: bool,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    let listener =
        TcpListener::bind(arguments.listen).await.with_context(|| format!("cannot listen on {}", arguments.listen))?;
    let options = Options {
        demo_dir: arguments.demo,
        dist_dir: arguments.dist,
        receiver_origin: arguments.receiver,
        ..Options::default()
    };
    tokio::select! {
        result = serve(listener, options) => result?,
        () = stdin_ends(), if arguments.until_stdin_ends => {}
        _ = tokio::signal::ctrl_c() => {}
    }
    // A read of standard input cannot be called off: the runtime would wait for it for ever.
    std::process::exit(0)
}

async fn stdin_ends() {
    let mut block = [0; 64];
    while tokio::io::stdin().read(&mut block).await.is_ok_and(|count| count > 0) {}
}
