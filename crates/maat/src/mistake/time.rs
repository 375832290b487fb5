//! Mistakes in moments, and in the clock.

use serde::Serialize;

/// What is wrong with a moment or the clock. Moments of the clock are told as people write them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
#[cfg_attr(test, derive(strum::VariantNames), strum(serialize_all = "kebab-case"))]
#[allow(missing_docs, reason = "the words of each stand in words/en/time.ftl")]
pub enum InTime {
    NotAMoment { text: String },
    ClockUnreadable { said: String },
    ClockSays { now: String },
    ClockJumped { expected: String, now: String },
}

#[cfg(test)]
impl InTime {
    pub(super) fn examples() -> Vec<Self> {
        let s = str::to_owned;
        vec![
            Self::NotAMoment { text: s("morgen") },
            Self::ClockUnreadable { said: s("out of range") },
            Self::ClockSays { now: s("-009999-01-02T01:59:59Z") },
            Self::ClockJumped {
                expected: s("24 november 2026, 10:05"),
                now: s("24 november 2036, 10:05"),
            },
        ]
    }
}
