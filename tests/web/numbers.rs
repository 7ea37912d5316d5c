//! The browser's number conversions agree with the native ones (`json::tests` has the same table).

use prequal::json::{self, Json, Writer};
use prequal::web::NUMBERS;
use wasm_bindgen_test::wasm_bindgen_test;

#[wasm_bindgen_test]
fn numbers_read_and_write_as_natively() {
    for (n, text) in [
        (1e21, "1e+21"),
        (1e20, "100000000000000000000"),
        (0.1, "0.1"),
        (1e-6, "0.000001"),
        (1e-7, "1e-7"),
        (-1.5e-10, "-1.5e-10"),
        (123456.789, "123456.789"),
        (5e-324, "5e-324"),
        (f64::MAX, "1.7976931348623157e+308"),
        (9007199254740993.0, "9007199254740992"),
        (-42.0, "-42"),
    ] {
        assert_eq!(NUMBERS.text(n), text);
        assert_eq!(NUMBERS.read(text), Some(n));
    }
    assert_eq!(NUMBERS.read("1e999"), None);
}

#[wasm_bindgen_test]
fn json_reads_and_writes_what_it_read() {
    let text = r#"{"a":[1,-2,0.5,1e+21,true,false,null,"x"],"b":{"é":"😀\n"}}"#;
    let json = json::parse(text.as_bytes(), NUMBERS).unwrap();
    let mut writer = Writer::new(NUMBERS);
    writer.json(&json);
    assert_eq!(writer.out, text);
    assert!(json::parse(b"[1e999]", NUMBERS).is_err());
    assert_eq!(json::parse(b"-0.25", NUMBERS), Ok(Json::Number(-0.25)));
}
