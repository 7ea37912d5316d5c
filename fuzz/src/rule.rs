//! JSONLogic conditions made from bytes.

use crate::source::Source;
use prequal::json::Json;

const OPERATORS: &[&str] = &[
    "var",
    "missing",
    "missing_some",
    "if",
    "?:",
    "and",
    "or",
    "!",
    "!!",
    "==",
    "===",
    "!=",
    "!==",
    "<",
    "<=",
    ">",
    ">=",
    "max",
    "min",
    "+",
    "-",
    "*",
    "/",
    "%",
    "in",
    "cat",
    "substr",
    "merge",
    "map",
    "filter",
    "reduce",
    "all",
    "none",
    "some",
    "log",
    "val",
    "exists",
    "??",
    "try",
    "throw",
    "preserve",
    "no_such",
];

/// A condition over some names, `depth` operators deep at the most.
pub fn rule(source: &mut Source, names: &[String], depth: usize) -> Json {
    let kind = source.byte();
    match kind % 8 {
        0 | 1 => {
            let name = Json::Text(source.of(names));
            call("var", if kind < 240 { name } else { Json::List(vec![name, leaf(source, names)]) })
        }
        2 => leaf(source, names),
        3 if depth > 0 => Json::List((0..source.byte() % 4).map(|_| rule(source, names, depth - 1)).collect()),
        // What most conditions are: a name beside a value.
        4 | 5 => {
            let op = source.of(&["==", "!=", "===", ">", ">=", "<", "<=", "in", "+", "-"]);
            let name = call("var", Json::Text(source.of(names)));
            call(op, Json::List(vec![name, leaf(source, names)]))
        }
        _ if depth > 0 => {
            let op = source.of(OPERATORS);
            let many = source.byte();
            if many % 8 == 7 {
                return call(op, rule(source, names, depth - 1));
            }
            call(op, Json::List((0..many % 5).map(|_| rule(source, names, depth - 1)).collect()))
        }
        _ => leaf(source, names),
    }
}

fn call(op: &str, arguments: Json) -> Json {
    Json::Object(vec![(op.into(), arguments)])
}

const TEXTS: &[&str] = &[
    "",
    "0",
    "1",
    " 12 ",
    "1e3",
    "0x1F",
    "-",
    "Infinity",
    "NaN",
    "abc",
    "logistics",
    "cost",
    "A1",
    "é😀",
    "a.b",
    "0.0",
    "true",
];

fn leaf(source: &mut Source, names: &[String]) -> Json {
    match source.byte() % 8 {
        0 => Json::Null,
        1 => Json::Bool(source.bool()),
        2 | 3 => Json::Number(source.whole() as f64),
        4 => Json::Number(source.number()),
        5 => Json::Text(source.of(TEXTS).into()),
        6 => Json::Text(source.of(names)),
        _ => Json::Text(source.text()),
    }
}
