//! How well and how quickly steering language is found:
//! `cargo run --release -p maat --example tone -- dataset.tsv [rounds=5]`
//!
//! `dataset.tsv` is that of ec-darkpattern, which Maat does not bring along. Without it only the speed
//! of the patterns is measured.
#![allow(clippy::unwrap_used, clippy::cast_precision_loss, reason = "a measurement")]

use std::hint::black_box;
use std::time::Instant;

use maat::tone::{Measured, Tone, cross_validate, examples, train};

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
        let model = train(&examples("the data", data).unwrap()).0;
        Tone::built_in().unwrap().with_model(model)
    });
    let (sentences, _) = patterns.count(&text);
    println!("{sentences} sentences, {} bytes; sentences a second on one core:", text.len());
    let mut ways: Vec<(&str, Box<dyn Fn() -> usize + '_>)> = vec![
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
