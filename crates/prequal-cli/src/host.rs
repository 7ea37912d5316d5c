//! The streams a command works with, and what they can show.

use crate::Failure;
use anstyle::{AnsiColor, Effects, Reset, Style as Ansi};
use std::fs::File;
use std::io::{self, IsTerminal, Read, Write};
use std::path::Path;

/// Where there is no terminal to ask.
const WIDTH: usize = 100;

/// Where a command reads and writes.
pub struct Host<'h> {
    pub input: Box<dyn Read + Send + 'h>,
    pub output: Box<dyn Write + Send + 'h>,
    pub errors: Box<dyn Write + Send + 'h>,
    /// How the output is styled.
    pub style: Style,
    /// How the error stream is styled.
    pub errors_style: Style,
    /// Columns of the terminal.
    pub width: usize,
    /// Whether a bar may be drawn on the error stream.
    pub progress: bool,
}

/// Something that is read, with the name it goes by in messages.
pub struct Input<'h> {
    pub name: String,
    pub reader: Box<dyn Read + Send + 'h>,
    /// How many bytes it has, if that is known.
    pub size: Option<u64>,
}

impl<'h> Host<'h> {
    /// The streams of this process. Colours and the bar are for terminals.
    pub fn process() -> Host<'static> {
        let colours = |choice| choice != anstream::ColorChoice::Never;
        let (output, errors) = (io::stdout(), io::stderr());
        let terminals = (output.is_terminal(), errors.is_terminal());
        Host {
            style: Style { coloured: colours(anstream::AutoStream::choice(&output)) },
            errors_style: Style { coloured: colours(anstream::AutoStream::choice(&errors)) },
            width: terminal_size::terminal_size().map_or(WIDTH, |(columns, _)| columns.0.into()),
            // On the same terminal the bar would run into the output.
            progress: terminals == (false, true),
            input: Box::new(io::stdin()),
            output: Box::new(output),
            errors: Box::new(errors),
        }
    }

    /// Streams without a terminal.
    pub fn piped(
        input: impl Read + Send + 'h,
        output: impl Write + Send + 'h,
        errors: impl Write + Send + 'h,
    ) -> Host<'h> {
        Host {
            input: Box::new(input),
            output: Box::new(output),
            errors: Box::new(errors),
            style: Style::PLAIN,
            errors_style: Style::PLAIN,
            width: WIDTH,
            progress: false,
        }
    }

    pub(crate) fn colours(&mut self, coloured: bool) {
        self.style = Style { coloured };
        self.errors_style = Style { coloured };
    }

    /// Opens a file; `-` is standard input, which can be read once.
    pub fn open(&mut self, path: &Path) -> Result<Input<'h>, Failure> {
        if path == Path::new("-") {
            let reader = std::mem::replace(&mut self.input, Box::new(io::empty()));
            return Ok(Input { name: "<stdin>".into(), reader, size: None });
        }
        let name = path.display().to_string();
        let file = File::open(path).map_err(|cause| Failure::reading(&name, &cause))?;
        let size = file.metadata().ok().filter(std::fs::Metadata::is_file).map(|data| data.len());
        Ok(Input { name, reader: Box::new(file), size })
    }

    /// Reads a whole file; returns its name for messages, too.
    pub(crate) fn read(&mut self, path: &Path) -> Result<(String, Vec<u8>), Failure> {
        let mut input = self.open(path)?;
        let mut bytes = Vec::new();
        input.reader.read_to_end(&mut bytes).map_err(|cause| Failure::reading(&input.name, &cause))?;
        Ok((input.name, bytes))
    }

    pub(crate) fn write(&mut self, text: &str) -> Result<(), Failure> {
        self.output.write_all(text.as_bytes()).map_err(Failure::writing)
    }

    /// A line on the error stream. That it cannot be written is nothing anybody could be told.
    pub(crate) fn note(&mut self, text: &str) {
        let text = clean(text);
        let _ = writeln!(self.errors, "{}: {text}", self.errors_style.bold("note"));
    }

    pub(crate) fn warn(&mut self, text: &str) {
        let text = clean(text);
        let _ = writeln!(self.errors, "{}: {text}", self.errors_style.warning("warning"));
    }

    pub(crate) fn complain(&mut self, text: &str, help: Option<&str>) {
        let _ = writeln!(self.errors, "{}: {}", self.errors_style.error("error"), clean(text));
        if let Some(help) = help {
            let _ = writeln!(self.errors, "{}: {}", self.errors_style.bold("help"), clean(help));
        }
    }
}

/// Text from files as it may be shown: without control characters, which terminals would obey.
pub(crate) fn clean(text: &str) -> String {
    let shown = |c: char| if c.is_control() && c != '\n' { '\u{fffd}' } else { c };
    text.chars().map(shown).collect()
}

/// Colours, or none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Style {
    pub coloured: bool,
}

impl Style {
    pub const PLAIN: Style = Style { coloured: false };

    fn paint(self, style: Ansi, text: &str) -> String {
        if self.coloured { format!("{style}{text}{Reset}") } else { text.into() }
    }

    pub(crate) fn bold(self, text: &str) -> String {
        self.paint(Ansi::new().bold(), text)
    }

    pub(crate) fn dim(self, text: &str) -> String {
        self.paint(Ansi::new().effects(Effects::DIMMED), text)
    }

    pub(crate) fn error(self, text: &str) -> String {
        self.paint(AnsiColor::BrightRed.on_default().bold(), text)
    }

    pub(crate) fn warning(self, text: &str) -> String {
        self.paint(AnsiColor::Yellow.on_default().bold(), text)
    }

    pub(crate) fn good(self, text: &str) -> String {
        self.paint(AnsiColor::Green.on_default(), text)
    }

    pub(crate) fn bad(self, text: &str) -> String {
        self.paint(AnsiColor::Red.on_default(), text)
    }
}
