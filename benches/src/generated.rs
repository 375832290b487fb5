//! A Code far larger than anybody's: the default one with more signals and rules, all made up.

use std::fmt::Write as _;

use maat::brief::{Brief, Slot};
use maat::code::{Code, SlotKind, Sources};

use crate::random::Random;
use crate::{Outcome, briefs};

/// Signals and rules of the large Code.
pub const SIGNALS: usize = 60;
/// See [`SIGNALS`].
pub const RULES: usize = 500;
/// Signals that the brief of the large Code reads.
const READ: usize = 12;

const OF_MESSAGE: &[&str] = &[
    "context.objected",
    "context.suppressed",
    "context.minor",
    "!context.proof",
    "!context.confirmed",
    "!context.boughtBefore",
    "context.loggedIn",
    "context.gpc",
    "context.resting",
    "context.quiet",
    "context.sent > 2",
    "context.strength < 2",
];
const OF_SIGNAL: &[&str] = &[
    "context.objected",
    "context.minor",
    "!context.parental",
    "!context.proof",
    "!context.confirmed",
    "context.loggedIn",
    "context.gpc",
    "context.resting",
    "context.expired",
    "!context.known",
    "context.depth > context.ceiling",
    "context.strength < context.need",
    "context.device < 1",
];
const OF_BRIEF: &[&str] = &["context.marketing", "!context.ownSimilar", "context.reviewers < 2"];

/// The files of the large Code.
pub fn sources(code: &Code) -> Sources {
    let mut sources = Sources::built_in();
    let mut random = Random(7);
    let known = code.declared().signals.len();
    let mut signals = String::new();
    for nth in known..SIGNALS {
        // Writing to a String cannot fail.
        let _ = write!(
            signals,
            "\n[[signal]]\nid = \"made.s{nth}\"\nlabel = {{ nl = \"gegeven {nth}\", en = \"signal {nth}\" }}\n\
             sentence = {{ nl = \"gegeven {nth}\", en = \"signal {nth}\" }}\ndpv = \"pd:Interest\"\n\
             step = \"stated\"\nsource = \"given\"\nsensitivity = \"ordinary\"\n\
             collected_for = [\"news\", \"tips\", \"rewards\"]\nretention_days = 730\n"
        );
    }
    let mut rules = String::new();
    for nth in code.rules().len()..RULES {
        let _ = write!(
            rules,
            "\n@id(\"human.made-{nth}\") @layer(\"human\") @principle(\"choice\") @cite(\"none\") \
             @why_nl(\"w\") @why_en(\"w\") @remedy_nl(\"r\") @remedy_en(\"r\")\n{}\n",
            rule(nth, known, &mut random)
        );
    }
    for (path, more) in [("code.toml", &signals), ("human.cedar", &rules)] {
        if let Some(file) = sources.0.iter_mut().find(|file| file.path == path) {
            file.text.push_str(more);
        }
    }
    sources
}

/// A rule that reads one to three facts of a person: of every message, of every signal, or of one.
fn rule(nth: usize, known: usize, random: &mut Random) -> String {
    let (scope, facts) = match nth % 5 {
        0 => ("action == Maat::Action::\"send\", resource".to_owned(), OF_MESSAGE),
        1 | 2 => ("action == Maat::Action::\"use\", resource".to_owned(), OF_SIGNAL),
        _ => {
            let signal = known + random.below(SIGNALS - known);
            let about = format!("resource == Maat::Signal::\"made.s{signal}\"");
            (format!("action == Maat::Action::\"use\", {about}"), OF_SIGNAL)
        }
    };
    let mut parts: Vec<&str> = random.one(OF_BRIEF).copied().into_iter().collect();
    let first = random.below(facts.len());
    let many = 1 + random.below(3);
    parts.extend((first..first + many).filter_map(|at| facts.get(at % facts.len())));
    format!("forbid (principal, {scope}) when {{ {} }};", parts.join(" && "))
}

/// A mail that reads some of the signals that were made up, each in a part of its own.
pub fn brief(code: &Code) -> Outcome<Brief> {
    let mut brief = briefs::five(code)?;
    let made = code.declared().signals.iter().rev().take(READ);
    brief.slot = made
        .enumerate()
        .map(|(nth, signal)| Slot {
            id: format!("slot-{nth}"),
            kind: SlotKind::Text,
            uses: vec![signal.id.clone()],
            names_behaviour: false,
            text: "…".to_owned(),
            plain: Some("…".to_owned()),
            translated: std::collections::BTreeMap::new(),
        })
        .collect();
    briefs::sign(code, &mut brief, 2);
    Ok(brief)
}
