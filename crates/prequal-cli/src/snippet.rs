//! A finding drawn with the lines of the file it is about.

use crate::host::{Style, clean};
use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Level, Origin, Renderer, Snippet};
use prequal::flow::locate::{Position, Source};
use prequal::flow::{Diagnostic, Severity};
use std::ops::Range;

/// A flow file and its name, to draw findings in.
pub(crate) struct Sheet<'b> {
    name: &'b str,
    bytes: &'b [u8],
    source: Source<'b>,
    renderer: Renderer,
}

/// Where a finding stands.
pub(crate) struct Place {
    pub from: Position,
    pub to: Position,
    span: Range<usize>,
}

/// Longer lines are cut around what is underlined before they are drawn: a minified file may be one
/// line of megabytes.
const LONG: usize = 1 << 20;
const AROUND: usize = 240;

impl<'b> Sheet<'b> {
    pub fn new(name: &'b str, bytes: &'b [u8], style: Style, width: usize) -> Self {
        // The bare letters are for logs and pipes.
        let renderer = match style.coloured {
            true => Renderer::styled().decor_style(DecorStyle::Unicode),
            false => Renderer::plain().decor_style(DecorStyle::Ascii),
        };
        Self { name, bytes, source: Source::new(bytes), renderer: renderer.term_width(width.max(40)) }
    }

    pub fn place(&self, finding: &Diagnostic) -> Place {
        let span = self.source.span(finding);
        Place { from: self.source.position(span.start), to: self.source.position(span.end), span }
    }

    /// The finding as text, with an empty line behind it.
    pub fn draw(&self, finding: &Diagnostic) -> String {
        let place = self.place(finding);
        let (line, marked) = self.line(&place);
        let level = match finding.code.severity() {
            Severity::Error => Level::ERROR,
            Severity::Warning => Level::WARNING,
        };
        let label = (!finding.path.is_empty()).then(|| clean(&finding.path));
        let annotation = AnnotationKind::Primary.span(marked).label(label);
        let snippet = Snippet::source(line).line_start(place.from.line).annotation(annotation);
        let title = level.primary_title(clean(&finding.message)).id(finding.code.as_str());
        // The column is counted from what is drawn, which is not the line's beginning when it is cut.
        let group = if self.source.line(place.from.line).len() > LONG {
            title.element(Origin::path(self.name).line(place.from.line).char_column(place.from.column)).element(snippet)
        } else {
            title.element(snippet.path(self.name))
        };
        let group = group.element(Level::HELP.message(clean(&finding.help)));
        format!("{}\n\n", self.renderer.render(&[group]))
    }

    /// The line where a place begins, cut when it is long, and what to underline in it.
    fn line(&self, place: &Place) -> (String, Range<usize>) {
        let line = self.source.line(place.from.line);
        let end = place.span.end.min(line.end).max(place.span.start);
        let (start, cut) = if line.len() <= LONG {
            (line.start, line.end)
        } else {
            let end = end.min(place.span.start + AROUND);
            (
                self.edge(place.span.start.saturating_sub(AROUND).max(line.start)),
                self.edge((end + AROUND).min(line.end)),
            )
        };
        let piece = |range: Range<usize>| String::from_utf8_lossy(&self.bytes[range]).into_owned();
        let dots = |cut: bool| if cut { "…" } else { "" };
        let before = format!("{}{}", dots(start > line.start), piece(start..place.span.start.max(start)));
        let marked = piece(place.span.start..end.min(cut).max(place.span.start));
        let range = before.len()..before.len() + marked.len();
        let after = piece(end.min(cut).max(place.span.start)..cut.max(place.span.start));
        (format!("{before}{marked}{after}{}", dots(cut < line.end)), range)
    }

    /// The nearest character's beginning.
    fn edge(&self, mut at: usize) -> usize {
        while at > 0 && self.bytes.get(at).is_some_and(|byte| byte & 0xC0 == 0x80) {
            at -= 1;
        }
        at
    }
}
