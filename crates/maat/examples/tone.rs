//! How well and how quickly steering language is found:
//! `cargo run --release -p maat --example tone -- dataset.tsv [rounds=5]`
//!
//! `dataset.tsv` is that of ec-darkpattern, which Maat does not bring along. Without it only the speed
//! of the patterns is measured.
#![allow(clippy::unwrap_used, clippy::panic, clippy::cast_precision_loss, reason = "a measurement")]

use std::hint::black_box;
use std::time::Instant;

use maat::tone::{Example, Measured, Tone, cross_validate, examples, train};
use sha2::{Digest, Sha256};

/// A way to go through the text, and what it is called.
type Way<'a> = (&'a str, Box<dyn Fn() -> usize + 'a>);

/// The honest and the steering sentences of both languages, often enough to be measured.
fn sentences() -> String {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/tone/");
    let files = ["nl-honest.txt", "en-honest.txt", "nl-steering.tsv", "en-steering.tsv"];
    let mut text = String::new();
    for file in files {
        for line in std::fs::read_to_string(format!("{folder}{file}")).unwrap().lines() {
            text.push_str(line.rsplit('\t').next().unwrap_or(line));
            text.push('\n');
        }
    }
    text.repeat(50)
}

/// The English sentences of a file of which the half by hash is asked, as in the tests.
fn half(file: &str, seen: bool) -> Vec<String> {
    let path = format!("{}/tests/tone/{file}", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(path).unwrap();
    let sentences = text.lines().map(|line| line.rsplit('\t').next().unwrap_or(line).to_owned());
    let of = |it: &String| Sha256::digest(it.as_bytes()).first().unwrap().is_multiple_of(2) == seen;
    sentences.filter(of).collect()
}

/// With a model of the data, and with one that was given the honest sentences of the seen half too.
fn with_model(data: &str) -> Tone {
    let plain = examples("the data", data).unwrap();
    let mut more = plain.clone();
    more.extend(half("en-honest.txt", true).iter().map(|it| Example::honest(it)));
    let of = |of: &[Example]| Tone::built_in().unwrap().with_model(train(of).0);
    let tones = [
        ("the patterns alone", Tone::built_in().unwrap()),
        ("with a model of the data", of(&plain)),
        ("with a model that knows honest sentences too", of(&more)),
    ];
    for (what, tone) in &tones {
        let found = |file| {
            let of = half(file, false);
            let found = of.iter().filter(|it| tone.count(it).1 > 0).count();
            format!("{found} of {}", of.len())
        };
        let (steering, honest) = (found("en-steering.tsv"), found("en-honest.txt"));
        println!("unseen half, {what}: {steering} that steer found, {honest} that do not");
    }
    tones.into_iter().next_back().unwrap().1
}

fn quality(data: &str) {
    let all = examples("the data", data).unwrap_or_else(|mistakes| panic!("{mistakes}"));
    println!("seed | accuracy | AUC | F1 | precision | recall | kind");
    let rows: Vec<Measured> = (1..=5).map(|seed| cross_validate(&all, seed)).collect();
    let show = |it: &Measured| [it.accuracy, it.auc, it.f1, it.precision, it.recall, it.kind];
    let line = |values: [f64; 6]| values.map(|value| format!("{value:.4}")).join(" | ");
    for (seed, row) in (1..).zip(&rows) {
        println!("{seed} | {}", line(show(row)));
    }
    let of = |nth: usize| rows.iter().map(move |row| show(row).into_iter().nth(nth).unwrap_or(0.0));
    let mean: [f64; 6] = std::array::from_fn(|nth| of(nth).sum::<f64>() / rows.len() as f64);
    let spread: [f64; 6] =
        std::array::from_fn(|nth| of(nth).fold(0.0, f64::max) - of(nth).fold(1.0, f64::min));
    println!("mean | {}\nhighest less lowest | {}", line(mean), line(spread));
    let (texts, distinct) = rows.first().map_or((0, 0), |row| (row.examples, row.distinct));
    println!("{texts} texts, {distinct} distinct");
    let tone = Tone::built_in().unwrap();
    let found = |steers: bool| {
        let of: Vec<_> = all.iter().filter(|it| it.steers == steers).collect();
        let found = of.iter().filter(|it| tone.count(&it.text).1 > 0).count();
        format!("{found} of {}", of.len())
    };
    println!("the patterns alone: {} that steer found, {} that do not", found(true), found(false));
}

fn main() {
    let mut args = std::env::args().skip(1);
    let data = args.next().map(|path| std::fs::read_to_string(path).unwrap());
    let rounds: usize = args.next().map_or(5, |rounds| rounds.parse().unwrap());
    let text = sentences();
    let patterns = Tone::built_in().unwrap();
    let both = data.as_ref().map(|data| {
        quality(data);
        with_model(data)
    });
    let (sentences, _) = patterns.count(&text);
    println!("{sentences} sentences, {} bytes; sentences a second on one core:", text.len());
    let mut ways: Vec<Way<'_>> = vec![
        (
            "in lower case and split, nothing looked for",
            Box::new(|| {
                text.to_lowercase()
                    .split(['.', '!', '?', '\n'])
                    .flat_map(str::split_whitespace)
                    .count()
            }),
        ),
        ("the patterns of both languages", Box::new(|| patterns.count(&text).1)),
    ];
    if let Some(both) = &both {
        ways.push(("the patterns and the model", Box::new(|| both.count(&text).1)));
    }
    for round in 1..=rounds {
        for (what, way) in &ways {
            let start = Instant::now();
            black_box(way());
            let rate = sentences as f64 / start.elapsed().as_secs_f64();
            println!("round {round} | {what} | {rate:.0}");
        }
    }
}
