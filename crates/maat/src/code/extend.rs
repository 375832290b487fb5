//! A client's Code over the agency's: adding and tightening, never loosening.

use super::check::{Named, sound};
use super::declared::{Choice, Declarations, Declared, Purpose, Signal, Step};
use super::terms::{Channel, Layer};
use super::{Code, Sources, rules};
use crate::mistake::{Mistake, Mistakes};

const MEND: &str = "a client's Code may only tighten; change the agency's Code, or keep its value";

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
    loosened: impl Fn(&T, &T) -> Option<String>,
    unwelcome: impl Fn(&T) -> Option<String>,
    file: &Named<'_>,
    mistakes: &mut Vec<Mistake>,
) {
    for new in client {
        let old = entries.iter_mut().find(|old| id(old) == id(&new));
        let found = old.as_deref().map_or_else(|| unwelcome(&new), |old| loosened(old, &new));
        if let Some(what) = found {
            mistakes.push(file.entry(
                id(&new),
                format!("`{}` loosens the agency's Code: {what}", id(&new)),
                MEND,
            ));
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
    let mut loosened = |what: &str| {
        mistakes.push(file.whole(format!("[{what}] loosens the agency's Code"), MEND));
    };
    if let Some(quiet) = client.quiet {
        if (0..24).any(|hour| agency.quiet.holds(hour) && !quiet.holds(hour)) {
            loosened("quiet");
        }
        merged.quiet = quiet;
    }
    if let Some(caps) = client.caps {
        if caps.per_week > agency.caps.per_week || caps.ads_signals > agency.caps.ads_signals {
            loosened("caps");
        }
        merged.caps = caps;
    }
    if let Some(precision) = client.precision {
        let old = agency.precision;
        if precision.soft < old.soft
            || precision.given < old.given
            || precision.explicit < old.explicit
        {
            loosened("precision");
        }
        merged.precision = precision;
    }
    if let Some(floors) = client.deepening {
        let old = agency.deepening;
        if floors.named < old.named
            || floors.linked < old.linked
            || floors.inferred < old.inferred
            || floors.bought < old.bought
        {
            loosened("deepening");
        }
        merged.deepening = floors;
    }
    if client.zone.as_ref().is_some_and(|zone| *zone != agency.zone) {
        loosened("zone");
    }
}

fn purpose_loosened(old: &Purpose, new: &Purpose) -> Option<String> {
    if old.marketing && !new.marketing {
        return Some("it was marketing and is no more".to_owned());
    }
    (old.balance.is_none() && new.balance.is_some())
        .then(|| "it claims a balancing test that the agency does not have".to_owned())
}

fn new_purpose(new: &Purpose) -> Option<String> {
    if !new.marketing {
        return Some("only the agency declares purposes outside marketing".to_owned());
    }
    new.balance.is_some().then(|| "only the agency vouches for a balancing test".to_owned())
}

fn step_loosened(old: &Step, new: &Step) -> Option<String> {
    if new.depth < old.depth {
        return Some(format!("depth {} became {}", old.depth, new.depth));
    }
    let lower = Channel::ALL.iter().find(|channel| new.need(**channel) < old.need(**channel))?;
    Some(format!("on {} it asks less than `{}`", lower.word(), old.need(*lower).word()))
}

fn signal_loosened(old: &Signal, new: &Signal, steps: &[Step]) -> Option<String> {
    let step = |id: &str| steps.iter().find(|step| step.id == id);
    if new.step != old.step {
        let steps = step(&old.step).zip(step(&new.step));
        if steps.is_none_or(|(old, new)| step_loosened(old, new).is_some()) {
            return Some(format!("step `{}` became `{}`", old.step, new.step));
        }
    }
    if new.retention_days > old.retention_days {
        return Some(format!("it is kept {} days, not {}", new.retention_days, old.retention_days));
    }
    if new.sensitivity < old.sensitivity {
        return Some(format!("{} became {}", old.sensitivity.word(), new.sensitivity.word()));
    }
    if let Some(purpose) = new.collected_for.iter().find(|it| !old.collected_for.contains(it)) {
        return Some(format!("it was not collected for `{purpose}`"));
    }
    let freed = (old.on_device && !new.on_device)
        || (old.anonymous && !new.anonymous)
        || (old.vulnerability && !new.vulnerability);
    if freed {
        return Some("a mark (on_device, anonymous, vulnerability) was taken off".to_owned());
    }
    (new.source != old.source || new.dpv != old.dpv)
        .then(|| "its source or DPV term changed".to_owned())
}

fn choice_loosened(old: &Choice, new: &Choice) -> Option<String> {
    let wider = new.allows.iter().any(|it| !old.allows.contains(it))
        || new.channels.iter().any(|it| !old.channels.contains(it))
        || new.purposes.iter().any(|it| !old.purposes.contains(it))
        || new.signals.iter().any(|it| !old.signals.contains(it));
    if wider {
        return Some("it covers more than the agency's choice".to_owned());
    }
    (!new.wording.starts_with(&old.wording))
        .then(|| "a wording that customers answered was changed".to_owned())
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
            let (what, mend) = if agency.reason(&rule.id).is_some() {
                (
                    "stands in the agency's Code already",
                    "give the client's rule a name of its own; the agency's stays in force",
                )
            } else if rule.permits {
                (
                    "permits, which loosens the agency's Code",
                    "a client's rules only forbid; turn it round, or change the agency's Code",
                )
            } else {
                continue;
            };
            mistakes.push(Mistake {
                file: rule.file.clone(),
                line: Some(rule.line),
                what: format!("rule `{}` {what}", rule.id),
                mend: mend.to_owned(),
            });
        }
    }
    if mistakes.is_empty() { Ok(()) } else { Err(Mistakes(mistakes)) }
}
