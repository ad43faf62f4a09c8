//! Canonical JSON (RFC 8785): one text for one value, the form of everything that is hashed.

use crate::Digest;
use serde::Serialize;

/// The canonical JSON text of a value.
///
/// # Panics
/// On a value that JSON cannot hold (a map whose keys are not strings). Callers hash their own
/// types, whose shape is fixed; non-finite numbers are refused where records are made.
pub fn canonical<T: Serialize>(value: &T) -> String {
    // The types hashed here have string keys, as the documentation above demands.
    serde_json_canonicalizer::to_string(value).expect("a value of ours has a JSON form")
}

/// The SHA-256 of a value's canonical JSON.
pub fn digest_of<T: Serialize>(value: &T) -> Digest {
    Digest::of(canonical(value).as_bytes())
}

#[cfg(test)]
mod tests {
    use super::canonical;
    use serde_json::json;

    #[test]
    fn keys_are_sorted_by_utf16_and_numbers_are_ecmascript() {
        // Section 3.2.3 of RFC 8785.
        let value = json!({"\u{20ac}": "Euro Sign", "\r": "Carriage Return", "\u{fb33}": "Hebrew Letter Dalet With Dagesh",
            "1": "One", "\u{1f600}": "Emoji: Grinning Face", "\u{80}": "Control", "\u{f6}": "Latin Small Letter O With Diaeresis"});
        let text = canonical(&value);
        let order = ["Carriage", "One", "Control", "Latin", "Euro", "Emoji", "Hebrew"];
        let places: Vec<_> = order.iter().map(|word| text.find(word).unwrap()).collect();
        assert!(places.is_sorted(), "{text}");
        assert_eq!(
            canonical(&json!([333_333_333.333_333_3, 1E30, 4.50, 2e-3, 0.000000000000000000000000001, -0.0])),
            "[333333333.3333333,1e+30,4.5,0.002,1e-27,0]"
        );
    }

    #[test]
    fn the_order_in_which_fields_were_given_does_not_show() {
        let a: serde_json::Value = serde_json::from_str(r#"{"n":100,"sigma":0.1,"w":[1,{"b":2,"a":1}]}"#).unwrap();
        let b: serde_json::Value = serde_json::from_str(r#"{"w":[1,{"a":1,"b":2}],"sigma":1e-1,"n":100}"#).unwrap();
        assert_eq!(canonical(&a), canonical(&b));
    }
}
