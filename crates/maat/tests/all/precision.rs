//! Precision: messages are made plainer until enough people share each, and no plainer than that.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock};

use maat::code::{Code, SlotKind, Sources};
use maat::compose::{Rendered, RenderedSlot};
use maat::gate::{Decision, Facts, Person, Proposal, decide};
use maat::precision::{Texts, fingerprint};
use maat::profile::{Day, Moment};
use proptest::prelude::*;

static DECISION: LazyLock<Decision> = LazyLock::new(|| {
    let code = Code::load(&Sources::built_in()).unwrap();
    let text = "id = 'b'\ntitle = 'b'\ncontroller = 'c'\nchannel = 'email'\npurpose = 'news'\n\
        [[slot]]\nid = 'a'\nkind = 'text'\ntext = 'x'\n";
    let brief = maat::brief::Brief::parse("b", text).unwrap();
    let proposal = Proposal::new(&code, brief, "b", text).unwrap();
    let moment = Moment { day: Day(20_000), hour: 12 };
    decide(&code, &Facts::new(&code, moment, Person::STRICT, 0), &proposal)
});

/// One recipient: the word in each part; none is plain.
fn told(words: &[Option<u8>]) -> Rendered {
    let slot = |(part, word): (usize, &Option<u8>)| RenderedSlot {
        slot: Arc::from(format!("part-{part}")),
        kind: SlotKind::Text,
        text: Some(word.map_or_else(|| format!("plain {part}"), |word| format!("{part} {word}"))),
        personal: word.is_some(),
        opened: Vec::new(),
        fell_back: false,
    };
    Rendered { slots: words.iter().enumerate().map(slot).collect(), decision: DECISION.clone() }
}

fn texts(parts: usize, plain: impl Fn(usize) -> bool) -> Texts {
    let plain_texts =
        (0..parts).map(|part| plain(part).then(|| fingerprint(&format!("plain {part}"))));
    Texts::new(vec![plain_texts.collect()]).unwrap()
}

#[test]
fn a_text_that_only_one_person_gets_is_made_plain_and_one_that_many_get_stays() {
    let mut texts = texts(2, |_| true);
    for word in [1, 1, 1, 2] {
        texts.add(0, &told(&[Some(7), Some(word)]), 3);
    }
    texts.narrow();
    let narrowed = texts.of(0).unwrap();
    assert_eq!(
        (narrowed.plainer, narrowed.before, narrowed.shared, narrowed.held),
        (0, 3, 3, false)
    );
    // The rarest part goes first, and then the other: alone with it they would still be one of one.
    let narrowed = texts.of(3).unwrap();
    assert_eq!((narrowed.plainer, narrowed.before, narrowed.held), (0b11, 1, false));
    assert!(!narrowed.personal && narrowed.is_plainer(1) && !narrowed.is_plainer(2));
    let (before, now) = texts.spread();
    assert_eq!(before, [1, 3, 0, 0, 0, 0]);
    assert_eq!(
        now,
        [1, 3, 0, 0, 0, 0],
        "the plain text is shared by one, and says nothing of them"
    );
}

#[test]
fn who_has_no_plain_text_to_fall_back_to_gets_nothing() {
    let mut texts = texts(1, |_| false);
    for word in [1, 1, 2] {
        texts.add(0, &told(&[Some(word)]), 2);
    }
    texts.narrow();
    assert!(!texts.of(0).unwrap().held);
    assert!(texts.of(2).unwrap().held);
    assert_eq!(texts.spread().1, [0, 2, 0, 0, 0, 0], "who is held back is counted no more");
}

#[test]
fn languages_are_not_counted_together() {
    let plain = vec![Some(fingerprint("plain 0"))];
    let mut texts = Texts::new(vec![plain.clone(), plain]).unwrap();
    texts.add(0, &told(&[Some(1)]), 2);
    texts.add(1, &told(&[Some(1)]), 2);
    texts.narrow();
    assert_eq!(texts.of(0).unwrap().before, 1);
    assert!(texts.of(1).unwrap().is_plainer(0));
}

#[test]
fn more_parts_than_can_be_told_apart_are_refused() {
    assert!(Texts::new(vec![vec![None; 33]]).is_none());
    assert!(Texts::new(vec![vec![None; 32]]).is_some());
    assert!(Texts::new(vec![vec![None; 2], vec![None; 3]]).is_none());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// Whatever the audience: in the end whoever gets a personal text shares it with as many as are
    /// asked, counted anew and by hand; and nobody is made plainer who shared with enough.
    #[test]
    fn in_the_end_everybody_shares_with_enough(
        people in prop::collection::vec(
            (prop::collection::vec(prop::option::weighted(0.8, 0_u8..4), 3), 1_u32..6), 1..60),
        plain in prop::array::uniform3(prop::bool::weighted(0.8)),
    ) {
            let mut texts = texts(3, |part| plain[part]);
        for (words, asked) in &people {
            texts.add(0, &told(words), *asked);
        }
        texts.narrow();
        let mut counts: HashMap<Vec<Option<u8>>, u32> = HashMap::new();
        let gone = |nth: usize| -> Vec<Option<u8>> {
            let narrowed = texts.of(nth).unwrap();
            let words = people[nth].0.iter().enumerate();
            words.map(|(part, word)| word.filter(|_| !narrowed.is_plainer(part))).collect()
        };
        for nth in 0..people.len() {
            if !texts.of(nth).unwrap().held {
                *counts.entry(gone(nth)).or_default() += 1;
            }
        }
        for (nth, (words, asked)) in people.iter().enumerate() {
            let (narrowed, left) = (texts.of(nth).unwrap(), gone(nth));
            if narrowed.held {
                continue;
            }
            let shared = counts[&left];
            prop_assert_eq!(narrowed.shared, shared);
            prop_assert!(shared >= *asked || left.iter().all(Option::is_none), "{:?} {}", left, shared);
            prop_assert_eq!(narrowed.personal, left.iter().any(Option::is_some));
            if narrowed.plainer == 0 {
                prop_assert_eq!(&left, words);
            }
        }
    }
}
