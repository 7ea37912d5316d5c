//! A lead in the making.

use super::domain::{Value, Variable};
use crate::flow::Checked;
use crate::flow::condition::{TouchPart, TouchSum};
use crate::json::Json;
use crate::lead::{Attribution, Touch, Utm};
use crate::score::{Evidence, Pace, Seen};

/// A lead in the making.
#[derive(Clone, Debug)]
pub struct Draft {
    pub answers: Vec<Option<Json>>,
    /// By field: whether it stays unanswered.
    pub unanswered: Vec<bool>,
    pub seen: Vec<Seen>,
    pub attribution: Option<Attribution>,
    pub pace: Pace,
}

impl Draft {
    /// Everything open.
    pub fn open(flow: &Checked) -> Draft {
        let seen = flow.flow.signals.iter().map(|_| Seen { open: true, ..Seen::default() });
        Draft {
            answers: vec![None; flow.flow.fields.len()],
            unanswered: vec![false; flow.flow.fields.len()],
            seen: seen.collect(),
            attribution: None,
            pace: Pace::default(),
        }
    }

    /// The draft of some evidence.
    pub fn of(evidence: &Evidence) -> Draft {
        Draft {
            answers: evidence.answers.iter().map(|answer| answer.cloned()).collect(),
            unanswered: vec![false; evidence.answers.len()],
            seen: evidence.seen.to_vec(),
            attribution: evidence.attribution.cloned(),
            pace: evidence.pace,
        }
    }

    pub fn set(&mut self, variable: Variable, value: &Value) {
        match (variable, value) {
            (Variable::Field(field), Value::Answer(json)) => self.answers[field] = Some(json.clone()),
            (Variable::Signal(signal), Value::Seen(seen)) => self.seen[signal] = seen.clone(),
            (Variable::Touch { last, part }, Value::Touch(text)) => self.touch(last, part, text.as_deref()),
            (Variable::Touches(sum), Value::Times(times)) => self.touches(sum, Some(*times)),
            (Variable::Touches(_), Value::Pages(pages)) => self.attribution().pages.clone_from(pages),
            (Variable::Hasty, Value::Hasty(hasty)) => {
                self.pace = if *hasty { Pace { answered: 3, hasty: 3 } } else { Pace::default() };
            }
            _ => {}
        }
    }

    /// Makes a variable an open question again.
    pub fn clear(&mut self, variable: Variable) {
        match variable {
            Variable::Field(field) => (self.answers[field], self.unanswered[field]) = (None, false),
            Variable::Signal(signal) => self.seen[signal] = Seen { open: true, ..Seen::default() },
            Variable::Touch { last, part } => self.touch(last, part, None),
            Variable::Touches(TouchSum::Pages) => self.attribution().pages.clear(),
            Variable::Touches(sum) => self.touches(sum, None),
            Variable::Hasty => self.pace = Pace::default(),
        }
    }

    fn attribution(&mut self) -> &mut Attribution {
        self.attribution.get_or_insert_with(|| Attribution { first: blank(), ..Attribution::default() })
    }

    fn touches(&mut self, sum: TouchSum, times: Option<u32>) {
        let attribution = self.attribution();
        if sum == TouchSum::Visits { attribution.visits = times } else { attribution.touches = times }
    }

    fn touch(&mut self, last: bool, part: TouchPart, text: Option<&str>) {
        let attribution = self.attribution();
        let touch = if last { attribution.last.get_or_insert_with(blank) } else { &mut attribution.first };
        match part {
            TouchPart::Landing => touch.landing_path = text.unwrap_or("/").into(),
            TouchPart::Referrer => touch.referrer_host = text.map(String::from),
            _ => {
                touch.utm.retain(|utm| utm.key != part.as_str());
                touch.utm.extend(text.map(|text| Utm { key: part.as_str().into(), value: text.into() }));
            }
        }
    }
}

fn blank() -> Touch {
    Touch { landing_path: "/".into(), ..Touch::default() }
}
