//! A client's Code over the agency's: adding and tightening, never loosening.

use super::check::{Named, sound};
use super::declared::{Choice, Declarations, Declared, Purpose, Signal, Step};
use super::terms::{Channel, Layer};
use super::{Code, Sources, rules};
use crate::mistake::{Loosening, Mistake, Mistakes};

/// The agency's declarations with the client's additions, or every loosening found.
pub(super) fn tighten(
    agency: &Declarations,
    client: Declared,
    sources: &Sources,
) -> Result<Declarations, Mistakes> {
    let file = Named(sources.get("code.toml"));
    let mut mistakes = Vec::new();
    let mut merged = agency.clone();
    merged.name = client.name.clone();
    merged.version.clone_from(&client.version);
    bounds(agency, &client, &mut merged, &file, &mut mistakes);
    merge(
        &mut merged.purposes,
        client.purpose,
        |it| &it.id,
        purpose_loosened,
        new_purpose,
        &file,
        &mut mistakes,
    );
    merge(
        &mut merged.steps,
        client.step,
        |it| &it.id,
        step_loosened,
        |_| None,
        &file,
        &mut mistakes,
    );
    let steps = merged.steps.clone();
    let signal_loosened = |old: &Signal, new: &Signal| signal_loosened(old, new, &steps);
    merge(
        &mut merged.signals,
        client.signal,
        |it| &it.id,
        signal_loosened,
        |_| None,
        &file,
        &mut mistakes,
    );
    merge(
        &mut merged.choices,
        client.choice,
        |it| &it.id,
        choice_loosened,
        |_| None,
        &file,
        &mut mistakes,
    );
    if !mistakes.is_empty() {
        return Err(Mistakes(mistakes));
    }
    sound(&merged, sources)?;
    Ok(merged)
}

/// Puts each entry of the client in the place of the agency's of the same id, or at the end.
fn merge<T>(
    entries: &mut Vec<T>,
    client: Vec<T>,
    id: impl Fn(&T) -> &String,
    loosened: impl Fn(&T, &T) -> Option<Loosening>,
    unwelcome: impl Fn(&T) -> Option<Loosening>,
    file: &Named<'_>,
    mistakes: &mut Vec<Mistake>,
) {
    for new in client {
        let old = entries.iter_mut().find(|old| id(old) == id(&new));
        let found = old.as_deref().map_or_else(|| unwelcome(&new), |old| loosened(old, &new));
        if let Some(loosening) = found {
            mistakes.push(file.entry(id(&new), loosening));
        }
        match old {
            Some(old) => *old = new,
            None => entries.push(new),
        }
    }
}

fn bounds(
    agency: &Declarations,
    client: &Declared,
    merged: &mut Declarations,
    file: &Named<'_>,
    mistakes: &mut Vec<Mistake>,
) {
    if let Some(quiet) = client.quiet {
        let freed = (0..24).find(|hour| agency.quiet.holds(*hour) && !quiet.holds(*hour));
        if let Some(hour) = freed {
            let key = if quiet.from == agency.quiet.from { "until" } else { "from" };
            mistakes.push(file.key("quiet", key, Loosening::QuietHourFreed { hour }));
        }
        merged.quiet = quiet;
    }
    if let Some(new) = client.caps {
        let old = agency.caps;
        let keys = [
            ("per_week", old.per_week.into(), new.per_week.into()),
            ("ads_signals", old.ads_signals.into(), new.ads_signals.into()),
        ];
        mistakes.extend(looser("caps", Bound::AtMost, &keys, file));
        merged.caps = new;
    }
    if let Some(new) = client.precision {
        let old = agency.precision;
        let keys = [
            ("soft", old.soft, new.soft),
            ("given", old.given, new.given),
            ("explicit", old.explicit, new.explicit),
        ];
        mistakes.extend(looser("precision", Bound::AtLeast, &keys, file));
        merged.precision = new;
    }
    if let Some(new) = client.deepening {
        let old = agency.deepening;
        let keys = [
            ("named", old.named.into(), new.named.into()),
            ("linked", old.linked.into(), new.linked.into()),
            ("inferred", old.inferred.into(), new.inferred.into()),
            ("bought", old.bought.into(), new.bought.into()),
        ];
        mistakes.extend(looser("deepening", Bound::AtLeast, &keys, file));
        merged.deepening = new;
    }
    if let Some(zone) = client.zone.as_ref().filter(|zone| **zone != agency.zone) {
        let (agency, client) = (agency.zone.clone(), zone.clone());
        mistakes.push(file.key("zone", "", Loosening::OtherZone { agency, client }));
    }
}

/// What the agency's value of a key is to the client's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Bound {
    AtMost,
    AtLeast,
}

/// Each key of a table, with the agency's value and the client's, that the client made looser.
fn looser(table: &str, bound: Bound, keys: &[(&str, u32, u32)], file: &Named<'_>) -> Vec<Mistake> {
    let mut found = Vec::new();
    for (name, agency, client) in keys.iter().copied() {
        let (named, key) = (table.to_owned(), name.to_owned());
        let loosening = match bound {
            Bound::AtMost if client > agency => {
                Loosening::BoundRaised { table: named, key, agency, client }
            }
            Bound::AtLeast if client < agency => {
                Loosening::BoundLowered { table: named, key, agency, client }
            }
            _ => continue,
        };
        found.push(file.key(table, name, loosening));
    }
    found
}

fn purpose_loosened(old: &Purpose, new: &Purpose) -> Option<Loosening> {
    let id = new.id.clone();
    if old.marketing && !new.marketing {
        return Some(Loosening::NoLongerMarketing { id });
    }
    (old.balance.is_none() && new.balance.is_some()).then_some(Loosening::BalanceClaimed { id })
}

fn new_purpose(new: &Purpose) -> Option<Loosening> {
    let id = new.id.clone();
    if !new.marketing {
        return Some(Loosening::NewPurposeOutsideMarketing { id });
    }
    new.balance.is_some().then_some(Loosening::NewPurposeWithBalance { id })
}

fn step_loosened(old: &Step, new: &Step) -> Option<Loosening> {
    let id = new.id.clone();
    if new.depth < old.depth {
        return Some(Loosening::DepthLowered { id, agency: old.depth, client: new.depth });
    }
    let lower = Channel::ALL.iter().find(|channel| new.need(**channel) < old.need(**channel))?;
    let (channel, agency) = (lower.word().to_owned(), old.need(*lower).word().to_owned());
    Some(Loosening::NeedLowered { id, channel, agency })
}

fn signal_loosened(old: &Signal, new: &Signal, steps: &[Step]) -> Option<Loosening> {
    let id = new.id.clone();
    let step = |id: &str| steps.iter().find(|step| step.id == id);
    if new.step != old.step {
        let steps = step(&old.step).zip(step(&new.step));
        if steps.is_none_or(|(old, new)| step_loosened(old, new).is_some()) {
            let (agency, client) = (old.step.clone(), new.step.clone());
            return Some(Loosening::StepLowered { id, agency, client });
        }
    }
    if new.retention_days > old.retention_days {
        let (agency, client) = (old.retention_days, new.retention_days);
        return Some(Loosening::KeptLonger { id, agency, client });
    }
    if new.sensitivity < old.sensitivity {
        let word = |of: &Signal| of.sensitivity.word().to_owned();
        let (agency, client) = (word(old), word(new));
        return Some(Loosening::SensitivityLowered { id, agency, client });
    }
    if let Some(purpose) = new.collected_for.iter().find(|it| !old.collected_for.contains(it)) {
        return Some(Loosening::CollectedForMore { id, purpose: purpose.clone() });
    }
    let freed = (old.on_device && !new.on_device)
        || (old.anonymous && !new.anonymous)
        || (old.vulnerability && !new.vulnerability);
    if freed {
        return Some(Loosening::MarkTakenOff { id });
    }
    let changed = new.source != old.source || new.dpv != old.dpv;
    changed.then_some(Loosening::OriginChanged { id })
}

fn choice_loosened(old: &Choice, new: &Choice) -> Option<Loosening> {
    let id = new.id.clone();
    let wider = new.allows.iter().any(|it| !old.allows.contains(it))
        || new.channels.iter().any(|it| !old.channels.contains(it))
        || new.purposes.iter().any(|it| !old.purposes.contains(it))
        || new.signals.iter().any(|it| !old.signals.contains(it));
    if wider {
        return Some(Loosening::CoversMore { id });
    }
    let kept = new.wording.starts_with(&old.wording);
    (!kept).then_some(Loosening::WordingChanged { id })
}

/// A client's rules only forbid, under names of their own.
pub(super) fn only_forbids(agency: &Code, client: &Sources) -> Result<(), Mistakes> {
    let mut mistakes = Vec::new();
    for layer in Layer::ALL {
        let Some(source) = client.get(&format!("{}.cedar", layer.word())) else {
            continue;
        };
        let (found, wrong) = rules::parse(source, *layer);
        mistakes.extend(wrong);
        for (rule, _) in found {
            let id = rule.id.clone();
            let loosening = if agency.reason(&id).is_some() {
                Loosening::RuleOfTheAgency { rule: id }
            } else if rule.permits {
                Loosening::RulePermits { rule: id }
            } else {
                continue;
            };
            mistakes.push(Mistake::on_line(&rule.file, rule.line, loosening));
        }
    }
    if mistakes.is_empty() { Ok(()) } else { Err(Mistakes(mistakes)) }
}
