//! Reports of mail that came back, as a mail server leaves or pipes them.

use std::io::{BufRead, BufReader, Write};
use std::process::Stdio;

use serde_json::Value;

use crate::mail::{Does, Shop, address, report, subject};
use crate::program::{read, run};

const FAILED: &str = "Reporting-MTA: dns; mx.klant.example\n\nFinal-Recipient: rfc822; x@klant.example\n\
                      Action: failed\nStatus: 5.1.1\n";

/// A shop that sent its campaign, and the Maildir of what comes back.
fn sent(people: usize) -> (Shop, String) {
    let shop = Shop::new(people, |_| Does::Take);
    shop.send().well();
    for part in ["cur", "new", "tmp"] {
        std::fs::create_dir_all(shop.folder.at(&format!("bounces/{part}"))).unwrap();
    }
    let bounces = shop.folder.path("bounces");
    (shop, bounces)
}

/// The report that the mail to somebody bounced.
fn bounce(shop: &Shop, nth: usize) -> String {
    let mail = shop.server.got().into_iter().find(|got| got.to == address(nth)).unwrap();
    report("delivery-status", FAILED, &mail.text)
}

fn stopped(shop: &Shop, nth: usize) -> bool {
    let own = shop.scope().standing(&subject(nth)).unwrap().unwrap();
    own.suppressed.is_some_and(|mark| mark.holds)
}

#[test]
fn of_a_maildir_what_is_delivered_is_read_and_what_is_being_written_is_not() {
    let (shop, bounces) = sent(3);
    for (nth, part) in ["cur", "new", "tmp"].into_iter().enumerate() {
        shop.folder.write(&format!("bounces/{part}/{nth}"), bounce(&shop, nth));
    }
    let said = read(&shop.maat(&["mail", "returned", "--json", &bounces]).well());
    assert_eq!((&said["bounced"], &said["others"]), (&2.into(), &0.into()), "{said}");
    assert_eq!([0, 1, 2].map(|nth| stopped(&shop, nth)), [true, true, false]);
}

#[test]
fn a_report_is_read_from_standard_input() {
    let (shop, _) = sent(2);
    let mut child = shop
        .args(&["mail", "returned", "-", "--json"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let piped = format!("From MAILER-DAEMON  Sun Nov 29 10:00:00 2026\n{}", bounce(&shop, 1));
    child.stdin.take().unwrap().write_all(piped.as_bytes()).unwrap();
    let out = child.wait_with_output().unwrap();
    assert!(out.status.success());
    assert_eq!(read(&String::from_utf8(out.stdout).unwrap())["bounced"], 1);
    assert_eq!([0, 1].map(|nth| stopped(&shop, nth)), [false, true]);
    // Too much is told, and nothing of it is read.
    let mut large = shop.args(&["mail", "returned", "-"]);
    let file = shop.folder.write("large", "x".repeat(11 * 1024 * 1024));
    let refused = run(large.stdin(std::fs::File::open(file).unwrap())).refused();
    assert!(refused.contains("-: is larger than a report can be"), "{refused}");
}

#[test]
fn a_folder_that_is_followed_is_read_as_mails_come_in() {
    let (shop, bounces) = sent(3);
    shop.folder.write("bounces/new/0", bounce(&shop, 0));
    let mut child = shop
        .args(&["mail", "returned", "--follow", "--json", &bounces])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut next = || -> Value { read(&lines.next().unwrap().unwrap()) };
    assert_eq!(next()["bounced"], 1, "what is there already");
    // Another program looks at it, and moves it; a letter, and a report, come in.
    std::fs::rename(shop.folder.at("bounces/new/0"), shop.folder.at("bounces/cur/0:2,S")).unwrap();
    let said = next();
    assert_eq!(said["bounced"], 1, "under another name it is read again: {said}");
    shop.folder.write("bounces/tmp/1", bounce(&shop, 1));
    std::fs::rename(shop.folder.at("bounces/tmp/1"), shop.folder.at("bounces/new/1")).unwrap();
    let said = next();
    assert_eq!((&said["bounced"], &said["others"]), (&1.into(), &0.into()), "{said}");
    assert_eq!([0, 1, 2].map(|nth| stopped(&shop, nth)), [true, true, false]);
    child.kill().unwrap();
    child.wait().unwrap();
    let entries = shop.scope().known(&subject(0)).unwrap().1;
    let stops = entries.iter().filter(|entry| {
        let record = entry.record().unwrap().unwrap();
        matches!(*record.event, maat::ledger::Event::Suppressed { .. })
    });
    assert_eq!(stops.count(), 1, "reading it twice changed nothing");
    let file = shop.folder.path("bounces/new/1");
    let refused = shop.maat(&["mail", "returned", "--follow", &file]).refused();
    assert!(refused.contains("is no folder, so nothing can be followed in it"), "{refused}");
}
