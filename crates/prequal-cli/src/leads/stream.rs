//! Blocks of a file through all cores and out again in their order, in memory that does not grow.
//!
//! One thread reads and cuts at the ends of records, one for each core works, one writes. Worker
//! `n` gets every `n`th block and the writer asks the workers in turn, which keeps the order
//! without waiting lists.

use crate::Failure;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::{ErrorKind, Read, Write};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;
use std::time::{Duration, Instant};

/// How much is read at a time.
const BLOCK: usize = 256 * 1024;

/// The longest record. Longer ones are a quotation mark that nobody closed.
const LONGEST: usize = 64 << 20;

/// How many blocks may wait for each worker, and for the writer.
const WAITING: usize = 4;

/// Whole records.
#[derive(Debug, Default)]
pub struct Block {
    pub bytes: Vec<u8>,
    /// The line of the first record, from 1.
    pub line: u64,
    /// What ends a line.
    pub newline: u8,
}

impl Block {
    /// The line in which a byte stands.
    pub fn line_of(&self, at: usize) -> u64 {
        self.line + memchr::memchr_iter(self.newline, &self.bytes[..at.min(self.bytes.len())]).count() as u64
    }
}

/// What a thread does with blocks.
pub trait Worker: Send {
    /// Works through a block and appends what is to be written.
    fn work(&mut self, block: &Block, out: &mut Vec<u8>);
}

/// Something read, and how its records end.
pub struct Feed<'r> {
    pub name: &'r str,
    /// What was read ahead.
    pub head: Vec<u8>,
    /// The line at which it begins.
    pub line: u64,
    /// What ends a line.
    pub newline: u8,
    pub reader: Box<dyn Read + Send + 'r>,
    /// Where the last whole record of some bytes ends.
    pub last_end: &'r (dyn Fn(&[u8]) -> Option<usize> + Sync),
    /// Its size, when a bar is to be shown.
    pub progress: Option<Option<u64>>,
}

/// Sends all of `feed` through the workers to `output`; returns the workers.
pub fn run<W: Worker>(feed: Feed, workers: Vec<W>, output: &mut (dyn Write + Send)) -> Result<Vec<W>, Failure> {
    thread::scope(|scope| {
        // Emptied blocks and written outputs come back to be filled again.
        let (spare_block, spare_blocks) = sync_channel::<Vec<u8>>(workers.len() * WAITING + 2);
        let mut to_workers = Vec::new();
        let mut from_workers = Vec::new();
        let mut threads = Vec::new();
        for mut worker in workers {
            let (to, blocks) = sync_channel::<Block>(WAITING);
            let (written, outputs) = sync_channel::<Vec<u8>>(WAITING);
            let (spare_output, spares) = sync_channel::<Vec<u8>>(WAITING + 2);
            let spare_block = spare_block.clone();
            to_workers.push(to);
            from_workers.push((outputs, spare_output));
            threads.push(scope.spawn(move || {
                for block in blocks {
                    let mut out = spares.try_recv().unwrap_or_default();
                    worker.work(&block, &mut out);
                    let _ = spare_block.try_send(block.bytes);
                    if written.send(out).is_err() {
                        break;
                    }
                }
                worker
            }));
        }
        let writer = scope.spawn(move || write(&from_workers, output));
        let read = read(feed, &to_workers, &spare_blocks);
        drop(to_workers);
        let mut done = Vec::new();
        for thread in threads {
            match thread.join() {
                Ok(worker) => done.push(worker),
                Err(_) => return Err(Failure::unusable("a thread ended early; please report it.")),
            }
        }
        writer.join().map_err(|_| Failure::unusable("the writing thread ended early; please report it."))??;
        read.map(|()| done)
    })
}

type Outputs = (Receiver<Vec<u8>>, SyncSender<Vec<u8>>);

fn write(workers: &[Outputs], output: &mut (dyn Write + Send)) -> Result<(), Failure> {
    for (outputs, spare) in workers.iter().cycle() {
        // The first worker without a next block is behind the last block.
        let Ok(mut out) = outputs.recv() else { break };
        output.write_all(&out).map_err(Failure::writing)?;
        out.clear();
        let _ = spare.try_send(out);
    }
    output.flush().map_err(Failure::writing)
}

fn read(feed: Feed, workers: &[SyncSender<Block>], spare: &Receiver<Vec<u8>>) -> Result<(), Failure> {
    let Feed { name, head, mut line, newline, mut reader, last_end, progress } = feed;
    let mut bar = progress.map(Bar::new);
    let mut rest = head;
    // Whether a record's end may be in `rest` that was not looked for yet.
    let mut fresh = true;
    for to in workers.iter().cycle() {
        let (block, end) = loop {
            if !rest.is_empty()
                && fresh
                && let Some(end) = last_end(&rest)
            {
                break (rest, Some(end));
            }
            if rest.len() > LONGEST {
                return Err(Failure::findings(format!(
                    "the record that begins at {name}:{line} does not end within {} MiB.",
                    LONGEST >> 20
                ))
                .help("is a quotation mark opened there and not closed?"));
            }
            let more = fill(&mut reader, &mut rest).map_err(|cause| Failure::reading(name, &cause))?;
            fresh = true;
            if let Some(bar) = &mut bar {
                bar.advance(more);
            }
            if more == 0 {
                break (rest, None);
            }
        };
        let at_end = end.is_none();
        if block.is_empty() {
            break;
        }
        let end = end.unwrap_or(block.len());
        let mut bytes = block;
        let mut next = spare.try_recv().unwrap_or_default();
        next.clear();
        next.extend_from_slice(&bytes[end..]);
        bytes.truncate(end);
        let lines = memchr::memchr_iter(newline, &bytes).count() as u64;
        if to.send(Block { bytes, line, newline }).is_err() || at_end {
            break;
        }
        line += lines;
        rest = next;
        fresh = false;
    }
    if let Some(bar) = bar {
        bar.end();
    }
    Ok(())
}

/// Reads once, behind what is there: what a pipe gives is passed on before the next is waited for.
/// Asks for more behind a record that is long already, so that looking for its end stays in
/// proportion.
pub(super) fn fill(reader: &mut dyn Read, bytes: &mut Vec<u8>) -> std::io::Result<usize> {
    let start = bytes.len();
    bytes.resize(start + BLOCK.max(start), 0);
    let read = loop {
        match reader.read(&mut bytes[start..]) {
            Err(cause) if cause.kind() == ErrorKind::Interrupted => {}
            read => break read,
        }
    };
    bytes.truncate(start + *read.as_ref().unwrap_or(&0));
    read
}

/// A bar for work that takes longer than a moment.
struct Bar {
    began: Instant,
    read: u64,
    size: Option<u64>,
    shown: Option<ProgressBar>,
}

impl Bar {
    fn new(size: Option<u64>) -> Self {
        Self { began: Instant::now(), read: 0, size, shown: None }
    }

    fn advance(&mut self, bytes: usize) {
        self.read += bytes as u64;
        if self.shown.is_none() && self.began.elapsed() > Duration::from_millis(500) {
            let bar = ProgressBar::with_draw_target(self.size, ProgressDrawTarget::stderr_with_hz(10));
            let template = match self.size {
                Some(_) => "{wide_bar} {bytes} of {total_bytes}, {bytes_per_sec}, {eta} left",
                None => "{spinner} {bytes}, {bytes_per_sec}",
            };
            if let Ok(style) = ProgressStyle::with_template(template) {
                bar.set_style(style);
            }
            self.shown = Some(bar);
        }
        if let Some(bar) = &self.shown {
            bar.set_position(self.read);
        }
    }

    fn end(self) {
        if let Some(bar) = self.shown {
            bar.finish_and_clear();
        }
    }
}
