//! Conditions as authors of flows write them, in a steady mix.

use serde_json::{Value, json};

use crate::random::Random;
use crate::subject::{Field, Form, Subject};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shape {
    /// A choice is an option.
    Equal,
    /// A choice is one of some options.
    OneOf,
    AtLeast,
    /// Between two numbers.
    Range,
    /// Several were chosen, one of which is an option.
    Includes,
    /// A signal was seen so often.
    Seen,
    /// `and`, `or` and `!` of the above.
    Combined,
    /// `if`, whose arms are conditions.
    Branching,
}

use Shape::{AtLeast, Branching, Combined, Equal, Includes, OneOf, Range, Seen};

/// How many of each in forty.
const MIX: [(Shape, usize); 8] =
    [(Equal, 8), (OneOf, 6), (AtLeast, 5), (Range, 5), (Includes, 4), (Seen, 2), (Combined, 8), (Branching, 2)];
const PLAIN: [Shape; 6] = [Equal, OneOf, AtLeast, Range, Includes, Seen];

/// So many conditions about a subject. Each gives true or false and nothing else.
pub fn conditions(count: usize, subject: &Subject, random: &mut Random) -> Vec<Value> {
    let mix = MIX.iter().flat_map(|(shape, share)| std::iter::repeat_n(*shape, *share));
    let mut shapes: Vec<Shape> = mix.cycle().take(count).collect();
    random.shuffle(&mut shapes);
    let mut maker = Maker { subject, random };
    shapes.into_iter().map(|shape| maker.condition(shape)).collect()
}

struct Maker<'m> {
    subject: &'m Subject,
    random: &'m mut Random,
}

impl<'m> Maker<'m> {
    fn condition(&mut self, shape: Shape) -> Value {
        match shape {
            Equal => {
                let (field, options) = self.field(Form::one);
                json!({"==": [var(field), self.random.pick(options)]})
            }
            OneOf => {
                let (field, options) = self.field(Form::one);
                let mut some = options.to_vec();
                self.random.shuffle(&mut some);
                some.truncate(2 + self.random.below(options.len() - 2));
                json!({"in": [var(field), some]})
            }
            AtLeast => {
                let (field, least) = self.threshold();
                json!({">=": [var(field), least]})
            }
            Range => {
                let (field, from) = self.threshold();
                let to = from + from / 2 + 1;
                json!({"<=": [from, var(field), to]})
            }
            Includes => {
                let (field, options) = self.field(Form::several);
                json!({"in": [self.random.pick(options), var(field)]})
            }
            Seen => {
                let signal = self.random.pick(&self.subject.signals);
                json!({">=": [{"var": format!("signal.{signal}")}, 1 + self.random.below(3)]})
            }
            Combined => {
                let parts: Vec<Value> = (0..2 + self.random.below(2)).map(|_| self.plain()).collect();
                match self.random.below(3) {
                    0 => json!({"and": parts}),
                    1 => json!({"or": parts}),
                    _ => json!({"and": [{"or": parts}, {"!": [self.plain()]}]}),
                }
            }
            Branching => json!({"if": [self.plain(), self.plain(), self.plain()]}),
        }
    }

    fn plain(&mut self) -> Value {
        let shape = *self.random.pick(&PLAIN);
        self.condition(shape)
    }

    /// A field whose form fits.
    fn field<T>(&mut self, fits: fn(Form) -> Option<T>) -> (&'m Field, T) {
        loop {
            let subject = self.subject;
            let field = self.random.pick(&subject.fields);
            if let Some(found) = fits(field.form) {
                return (field, found);
            }
        }
    }

    /// A number field and a number within its middle half.
    fn threshold(&mut self) -> (&'m Field, usize) {
        let place = self.random.below(1000);
        let (field, most) = self.field(Form::most);
        (field, most / 4 + most * place / 2000)
    }
}

fn var(field: &Field) -> Value {
    json!({"var": field.id})
}
