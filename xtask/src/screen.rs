//! Progress on the terminal: a moving line for each task under way, a still one for each that ended.
//!
//! Goes to stderr, so that results (addresses, tables, JSON) on stdout can be piped. Without a
//! terminal only ended tasks are printed, and a sign of life from a task that takes long.

use std::fmt::Display;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use console::{Style, measure_text_width, pad_str, style, truncate_str};
use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};

const NAME_WIDTH: usize = 16;
const DETAIL_WIDTH: usize = 52;
const SIGN_OF_LIFE: Duration = Duration::from_secs(20);

#[derive(Clone)]
pub struct Screen {
    lines: MultiProgress,
    moving: bool,
}

impl Screen {
    pub fn new() -> Screen {
        let moving = console::user_attended_stderr();
        let lines = MultiProgress::new();
        if !moving {
            lines.set_draw_target(ProgressDrawTarget::hidden());
        }
        Screen { lines, moving }
    }

    pub fn task(&self, name: &str) -> Task {
        let bar = self.lines.add(ProgressBar::new_spinner());
        bar.set_style(
            ProgressStyle::with_template("  {spinner:.cyan} {prefix} {msg} {elapsed:.dim}")
                .expect("a fixed template")
                .tick_chars("⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏ "),
        );
        bar.set_prefix(pad(name, NAME_WIDTH));
        bar.set_message(pad("", DETAIL_WIDTH));
        if self.moving {
            bar.enable_steady_tick(Duration::from_millis(100));
        }
        Task {
            screen: self.clone(),
            name: name.to_owned(),
            bar,
            started: Instant::now(),
            worked: Duration::ZERO,
            last_sign: Mutex::new(Instant::now()),
            ended: false,
        }
    }

    /// A line of text among the tasks.
    pub fn say(&self, text: impl Display) {
        if self.moving {
            // Fails only when stderr is gone, and then nobody reads the line either.
            let _ = self.lines.println(text.to_string());
        } else {
            eprintln!("{text}");
        }
    }
}

/// A piece of work with one line of its own. Dropped without [`Task::done`], it counts as failed.
pub struct Task {
    screen: Screen,
    name: String,
    bar: ProgressBar,
    started: Instant,
    /// Before the last pause.
    worked: Duration,
    last_sign: Mutex<Instant>,
    ended: bool,
}

impl Task {
    /// What the task is at, in a few words.
    pub fn note(&self, text: impl Display) {
        let text = text.to_string();
        if self.screen.moving {
            self.bar.set_message(pad(&truncate_str(&text, DETAIL_WIDTH, "…"), DETAIL_WIDTH));
            return;
        }
        let mut last = self.last_sign.lock().expect("no task panics while printing");
        if last.elapsed() >= SIGN_OF_LIFE {
            *last = Instant::now();
            eprintln!("  … {} {text}", pad(&self.name, NAME_WIDTH));
        }
    }

    /// How far the task is, where the number of parts is known.
    pub fn progress(&self, done: u64, total: u64, part: &str) {
        const CELLS: u64 = 12;
        let filled = (done * CELLS).checked_div(total).unwrap_or(0).min(CELLS);
        let bar = format!("{}{}", "━".repeat(filled as usize), "╌".repeat((CELLS - filled) as usize));
        self.note(format!("{bar} {done}/{total} {part}"));
    }

    /// The task waits for others; the time until [`Task::resume`] is not its own.
    pub fn pause(&mut self, reason: &str) {
        self.note(reason);
        self.worked += self.started.elapsed();
    }

    pub fn resume(&mut self) {
        self.started = Instant::now();
    }

    pub fn done(mut self, detail: impl Display) {
        self.end(style("✓").green(), &detail.to_string());
    }

    pub fn failed(mut self, detail: impl Display) {
        self.end(style("✗").red(), &detail.to_string());
    }

    /// Takes the line away without a word.
    pub fn leave(mut self) {
        self.ended = true;
        self.bar.finish_and_clear();
    }

    fn end(&mut self, mark: impl Display, detail: &str) {
        self.ended = true;
        self.bar.finish_and_clear();
        let time = seconds(self.worked + self.started.elapsed());
        let line =
            format!("  {mark} {} {} {}", pad(&self.name, NAME_WIDTH), pad(detail, DETAIL_WIDTH), style(time).dim());
        self.screen.say(line.trim_end());
    }
}

impl Drop for Task {
    fn drop(&mut self) {
        if !self.ended {
            self.end(style("✗").red(), "failed");
        }
    }
}

/// `text` filled up with spaces to `width` columns; longer text stays whole.
pub fn pad(text: &str, width: usize) -> String {
    if measure_text_width(text) >= width {
        return text.to_owned();
    }
    pad_str(text, width, console::Alignment::Left, None).into_owned()
}

/// A time span for people; nothing when it was too short to notice.
pub fn seconds(span: Duration) -> String {
    let seconds = span.as_secs_f64();
    if seconds < 0.05 {
        String::new()
    } else if seconds < 100.0 {
        format!("{seconds:>5.1} s")
    } else {
        format!("{:>2}:{:02} min", span.as_secs() / 60, span.as_secs() % 60)
    }
}

/// The weight of headings in everything that xtask prints.
pub fn heading() -> Style {
    Style::new().bold()
}
