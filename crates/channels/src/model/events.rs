//! Server-sent events (WHATWG HTML, 9.2) with pieces of a chat completion in them.

use serde::Deserialize;

use super::Unanswered;

/// What has come of a stream. Lines are kept as bytes until they are whole, for a piece may end
/// within a letter.
#[derive(Debug, Default)]
pub(super) struct Events {
    line: Vec<u8>,
    data: String,
    text: String,
    finished: bool,
}

#[derive(Deserialize)]
struct Chunk {
    #[serde(default)]
    choices: Vec<Choice>,
    #[serde(default)]
    error: Option<serde_json::Value>,
}

#[derive(Deserialize)]
struct Choice {
    #[serde(default)]
    delta: Delta,
    #[serde(default)]
    finish_reason: Option<String>,
}

#[derive(Default, Deserialize)]
struct Delta {
    #[serde(default)]
    content: Option<String>,
}

impl Events {
    /// Takes what came; true when the stream is done.
    pub fn take(&mut self, bytes: &[u8]) -> Result<bool, Unanswered> {
        for byte in bytes {
            if *byte != b'\n' {
                self.line.push(*byte);
                continue;
            }
            let line = std::mem::take(&mut self.line);
            let line = String::from_utf8(line).map_err(|_| Unanswered::from("it is not UTF-8"))?;
            if self.line(line.trim_end_matches('\r'))? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn line(&mut self, line: &str) -> Result<bool, Unanswered> {
        if line.is_empty() {
            return self.event();
        }
        if let Some(data) = line.strip_prefix("data:") {
            if !self.data.is_empty() {
                self.data.push('\n');
            }
            self.data.push_str(data.strip_prefix(' ').unwrap_or(data));
        }
        Ok(false)
    }

    fn event(&mut self) -> Result<bool, Unanswered> {
        let data = std::mem::take(&mut self.data);
        if data.is_empty() {
            return Ok(false);
        }
        if data == "[DONE]" {
            return if self.finished {
                Ok(true)
            } else {
                Err("it ended without saying that it was complete".into())
            };
        }
        let chunk: Chunk = serde_json::from_str(&data)
            .map_err(|_| Unanswered::from("an event in it is no part of a completion"))?;
        if chunk.error.is_some() {
            return Err("it failed while it answered; look at its log".into());
        }
        for choice in chunk.choices {
            self.text.push_str(choice.delta.content.as_deref().unwrap_or_default());
            match choice.finish_reason.as_deref() {
                None => {}
                Some("stop") => self.finished = true,
                Some("length") => return Err("it was cut off: the model may not write more".into()),
                Some(_) => return Err("it ended for another reason than being complete".into()),
            }
        }
        Ok(false)
    }

    /// The text so far.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The text.
    pub fn into_text(self) -> String {
        self.text
    }
}
