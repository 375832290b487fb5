//! The answer of a model: JSON with a text for each slot.

use std::collections::BTreeMap;

/// The texts by slot; nothing where it is not the JSON that was asked. A fence around it, as models of
/// chat write, is taken off.
pub(super) fn read(answer: &str) -> Option<BTreeMap<String, String>> {
    let bare = answer.trim();
    serde_json::from_str(unfenced(bare).unwrap_or(bare)).ok()
}

fn unfenced(text: &str) -> Option<&str> {
    let inside = text.strip_prefix("```")?.strip_suffix("```")?;
    let (language, json) = inside.split_once('\n')?;
    language.trim().chars().all(|it| it.is_ascii_alphanumeric()).then(|| json.trim())
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn only_an_object_of_texts_is_an_answer() {
        let slots = |text: &str| read(text).map(|it| it.len());
        assert_eq!(slots("{\"a\": \"b\"}"), Some(1));
        assert_eq!(slots("```json\n{\"a\": \"b\"}\n```"), Some(1));
        assert_eq!(slots("```\n{\"a\": \"b\"}```\n"), Some(1));
        for none in ["", "a", "[]", "{\"a\": 1}", "{\"a\": {\"b\": \"c\"}}", "{\"a\": null}"] {
            assert_eq!(slots(none), None, "{none}");
        }
        assert_eq!(slots("Hier is het:\n```json\n{\"a\": \"b\"}\n```"), None);
        assert_eq!(slots("{\"a\": \"b\"} {\"a\": \"c\"}"), None);
    }
}
