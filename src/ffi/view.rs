//! From a session to what a host shows of it.

use super::opening::scale;
use super::{Answer, Choice, Consent, Control, Offer, Outcome, Problem, Question, Resume, Shown, Turn, View, link};
use crate::dialog::{self, answer};
use crate::flow::dial::dial_code;
use crate::flow::model::{Field, Kind, Link};
use crate::flow::{Checked, Does};
use crate::json::{Json, integer_text};
use crate::outbox::{Entry, Phase};
use crate::session::State;
use crate::words::Word;
use alloc::{string::String, vec::Vec};

/// The view of a session.
pub fn view(flow: &Checked, state: &State) -> View {
    let dialog = &state.dialog;
    let (changing, moment) = (dialog.changing, state.moment(state.asked_at));
    let waiting = dialog.turns.len() - 1;
    let turns = dialog.turns.iter().enumerate().filter_map(|(place, step)| {
        let node = &flow.steps[*step];
        let say: Vec<String> = node.say.iter().map(|template| dialog.fill(flow, &moment, template)).collect();
        let answer = match node.does {
            Does::Ask(field) if place < waiting => Some(Shown::Answer(Answer {
                text: dialog.shown(flow, field),
                word: own_word(flow, field, dialog.answers[field].as_ref()),
                can_change: state.sealed.is_none() && changing.is_none(),
            })),
            Does::Consent if place < waiting => Some(Shown::Consent(state.granted.iter().flatten().any(|g| *g))),
            _ => None,
        };
        let pending = changing.is_some_and(|changing| place > changing);
        (!say.is_empty() || answer.is_some()).then_some(Turn { step: *step as u32, say, answer, pending })
    });
    let problem = dialog.problem.as_ref();
    View {
        turns: turns.collect(),
        control: control(flow, state),
        progress: dialog.progress(flow),
        problem: problem.map(|p| Problem { word: p.word, limit: p.limit, text: mentioned(flow, p) }),
        delivery: delivery(flow, state),
        can_restart: !state.outbox.is_busy() && waiting > 0,
        // Where the conversation has ended there is nothing to go on with.
        resume: flow
            .flow
            .conversation
            .resume
            .as_ref()
            .filter(|_| !matches!(flow.steps[dialog.current()].does, Does::End(_)))
            .map(|resume| Resume { text: resume.text.clone(), agreed: state.remembered.is_some() }),
        can_withdraw: state.proven || state.outbox.leads().any(|entry| entry.phase != Phase::Gone),
    }
}

fn control(flow: &Checked, state: &State) -> Control {
    let dialog = &state.dialog;
    let step = dialog.current();
    match (flow.steps[step].does, &flow.flow.consent) {
        (Does::Ask(field), _) => Control::Ask(question(flow, state, step, field)),
        (Does::Offer, _) => {
            let link = flow.flow.conversation.steps[step].link.clone().unwrap_or_default();
            Control::Offer(Offer { step: step as u32, label: link.label, url: link.url })
        }
        (Does::Consent, Some(consent)) => Control::Consent(Consent { step: step as u32, asked: consent.clone() }),
        (Does::End(outcome), _) => {
            let (title, text) = &flow.outcomes[outcome];
            let fill = |template| dialog.fill(flow, &state.moment(state.asked_at), template);
            let action = flow.flow.outcomes[outcome].action.as_ref();
            let action =
                action.map(|action| Link { label: action.label.clone(), url: link::address(flow, state, action) });
            Control::Outcome(Outcome { title: fill(title), text: fill(text), action })
        }
        // Not reached with a checked flow: it waits at no other step, and has consent wherever one shows it.
        _ => Control::Outcome(Outcome::default()),
    }
}

fn question(flow: &Checked, state: &State, step: usize, place: usize) -> Question {
    let field = &flow.flow.fields[place];
    let changing = state.dialog.changing.is_some();
    let value = state.dialog.answers[place].as_ref().filter(|_| changing);
    let chosen = |id: &str| match value {
        Some(Json::Text(text)) => text == id,
        Some(Json::List(ids)) => ids.iter().any(|one| one.as_text() == Some(id)),
        _ => false,
    };
    let own = flow.words[place];
    // What is typed is about the words that an option asks for, where one does.
    let (typed, told) = match own {
        Some((_, words)) => (&flow.flow.fields[words], state.dialog.answers[words].as_ref().filter(|_| changing)),
        None => (field, value),
    };
    let slides = |n: Option<f64>| n.filter(|_| field.kind == Kind::Slider).map(|n| flow.numbers.text(n));
    Question {
        step: step as u32,
        field: field.id.clone(),
        kind: field.kind,
        label: field.label.clone(),
        max_length: answer::max_length(typed),
        options: if field.kind.is_scale() {
            let (least, most) = field.limits();
            let chosen = match value {
                Some(Json::Number(n)) => *n as i64,
                _ => -1,
            };
            scale(least.unwrap_or_default() as i64, most.unwrap_or_default() as i64, chosen)
        } else if field.kind == Kind::Phone {
            countries(flow, field)
        } else {
            let options = field.options.iter();
            options.map(|o| Choice { label: o.label.clone(), chosen: chosen(&o.id), image: o.image.clone() }).collect()
        },
        optional: field.optional,
        unit: field.unit.as_ref().or(field.currency.as_ref()).cloned(),
        low: field.low.clone(),
        high: field.high.clone(),
        min: field.earliest.clone().or_else(|| slides(field.min)),
        max: field.latest.clone().or_else(|| slides(field.max)),
        spacing: slides(field.step),
        asks: own.map(|(option, _)| option as u32),
        words: own.map(|_| typed.label.clone()).unwrap_or_default(),
        rows: field.rows.iter().map(|row| row.label.clone()).collect(),
        placeholder: typed.placeholder.clone(),
        autocomplete: field.autocomplete.clone(),
        changing,
        value: match told {
            Some(Json::Text(text)) if typed.options.is_empty() => text.clone(),
            Some(chosen @ Json::Object(_)) => {
                let rows = field.rows.iter().map(|row| chosen_in(field, chosen, &row.id));
                rows.map(|place| place.map_or_else(String::new, integer_text)).collect::<Vec<_>>().join(",")
            }
            Some(Json::List(ids)) if field.kind == Kind::Ranking => {
                let place = |id: &Json| field.options.iter().position(|option| id.as_text() == Some(&option.id));
                let places = ids.iter().filter_map(place).map(|place| integer_text(place as i64));
                places.collect::<Vec<_>>().join(",")
            }
            Some(Json::List(days)) if field.kind == Kind::DateRange => {
                days.iter().filter_map(Json::as_text).collect::<Vec<_>>().join("/")
            }
            Some(Json::Number(n)) => flow.numbers.text(*n),
            _ => String::new(),
        },
    }
}

/// The countries whose numbers need no code, by name, each with its code.
fn countries(flow: &Checked, field: &Field) -> Vec<Choice> {
    let names = (flow.numbers.countries)(&flow.flow.locale);
    let choice = |line: &str| {
        let (country, name) = (line.get(..2)?, line.get(3..)?);
        let code = dial_code(country)?;
        let chosen = field.country.as_deref() == Some(country);
        // The mark (U+200E) keeps the sign before its number where the name is read from right to left.
        Some(Choice { label: [name, " \u{200e}+", code].concat(), chosen, image: None })
    };
    names.lines().filter_map(choice).collect()
}

/// The place of the option that was chosen in a row of a matrix.
fn chosen_in(field: &Field, chosen: &Json, row: &str) -> Option<i64> {
    let id = chosen.get(row)?.as_text()?;
    field.options.iter().position(|option| option.id == id).map(|place| place as i64)
}

/// What a message mentions, as the flow's language has it.
fn mentioned(flow: &Checked, problem: &dialog::Problem) -> Option<String> {
    let text = problem.text.as_ref()?;
    let is_day = matches!(problem.word, Word::TooEarly | Word::TooLate);
    Some(if is_day { (flow.numbers.date)(text, &flow.flow.locale) } else { text.clone() })
}

/// The widget's word for an answer that has no label of its own.
fn own_word(flow: &Checked, field: usize, answer: Option<&Json>) -> Option<Word> {
    let field = &flow.flow.fields[field];
    let id = answer.filter(|_| field.kind == Kind::YesNo)?.as_text()?;
    let own = field.options.iter().any(|option| option.id == id && option.label.is_empty());
    own.then_some(if id == "yes" { Word::Yes } else { Word::No })
}

/// What may be told about the lead: never more than is known.
pub(super) fn delivery(flow: &Checked, state: &State) -> Option<Word> {
    let Some(key) = &state.sealed else {
        let word = if state.withdrawn { Some(Word::Withdrawn) } else { None };
        // What was agreed to before the questions is sent after them.
        let over = !flow.asks_early() || matches!(flow.steps[state.dialog.current()].does, Does::End(_));
        // With nowhere to send it the page sends what was agreed to, and says so itself.
        let elsewhere = state.page.addresses.is_empty() && state.agreed.is_some();
        let settled = state.granted.is_some() && (over || state.agreed.is_none()) && !elsewhere;
        return if settled { Some(Word::NotSent) } else { word };
    };
    // Of several destinations that one which has got least far.
    let entries = state.outbox.leads().filter(|entry| entry.parcel.lead_key() == key);
    entries.map(known).max_by_key(|word| rank(*word))
}

/// How things stand with the lead at each destination, by its place in the flow.
pub(super) fn deliveries(flow: &Checked, state: &State) -> Vec<(Option<usize>, Word)> {
    let mut all = Vec::new();
    for entry in state.outbox.leads().filter(|entry| state.sealed.as_deref() == Some(entry.parcel.lead_key())) {
        let id = entry.parcel.post().destination();
        all.push((flow.flow.delivery.destinations.iter().position(|one| one.id == id), known(entry)));
    }
    all
}

fn known(entry: &Entry) -> Word {
    let attempts = entry.attempts;
    match (entry.phase, entry.durable) {
        (Phase::Storing, _) => Word::Saving,
        (Phase::Delivered, _) => Word::Sent,
        (Phase::HandedOver, _) => Word::HandedOver,
        (Phase::Dead(_), true) => Word::Undeliverable,
        (Phase::Dead(_), false) => Word::NotDelivered,
        (Phase::Gone, _) => Word::NotSent,
        (_, false) => Word::NotStored,
        (Phase::Claiming, true) if attempts == 0 => Word::Sending,
        (Phase::Sending, true) if attempts <= 1 => Word::Sending,
        (Phase::Claiming | Phase::Sending | Phase::Waiting { .. }, true) => Word::Retrying,
    }
}

fn rank(word: Word) -> u32 {
    let order = [Word::Sent, Word::HandedOver, Word::NotSent, Word::Sending, Word::Retrying, Word::Saving];
    let order = order.into_iter().chain([Word::NotStored, Word::Undeliverable, Word::NotDelivered]);
    order.zip(0..).find(|(known, _)| *known == word).map_or(0, |(_, rank)| rank)
}
