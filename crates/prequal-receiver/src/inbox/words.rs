//! Values of a lead in the words of its flow: labels instead of ids, numbers with units.

use prequal::flow::Checked;
use prequal::flow::model::{Field, Flow, Kind};
use prequal::json::Json;

/// The words of one flow, or the bare ids when that flow is no longer published.
#[derive(Clone, Copy)]
pub(super) struct Words<'f>(Option<&'f Flow>);

impl<'f> Words<'f> {
    pub(super) fn of(flow: Option<&'f Checked>) -> Self {
        Self(flow.map(Checked::flow))
    }

    pub(super) fn title(self, id: &str) -> String {
        self.0.map_or_else(|| id.to_owned(), |flow| flow.title.clone())
    }

    pub(super) fn field(self, id: &str) -> Option<&'f Field> {
        self.0?.fields.iter().find(|field| field.id == id)
    }

    pub(super) fn fields(self) -> &'f [Field] {
        self.0.map_or(&[], |flow| &flow.fields)
    }

    pub(super) fn score(self, id: &str) -> String {
        self.label(|flow| flow.scoring.scores.iter().find(|score| score.id == id).map(|score| &score.label), id)
    }

    pub(super) fn signal(self, id: &str) -> String {
        self.label(|flow| flow.signals.iter().find(|signal| signal.id == id).map(|signal| &signal.label), id)
    }

    pub(super) fn stage(self, id: &str) -> String {
        let stage = self.0.and_then(|flow| flow.stages.iter().find(|stage| stage.id == id));
        stage.map_or(id, |stage| stage.name()).to_owned()
    }

    pub(super) fn segment(self, id: &str) -> String {
        self.label(|flow| flow.segments.iter().find(|segment| segment.id == id).map(|segment| &segment.label), id)
    }

    pub(super) fn framework(self, id: &str) -> String {
        let framework = self.0.and_then(|flow| flow.frameworks.iter().find(|framework| framework.id == id));
        framework.map_or(id, |framework| framework.name()).to_owned()
    }

    pub(super) fn criterion(self, framework: &str, id: &str) -> String {
        let criteria = self.0.and_then(|flow| flow.frameworks.iter().find(|known| known.id == framework));
        let criterion = criteria.and_then(|framework| framework.criteria.iter().find(|criterion| criterion.id == id));
        criterion
            .map(|criterion| &criterion.label)
            .filter(|label| !label.is_empty())
            .map_or(id, |label| label)
            .to_owned()
    }

    pub(super) fn profile_trait(self, id: &str) -> String {
        self.label(|flow| flow.icp.as_ref()?.traits.iter().find(|known| known.id == id).map(|known| &known.label), id)
    }

    /// How far up the stage stands, as the colour of its badge.
    pub(super) fn rank(self, id: &str) -> &'static str {
        let Some(flow) = self.0 else { return "mid" };
        match flow.stages.iter().position(|stage| stage.id == id) {
            Some(place) if place + 1 == flow.stages.len() => "top",
            Some(0) | None => "low",
            Some(_) => "mid",
        }
    }

    /// Labels and least totals of the stages above the first.
    pub(super) fn thresholds(self) -> impl Iterator<Item = (&'f str, i64)> {
        self.0
            .map_or(&[][..], |flow| &flow.stages)
            .iter()
            .skip(1)
            .filter_map(|stage| Some((stage.name(), i64::from(stage.from?))))
    }

    fn label(self, find: impl FnOnce(&'f Flow) -> Option<&'f String>, id: &str) -> String {
        self.0.and_then(find).map_or_else(|| id.to_owned(), Clone::clone)
    }
}

/// An id short enough for a badge stands there in capitals (`SQL`); otherwise the label does.
pub(super) fn badge(id: &str, label: &str) -> String {
    if id.len() <= 4 { id.to_uppercase() } else { label.to_owned() }
}

/// The answer as one or several texts; none when the question was skipped.
pub(super) fn answer(field: Option<&Field>, value: &Json) -> Vec<String> {
    let option = |id: &str| {
        let choice = field
            .filter(|field| field.kind.has_options())
            .and_then(|field| field.options.iter().find(|option| option.id == id));
        // What a kind has by itself has no label: yes and no.
        choice.filter(|option| !option.label.is_empty()).map_or_else(|| id.to_owned(), |option| option.label.clone())
    };
    match value {
        Json::Null => Vec::new(),
        Json::Bool(yes) => vec![if *yes { "Yes" } else { "No" }.to_owned()],
        Json::Text(text) if text.is_empty() => Vec::new(),
        Json::Text(text) => vec![option(text)],
        Json::Number(number) => {
            let unit = field.and_then(|field| field.unit.as_deref().or(field.currency.as_deref()));
            vec![unit.map_or_else(|| grouped(*number), |unit| format!("{} {unit}", grouped(*number)))]
        }
        Json::List(items) if field.is_some_and(|field| field.kind == Kind::DateRange) => {
            vec![items.iter().filter_map(Json::as_text).collect::<Vec<_>>().join(" – ")]
        }
        Json::List(items) if field.is_some_and(|field| field.kind == Kind::Ranking) => {
            let places = items.iter().flat_map(|item| answer(field, item)).enumerate();
            places.map(|(place, label)| format!("{}. {label}", place + 1)).collect()
        }
        Json::List(items) => items.iter().flat_map(|item| answer(field, item)).collect(),
        Json::Object(rows) => {
            let label = |id: &String| {
                let row = field.and_then(|field| field.rows.iter().find(|row| row.id == *id));
                row.map_or_else(|| id.clone(), |row| row.label.clone())
            };
            let told = rows.iter().map(|(row, value)| format!("{}: {}", label(row), answer(field, value).join(", ")));
            told.collect()
        }
    }
}

/// Whole numbers in groups of three digits, others as they are.
fn grouped(number: f64) -> String {
    if number.fract() != 0.0 || number.abs() >= 1e15 {
        return if number.abs() >= 1e21 { format!("{number:e}") } else { number.to_string() };
    }
    let digits = format!("{:.0}", number.abs());
    let mut text = String::from(if number < 0.0 { "−" } else { "" });
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{answer, badge, grouped};
    use prequal::flow::model::Field;
    use prequal::json::{Numbers, parse};

    #[test]
    fn answers_in_parts_are_told_in_words() {
        let options = r#""options": [{ "id": "a", "label": "Ann" }, { "id": "b", "label": "Bo" }]"#;
        for (field, value, told) in [
            (r#""kind": "date_range""#, r#"["2026-10-01", "2026-10-31"]"#, "2026-10-01 – 2026-10-31"),
            (&format!(r#""kind": "ranking", {options}"#), r#"["b", "a"]"#, "1. Bo, 2. Ann"),
            (
                &format!(r#""kind": "matrix", "rows": [{{ "id": "r", "label": "Row" }}], {options}"#),
                r#"{ "r": "b" }"#,
                "Row: Bo",
            ),
            (r#""kind": "phone""#, r#""+4930123456""#, "+4930123456"),
        ] {
            let field: Field =
                serde_json::from_str(&format!(r#"{{ "id": "it", "label": "It", {field} }}"#)).expect("a field");
            let value = parse(value.as_bytes(), Numbers::NATIVE).expect("JSON");
            assert_eq!(answer(Some(&field), &value).join(", "), told);
        }
    }

    #[test]
    fn numbers_are_easy_to_read() {
        let shown = [0.0, -0.0, 320.0, 1200.0, -15000.0, 1234567.0, 2.5, 1e300].map(grouped);
        assert_eq!(shown, ["0", "0", "320", "1,200", "−15,000", "1,234,567", "2.5", "1e300"]);
    }

    #[test]
    fn short_stages_stand_in_capitals() {
        assert_eq!(badge("sql", "Sales-qualified lead"), "SQL");
        assert_eq!(badge("unqualified", "Unqualified"), "Unqualified");
    }
}
