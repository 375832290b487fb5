//! Two hundred honest and two hundred steering sentences in each language, written for this. Half of
//! them, by their hash, could be looked at while the patterns were written; the other half could not.
//!
//! `cargo test -p maat halves -- --nocapture` prints the numbers for `docs/benchmarks.md`.

use std::collections::BTreeMap;

use maat::tone::{Kind, Passage};
use sha2::{Digest, Sha256};

use super::tone;

const HONEST: [(&str, &str); 2] = [
    ("nl", include_str!("../../tone/nl-honest.txt")),
    ("en", include_str!("../../tone/en-honest.txt")),
];
const STEERING: [(&str, &str); 2] = [
    ("nl", include_str!("../../tone/nl-steering.tsv")),
    ("en", include_str!("../../tone/en-steering.tsv")),
];

/// Whether a sentence is of the half that could be looked at.
fn seen(sentence: &str) -> bool {
    Sha256::digest(sentence.as_bytes())[0].is_multiple_of(2)
}

/// What became of the sentences of one language and half.
#[derive(Default)]
struct Counts {
    steering: usize,
    found: usize,
    honest: usize,
    honest_found: usize,
    kinds: BTreeMap<&'static str, (usize, usize, usize)>,
}

fn count(lang: &str, of_seen: bool) -> Counts {
    let tone = tone();
    let finds = |text: &str| tone.read(text, &[Passage::whole(text)], None);
    let of = |files: [(&str, &'static str); 2]| {
        let lines = files.into_iter().filter(move |(of, _)| *of == lang);
        lines.flat_map(|(_, text)| text.lines()).collect::<Vec<_>>()
    };
    let mut counts = Counts::default();
    for sentence in of(HONEST).into_iter().filter(|it| seen(it) == of_seen) {
        counts.honest += 1;
        counts.honest_found += usize::from(!finds(sentence).is_empty());
    }
    for (kind, sentence) in of(STEERING).into_iter().filter_map(|line| line.split_once('\t')) {
        if seen(sentence) != of_seen {
            continue;
        }
        let found = finds(sentence);
        counts.steering += 1;
        counts.found += usize::from(!found.is_empty());
        for counted in Kind::ALL {
            let told = found.iter().any(|find| find.kind == counted);
            let (is, both, all) = counts.kinds.entry(counted.word()).or_default();
            *is += usize::from(counted.word() == kind);
            *both += usize::from(counted.word() == kind && told);
            *all += usize::from(told);
        }
    }
    counts
}

fn hundredths(part: usize, whole: usize) -> usize {
    (part * 100 + whole / 2).checked_div(whole).unwrap_or(0)
}

/// Language, half, precision and recall in hundredths, as they were measured.
const MEASURED: [(&str, bool, usize, usize); 4] =
    [("nl", true, 100, 100), ("nl", false, 100, 83), ("en", true, 100, 100), ("en", false, 98, 82)];

#[test]
fn precision_and_recall_are_what_was_measured() {
    for (lang, of_seen, precision, recall) in MEASURED {
        let counts = count(lang, of_seen);
        let Counts { steering, found, honest, honest_found, kinds } = &counts;
        assert!(*steering >= 80 && *honest >= 80, "{steering} and {honest} sentences");
        let now = (hundredths(*found, found + honest_found), hundredths(*found, *steering));
        let half = if of_seen { "seen" } else { "unseen" };
        println!(
            "{lang} | {half} | steering {found} of {steering} | honest {honest_found} of {honest} | precision {} | recall {}",
            now.0, now.1
        );
        for (kind, (is, both, all)) in kinds {
            println!("   {kind} | found as such {both} of {is} | right {both} of {all}");
        }
        assert!(now.0 + 1 >= precision && now.1 + 2 >= recall, "{lang} {half}: {now:?}");
    }
}
