//! Every question the gate can ask, as a Cedar condition.
//!
//! A solver knows nothing of `code.toml`: left alone it would find a customer for whom "need" is
//! none though the ladder asks consent. These conditions say what the declarations make of a
//! situation: the need and depth of a use, the strength of the consents that speak to it, whether
//! a signal has expired. A test puts the gate's own requests to them, so that they cannot drift.
//!
//! To compare two Codes, both must be asked about one situation, of which each makes its own need,
//! strength and depth. What the old Code makes of it stands in attributes of its own, `old_…`.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use maat::code::{Act, Channel, Choice, Declarations, Further, Need, Signal, Source, Step};
use maat::ledger::DEEPEST;

/// What the declarations make of a situation: facts of a question about a message…
const OF_MESSAGE: &[(&str, &str)] =
    &[("marketing", "Bool"), ("strength", "Long"), ("cap", "Long"), ("quiet", "Bool")];
/// …and of one about a signal…
const OF_USE: &[(&str, &str)] = &[
    ("marketing", "Bool"),
    ("strength", "Long"),
    ("need", "Long"),
    ("depth", "Long"),
    ("joined", "Bool"),
    ("expired", "Bool"),
    ("fits", "Bool"),
    ("balanced", "Bool"),
    ("device", "Long"),
    ("combinedCap", "Long"),
];
/// …and what they say of the signal itself.
const OF_SIGNAL: &[(&str, &str)] = &[
    ("source", "Source"),
    ("sensitivity", "Sensitivity"),
    ("step", "Step"),
    ("onDevice", "Bool"),
    ("anonymous", "Bool"),
    ("vulnerability", "Bool"),
];

/// Signals older than a century are not told apart.
pub const OLDEST: u32 = 36_500;

/// Whose declarations are meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whose {
    /// The Code that is proven.
    Own,
    /// The Code it is compared with.
    Old,
}

impl Whose {
    /// The attribute in which what this Code makes of a situation stands.
    fn name(self, attribute: &str) -> String {
        match self {
            Self::Own => attribute.to_owned(),
            Self::Old => format!("old_{attribute}"),
        }
    }

    /// The attribute that a rule of this Code means.
    pub fn of_rule(self, of_resource: bool, attribute: &str) -> String {
        let made = if of_resource { [OF_SIGNAL, &[]] } else { [OF_USE, OF_MESSAGE] };
        if made.concat().iter().any(|(name, _)| *name == attribute) {
            self.name(attribute)
        } else {
            attribute.to_owned()
        }
    }
}

/// What the schema of a comparison declares beside that of the rules.
pub fn of_both(choices: &[&str]) -> Further {
    let lines = |made: &[(&str, &str)]| {
        made.iter().fold(String::new(), |mut lines, (name, kind)| {
            let _ = writeln!(lines, "    old_{name}: {kind},"); // into a String: cannot fail
            lines
        })
    };
    let mut further = Further::situation(choices);
    further.signal += &lines(OF_SIGNAL);
    further.message += &lines(OF_MESSAGE);
    further.signal_use += &lines(OF_USE);
    further
}

/// The questions about one act.
pub struct Questions<'a> {
    declared: &'a Declarations,
    whose: Whose,
    act: Act,
}

impl<'a> Questions<'a> {
    /// The questions of a Code about an act.
    pub const fn new(declared: &'a Declarations, whose: Whose, act: Act) -> Self {
        Self { declared, whose, act }
    }

    /// Everything: what the gate can ask a Code.
    pub fn askable(&self) -> String {
        all([self.shape(), self.declared_here(), self.made()])
    }

    /// Each answer is one of the four strengths.
    pub fn answers(&self) -> String {
        all(self.declared.choices.iter().map(|choice| {
            let answer = answer(&choice.id);
            format!("0 <= {answer} && {answer} <= 3")
        }))
    }

    /// What is so of every situation, whatever a Code declares.
    fn shape(&self) -> String {
        let mut parts = vec![self.answers(), strict_sides()];
        parts.push("0 <= context.reviewers && context.reviewers <= 255".to_owned());
        if self.of_message() {
            parts.extend(
                [
                    "0 <= context.sent && context.sent <= 15",
                    "0 <= context.hour && context.hour <= 23",
                    "(context.ai || (!context.aiLabelled && !context.aiApproved))",
                    "(context.urgency || !context.urgencyProven)",
                    "(context.significant || !context.humanReview)",
                ]
                .map(str::to_owned),
            );
            if self.act == Act::Export {
                parts.push(channel(Channel::Ads));
            }
        } else {
            parts.push(format!("0 <= context.ceiling && context.ceiling <= {DEEPEST}"));
            parts.push(format!("0 <= context.age && context.age <= {OLDEST}"));
            parts.push("(context.known || context.age == 0)".to_owned());
            parts.push(self.together());
        }
        all(parts)
    }

    /// The purpose and the signal are declared, and the act is one the gate asks about the signal.
    pub fn declared_here(&self) -> String {
        let mut parts = vec![any(self.declared.purposes.iter().map(|it| purpose(&it.id)))];
        if !self.of_message() {
            let asked = |signal: &&Signal| match self.act {
                Act::Link => signal.anonymous,
                Act::Infer => signal.source == Source::Inferred,
                _ => true,
            };
            parts.push(one_of(self.declared.signals.iter().filter(asked)));
        }
        all(parts)
    }

    /// What the declarations make of a situation whose purpose and signal they know.
    pub fn made(&self) -> String {
        let marketing = self.declared.purposes.iter().filter(|it| it.marketing);
        let mut parts = vec![
            format!("{} == {}", self.here("marketing"), any(marketing.map(|it| purpose(&it.id)))),
            self.strongest("strength", self.act),
        ];
        if self.of_message() {
            let quiet = (0..24).filter(|hour| self.declared.quiet.holds(*hour));
            let quiet = any(quiet.map(|hour| format!("context.hour == {hour}")));
            parts.push(format!("{} == {quiet}", self.here("quiet")));
            parts.push(format!("{} == {}", self.here("cap"), self.declared.caps.per_week));
        } else {
            let cap = self.declared.caps.ads_signals;
            parts.push(format!("{} == {cap}", self.here("combinedCap")));
            parts.extend([self.device(), self.signals(), self.joined(), self.fits()]);
            parts.extend([self.balanced(), self.expired(), self.reaches()]);
        }
        all(parts)
    }

    const fn of_message(&self) -> bool {
        matches!(self.act, Act::Send | Act::Export)
    }

    fn here(&self, attribute: &str) -> String {
        format!("context.{}", self.whose.name(attribute))
    }

    fn of_signal(&self, attribute: &str) -> String {
        format!("resource.{}", self.whose.name(attribute))
    }

    /// How many signals a brief combines, and whether another of them is of a known person. Only a
    /// page asks that: a mail and an advertisement meet a known person anyway.
    fn together(&self) -> String {
        let signals = &self.declared.signals;
        let nameless = signals.iter().filter(|signal| !personal(self.declared, signal)).count();
        let personal = one_of(signals.iter().filter(|signal| personal(self.declared, signal)));
        let web = channel(Channel::Web);
        all([
            format!("1 <= context.combined && context.combined <= {}", signals.len()),
            format!("(!context.elsewhere || ({web} && context.combined >= 2))"),
            format!(
                "(context.elsewhere || !{web} || context.combined <= {nameless} || ({personal} && context.combined <= {}))",
                nameless + 1
            ),
        ])
    }

    /// The attribute is the strongest answer among the choices that speak to the act.
    fn strongest(&self, attribute: &str, act: Act) -> String {
        let here = self.here(attribute);
        let speaking = self.declared.choices.iter().filter(|choice| choice.allows.contains(&act));
        let mut least = Vec::new();
        let mut exactly = vec![format!("{here} == 0")];
        for choice in speaking {
            let (speaks, answer) = (self.speaks(choice, act), answer(&choice.id));
            least.push(format!("(!{speaks} || {here} >= {answer})"));
            exactly.push(format!("({speaks} && {here} == {answer})"));
        }
        all(least.into_iter().chain([any(exactly)]))
    }

    fn speaks(&self, choice: &Choice, act: Act) -> String {
        let mut parts = vec![
            any(choice.channels.iter().map(|it| channel(*it))),
            any(choice.purposes.iter().map(|id| purpose(id))),
        ];
        if !self.of_message() && act != Act::Store {
            parts.push(any(choice.signals.iter().map(|id| signal(id))));
        }
        all(parts)
    }

    /// The device is read on a page, and where a signal of the brief is on it.
    fn device(&self) -> String {
        let (device, on_device) = (self.here("device"), self.of_signal("onDevice"));
        let web = channel(Channel::Web);
        let unread = format!("({device} == 0 && !{web} && !{on_device})");
        let read = format!("({web} || {on_device} || {device} == 0 || context.combined >= 2)");
        any([unread, all([read, self.strongest("device", Act::Store)])])
    }

    fn signals(&self) -> String {
        let mut alike: BTreeMap<String, Vec<&Signal>> = BTreeMap::new();
        for signal in &self.declared.signals {
            let said = all([
                format!(
                    "{} == Maat::Source::\"{}\"",
                    self.of_signal("source"),
                    signal.source.word()
                ),
                format!(
                    "{} == Maat::Sensitivity::\"{}\"",
                    self.of_signal("sensitivity"),
                    signal.sensitivity.word()
                ),
                format!("{} == Maat::Step::\"{}\"", self.of_signal("step"), signal.step),
                format!("{} == {}", self.of_signal("onDevice"), signal.on_device),
                format!("{} == {}", self.of_signal("anonymous"), signal.anonymous),
                format!("{} == {}", self.of_signal("vulnerability"), signal.vulnerability),
            ]);
            alike.entry(said).or_default().push(signal);
        }
        all(alike.into_iter().map(|(said, signals)| implied(&one_of(signals), &said)))
    }

    fn joined(&self) -> String {
        let personal =
            one_of(self.declared.signals.iter().filter(|it| personal(self.declared, it)));
        let not_web = format!("!{}", channel(Channel::Web));
        let joined = any([not_web, "context.elsewhere".to_owned(), personal]);
        format!("{} == {joined}", self.here("joined"))
    }

    fn fits(&self) -> String {
        let fits = self.declared.purposes.iter().map(|it| {
            let collected = |signal: &&Signal| signal.collected_for.contains(&it.id);
            all([purpose(&it.id), one_of(self.declared.signals.iter().filter(collected))])
        });
        format!("{} == {}", self.here("fits"), any(fits))
    }

    fn balanced(&self) -> String {
        let balanced = self.declared.purposes.iter().filter(|it| it.balance.is_some());
        format!("{} == {}", self.here("balanced"), any(balanced.map(|it| purpose(&it.id))))
    }

    fn expired(&self) -> String {
        let mut kept: BTreeMap<u32, Vec<&Signal>> = BTreeMap::new();
        for signal in &self.declared.signals {
            kept.entry(signal.retention_days).or_default().push(signal);
        }
        let expired = self.here("expired");
        let by_age = kept.into_iter().map(|(days, signals)| {
            let asked = all([one_of(signals), "context.known".to_owned()]);
            implied(&asked, &format!("{expired} == (context.age > {days})"))
        });
        all(by_age.chain([format!("(context.known || !{expired})")]))
    }

    /// Need and depth of each use.
    fn reaches(&self) -> String {
        let mut alike: BTreeMap<String, Vec<&Signal>> = BTreeMap::new();
        for signal in &self.declared.signals {
            let Some(step) = self.declared.step_of(signal) else {
                continue;
            };
            alike.entry(self.reaches_of(signal, step)).or_default().push(signal);
        }
        all(alike.into_iter().map(|(reaches, signals)| implied(&one_of(signals), &reaches)))
    }

    fn reaches_of(&self, signal: &Signal, step: &Step) -> String {
        let mut by_reach: BTreeMap<(u8, u8), Vec<String>> = BTreeMap::new();
        for (named, known) in [(false, false), (false, true), (true, false), (true, true)] {
            let depth = self.declared.depth(signal, step, named, known && signal.anonymous);
            for on in Channel::ALL {
                let need: Need = self.declared.need(step, depth, *on);
                let known = if known {
                    format!("({} || context.loggedIn)", self.here("joined"))
                } else {
                    format!("!({} || context.loggedIn)", self.here("joined"))
                };
                let named = if named { "context.named" } else { "!context.named" };
                let when = all([channel(*on), named.to_owned(), known]);
                by_reach.entry((need.level(), depth)).or_default().push(when);
            }
        }
        let (need, depth) = (self.here("need"), self.here("depth"));
        any(by_reach.into_iter().map(|((level, deep), when)| {
            all([format!("{need} == {level}"), format!("{depth} == {deep}"), any(when)])
        }))
    }
}

/// Whether using the signal shows that the company knows who somebody is.
pub fn personal(declared: &Declarations, signal: &Signal) -> bool {
    let of_a_visit = signal.anonymous || signal.on_device;
    !of_a_visit && declared.step_of(signal).is_some_and(|step| step.depth > 1)
}

/// Flags that a channel does not read stand on their strict side.
fn strict_sides() -> String {
    all(maat::gate::FLAGS.iter().flat_map(|flag| {
        Channel::ALL.iter().filter(|it| !flag.read_on(**it)).map(|it| {
            let strict = if flag.strict { "" } else { "!" };
            format!("(!{} || {strict}context.{})", channel(*it), flag.rule_name)
        })
    }))
}

/// The person's answer to a choice, 0 none to 3 explicit.
pub fn answer(choice: &str) -> String {
    format!("context.consent[\"{choice}\"]")
}

fn channel(channel: Channel) -> String {
    format!("(context.channel == Maat::Channel::\"{}\")", channel.word())
}

pub fn purpose(id: &str) -> String {
    format!("(context.purpose == Maat::Purpose::\"{id}\")")
}

pub fn signal(id: &str) -> String {
    format!("(resource == Maat::Signal::\"{id}\")")
}

fn one_of<'a>(signals: impl IntoIterator<Item = &'a Signal>) -> String {
    any(signals.into_iter().map(|it| signal(&it.id)))
}

fn implied(when: &str, then: &str) -> String {
    format!("(!{when} || {then})")
}

fn all(parts: impl IntoIterator<Item = String>) -> String {
    joined(parts, " && ", "true")
}

fn any(parts: impl IntoIterator<Item = String>) -> String {
    joined(parts, " || ", "false")
}

fn joined(parts: impl IntoIterator<Item = String>, with: &str, without: &str) -> String {
    let parts: Vec<String> = parts.into_iter().collect();
    if parts.is_empty() { without.to_owned() } else { format!("({})", parts.join(with)) }
}
