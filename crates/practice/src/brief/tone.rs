//! Words of a brief that steer.

use maat::mistake::Mistakes;
use maat::tone::{Find, Form, Passage, Tone};

/// What steers in the texts of a brief; nothing where it has none, which is judged elsewhere.
pub fn of_brief(name: &str, text: &str) -> Result<Vec<Find>, Mistakes> {
    let Ok(passages) = Passage::of(Form::Brief, name, text) else { return Ok(Vec::new()) };
    Ok(Tone::built_in()?.read(text, &passages, None))
}
