//! Loosened variants of the default Code: each is refuted by a theorem, or proven to be no looser.
//! A variant that survives means that a theorem is missing.
//!
//! Every sixteenth is tried; all of them, or those whose name holds a text, with `MAAT_VARIANTS=all` or
//! `MAAT_VARIANTS="legal.accurate"` before `cargo test -p maat-prove loosened -- --nocapture`.

use std::ops::ControlFlow;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use maat::code::{Code, Outcome, Sources};
use maat_prove::{Solver, compare, prove};

use crate::files::{changed, default_code, rule, solver};

/// A variant: what was loosened, and its files.
struct Variant {
    name: String,
    sources: Sources,
}

fn variant(path: &str, from: &str, to: &str, name: String) -> Variant {
    Variant { name, sources: changed(&[(path, from, to)]) }
}

/// Each forbid left out.
fn without_a_forbid(code: &Code) -> Vec<Variant> {
    let forbids = code.rules().iter().filter(|rule| !rule.permits);
    let without =
        |id: &str, path: &str| variant(path, &rule(path, id), "", format!("without {id}"));
    forbids.map(|it| without(&it.id, &format!("{}.cedar", it.layer.word()))).collect()
}

/// Each comparison of a forbid moved by one, so that it bites less.
fn moved_bounds(code: &Code) -> Vec<Variant> {
    let mut all = Vec::new();
    for it in code.rules().iter().filter(|rule| !rule.permits) {
        let path = format!("{}.cedar", it.layer.word());
        let text = rule(&path, &it.id);
        // Not within the words of an annotation.
        let body = text.find("forbid (").unwrap();
        let mut moved = |from: String, to: String| {
            if text[body..].contains(&from) {
                let changed = format!("{}{}", &text[..body], text[body..].replacen(&from, &to, 1));
                all.push(variant(&path, &text, &changed, format!("{}:{from} →{to}", it.id)));
            }
        };
        for level in 0..=4 {
            moved(format!(" < {level}"), format!(" < {}", level - 1));
            moved(format!(" >= {level}"), format!(" >= {}", level + 1));
        }
        moved(" >= context.cap".to_owned(), " > context.cap".to_owned());
        moved(" > context.combinedCap".to_owned(), " > 9".to_owned());
    }
    all
}

/// Each forbid about one act fewer.
fn fewer_acts(code: &Code) -> Vec<Variant> {
    let lists = [
        (
            r#"action in [Maat::Action::"send", Maat::Action::"export"]"#,
            ["send", "export"].as_slice(),
        ),
        (
            r#"action in [Maat::Action::"use", Maat::Action::"link", Maat::Action::"infer"]"#,
            &["use", "link", "infer"],
        ),
    ];
    let mut all = Vec::new();
    for it in code.rules().iter().filter(|rule| !rule.permits) {
        let path = format!("{}.cedar", it.layer.word());
        let text = rule(&path, &it.id);
        for (list, acts) in lists {
            for left_out in acts.iter().filter(|_| text.contains(list)) {
                let kept = acts.iter().filter(|act| *act != left_out);
                let kept: Vec<String> =
                    kept.map(|act| format!("Maat::Action::\"{act}\"")).collect();
                let changed = text.replace(list, &format!("action in [{}]", kept.join(", ")));
                all.push(variant(
                    &path,
                    &text,
                    &changed,
                    format!("{} not about {left_out}", it.id),
                ));
            }
        }
    }
    all
}

/// Each permit without its condition.
fn widened_permits(code: &Code) -> Vec<Variant> {
    let permits = code.rules().iter().filter(|rule| rule.permits);
    permits
        .filter_map(|it| {
            let path = format!("{}.cedar", it.layer.word());
            let text = rule(&path, &it.id);
            let (head, _) = text.split_once("\nwhen")?;
            Some(variant(&path, &text, &format!("{head};"), format!("{} whatever", it.id)))
        })
        .collect()
}

/// Each need of the ladder one lower.
fn lowered_ladder(code: &Code) -> Vec<Variant> {
    let lower = [
        ("\"soft\"", "\"none\""),
        ("\"given\"", "\"soft\""),
        ("\"explicit\"", "\"given\""),
        ("\"never\"", "\"explicit\""),
    ];
    let mut all = Vec::new();
    let text = Sources::built_in().get("code.toml").unwrap().text.clone();
    for step in &code.declared().steps {
        let begin = text.find(&format!("[[step]]\nid = \"{}\"", step.id)).unwrap();
        let entry = text[begin..]
            .split(
                "

",
            )
            .next()
            .unwrap();
        for line in entry
            .lines()
            .filter(|line| ["web", "email", "ads"].iter().any(|it| line.starts_with(it)))
        {
            for (from, to) in lower.iter().filter(|(from, _)| line.contains(from)) {
                let changed = entry.replacen(line, &line.replace(from, to), 1);
                all.push(variant(
                    "code.toml",
                    entry,
                    &changed,
                    format!("step {}: {} → {to}", step.id, line),
                ));
            }
        }
    }
    all
}

/// What `code.toml` declares, loosened by hand.
fn loosened_declarations() -> Vec<Variant> {
    [
        ("from = 21", "from = 23"),
        ("until = 8", "until = 6"),
        ("per_week = 1", "per_week = 7"),
        ("ads_signals = 3", "ads_signals = 12"),
        ("named = 3 ", "named = 0 "),
        ("linked = 4 ", "linked = 0 "),
        ("inferred = 4 ", "inferred = 0 "),
        ("bought = 4 ", "bought = 0 "),
        ("dpv = \"dpv:DirectMarketing\"\nmarketing = true", "dpv = \"dpv:DirectMarketing\"\nmarketing = true\nbalance = \"docs/balance.md#tips\""),
        ("channels = [\"email\", \"web\"]\npurposes = [\"news\", \"tips\", \"rewards\"]\nsignals = [\"preference.topic\", \"contact.email\"]", "channels = [\"email\", \"web\", \"ads\"]\npurposes = [\"news\", \"tips\", \"rewards\", \"advertising\"]\nsignals = [\"preference.topic\", \"contact.email\"]"),
        ("signals = [\"purchase.category\", \"purchase.item\", \"purchase.size\", \"purchase.return\", \"loyalty.tier\"]", "signals = [\"purchase.category\", \"purchase.item\", \"purchase.size\", \"purchase.return\", \"loyalty.tier\", \"purchase.health\"]"),
        ("signals = [\"preference.topic\", \"contact.email\"]", "signals = [\"preference.topic\", \"contact.email\", \"browsing.view\"]"),
        ("signals = [\"location.area\", \"device.kind\"]", "signals = [\"location.area\", \"device.kind\", \"purchase.item\"]"),
        ("allows = [\"link\"]", "allows = [\"link\", \"use\"]"),
        ("allows = [\"use\", \"infer\"]\nchannels = [\"email\", \"web\"]\npurposes = [\"news\"", "allows = [\"use\", \"infer\", \"link\"]\nchannels = [\"email\", \"web\"]\npurposes = [\"news\""),
        ("allows = [\"send\"]", "allows = [\"send\", \"export\"]"),
        ("channels = [\"email\"]\npurposes = [\"news\", \"tips\", \"rewards\"]", "channels = [\"email\"]\npurposes = [\"news\", \"tips\", \"rewards\", \"political\"]"),
        ("retention_days = 1\n", "retention_days = 30\n"),
        ("collected_for = [\"service\", \"tips\"]\nretention_days = 365", "collected_for = [\"service\", \"tips\"]\nretention_days = 3650"),
        ("collected_for = [\"service\", \"tips\"]\nretention_days = 90", "collected_for = [\"service\", \"tips\"]\nretention_days = 900"),
        ("retention_days = 730", "retention_days = 7300"),
        ("on_device = true\nanonymous = true", "on_device = true"),
        ("on_device = true\nanonymous = true", "anonymous = true"),
        ("vulnerability = true", "vulnerability = false"),
        ("step = \"item\"", "step = \"category\""),
        ("step = \"behaviour\"", "step = \"stated\""),
        ("step = \"special\"\nsource = \"inferred\"\nsensitivity = \"special\"", "step = \"life\"\nsource = \"inferred\"\nsensitivity = \"ordinary\""),
        ("source = \"inferred\"", "source = \"observed\""),
        ("source = \"bought\"", "source = \"given\""),
    ]
    .into_iter()
    .map(|(from, to)| variant("code.toml", from, to, format!("{from:?} → {to:?}")))
    .collect()
}

fn variants() -> Vec<Variant> {
    let code = default_code();
    let mut all = without_a_forbid(&code);
    all.extend(moved_bounds(&code));
    all.extend(fewer_acts(&code));
    all.extend(widened_permits(&code));
    all.extend(lowered_ladder(&code));
    all.extend(loosened_declarations());
    all
}

enum Fate {
    /// The loader refuses it.
    Unloaded,
    /// A theorem is refuted: this one.
    Refuted(String),
    /// It allows nothing that the default Code refuses.
    NoLooser,
    /// It is looser, and every theorem still holds.
    Survives(String),
}

fn fate(variant: &Variant, original: &Code, solver: &mut Solver) -> Fate {
    let Ok(code) = Code::load(&variant.sources) else {
        return Fate::Unloaded;
    };
    let all = prove(&code, None, solver, &mut |_, proven| match proven.outcome {
        Outcome::Proven => ControlFlow::Continue(()),
        _ => ControlFlow::Break(()),
    });
    let all = all.unwrap_or_else(|mistakes| panic!("{}: {mistakes}", variant.name));
    match all.last() {
        Some(last) if last.outcome == Outcome::Refuted => return Fate::Refuted(last.id.clone()),
        Some(last) if last.outcome == Outcome::Unknown => {
            return Fate::Survives(format!("{}: {:?}", last.id, last.unknown));
        }
        _ => {}
    }
    let compared = compare(&code, original, solver).unwrap();
    if compared.newly_allowed.is_empty() && compared.unknown.is_none() {
        return Fate::NoLooser;
    }
    Fate::Survives(format!(
        "{:?} {:?}",
        compared.newly_allowed.first().map(|it| &it.situation),
        compared.unknown
    ))
}

#[test]
fn every_loosening_is_refuted() {
    let chosen = std::env::var("MAAT_VARIANTS").ok();
    let tried = |nth: usize, name: &str| match chosen.as_deref() {
        None => nth.is_multiple_of(16),
        Some("all") => true,
        Some(part) => name.contains(part),
    };
    let variants: Vec<Variant> = variants()
        .into_iter()
        .enumerate()
        .filter(|(nth, variant)| tried(*nth, &variant.name))
        .map(|(_, variant)| variant)
        .collect();
    let (next, survivors, told) =
        (AtomicUsize::new(0), Mutex::new(Vec::new()), Mutex::new((0, 0, 0)));
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                let (original, mut solver) = (default_code(), solver());
                while let Some(variant) = variants.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let fate = fate(variant, &original, &mut solver);
                    let mut told = told.lock().unwrap();
                    match fate {
                        Fate::Unloaded => told.0 += 1,
                        Fate::Refuted(by) => {
                            told.1 += 1;
                            println!("{}: refuted by {by}", variant.name);
                        }
                        Fate::NoLooser => {
                            told.2 += 1;
                            println!("{}: no looser", variant.name);
                        }
                        Fate::Survives(how) => {
                            println!("{}: SURVIVES {how}", variant.name);
                            survivors.lock().unwrap().push(format!("{}: {how}", variant.name));
                        }
                    }
                }
            });
        }
    });
    let (unloaded, refuted, no_looser) = *told.lock().unwrap();
    println!(
        "{} variants: {refuted} refuted, {no_looser} no looser, {unloaded} do not load",
        variants.len()
    );
    let survivors = survivors.into_inner().unwrap();
    assert!(survivors.is_empty(), "a theorem is missing:\n{}", survivors.join("\n"));
    let most = refuted * 4 >= variants.len() * 3;
    assert!(most || chosen.is_some(), "only {refuted} of {} were refuted", variants.len());
}
