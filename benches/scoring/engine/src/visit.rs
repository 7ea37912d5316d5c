//! A visit that stands halfway through a flow, at a question whose branch asks for the stage.

use alloc::vec::Vec;
use prequal::dialog::Input;
use prequal::flow::Checked;
use prequal::flow::model::{Kind, Signal};
use prequal::json::integer_text;
use prequal::session::{Event, Now, Page, State, step};

pub struct Visit {
    flow: Checked,
    state: State,
    /// The answer to the question that waits.
    answer: Event,
    /// A page that the last signal counts.
    sight: Event,
}

impl Visit {
    /// Shows the pages of half the signals, and answers half the questions and as many more as lead
    /// to one with a branch.
    pub fn halfway(flow: Checked) -> Visit {
        let written = flow.flow();
        let mut state = after(&flow, State::new(&flow, Page::default()), Event::Begin);
        for signal in &written.signals[..written.signals.len() / 2] {
            state = after(&flow, state, sight(signal));
        }
        let branches = |state: &State| !written.conversation.steps[state.dialog.current()].branches.is_empty();
        let mut answered = 0;
        while answered < written.fields.len() / 2 || !branches(&state) {
            let answer = answer(&flow, &state);
            state = after(&flow, state, answer);
            answered += 1;
        }
        let (answer, sight) = (answer(&flow, &state), sight(&written.signals[written.signals.len() - 1]));
        Visit { flow, state, answer, sight }
    }

    /// The visit as it stands.
    pub fn state(&self) -> State {
        self.state.clone()
    }

    /// The question that waits is answered; its branch asks for the stage, so the lead is scored.
    pub fn answer(&self, state: State) -> State {
        after(&self.flow, state, self.answer.clone())
    }

    /// A page is shown that one signal counts.
    pub fn notice(&self, state: State) -> State {
        after(&self.flow, state, self.sight.clone())
    }
}

fn after(flow: &Checked, state: State, event: Event) -> State {
    step(flow, state, event, &Now::default()).0
}

fn answer(flow: &Checked, state: &State) -> Event {
    let waiting = state.dialog.current();
    let flow = flow.flow();
    let asked = flow.conversation.steps[waiting].ask.as_ref().expect("a question waits");
    let field = flow.fields.iter().find(|field| field.id == *asked).expect("a checked flow");
    let input = match field.kind {
        Kind::Number => Input::Text(integer_text((waiting as i64 * 37) % 1000)),
        _ => Input::Chosen(Vec::from([waiting % field.options.len()])),
    };
    Event::Answer { step: waiting, input }
}

fn sight(signal: &Signal) -> Event {
    Event::Noticed { kind: signal.kind, path: signal.path.replace('*', "x"), times: 1, at: 0 }
}
