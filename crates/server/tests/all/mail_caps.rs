//! The cap on how often somebody hears from a company, with several campaigns at once.

use std::collections::BTreeMap;
use std::process::{Child, Stdio};
use std::time::Duration;

use crate::mail::{Does, Shop};

const BRIEF: &str = include_str!("../../../../examples/mail/brief.toml");
const OTHERS: [&str; 2] = ["second-mail", "third-mail"];

fn slowly(_: &str) -> Does {
    std::thread::sleep(Duration::from_millis(2));
    Does::Take
}

/// Writes the other campaigns: the same words, under another id.
fn write(shop: &Shop) {
    for id in OTHERS {
        shop.folder
            .write(&format!("{id}.toml"), BRIEF.replace("\"tips-mail\"", &format!("\"{id}\"")));
    }
}

fn begin(shop: &Shop, brief: &str) -> Child {
    let path = shop.folder.path(&format!("{brief}.toml"));
    let mut command = shop.args(&["mail", "send", &path]);
    command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
}

/// The campaigns whose mails each address got.
fn campaigns(shop: &Shop) -> BTreeMap<String, Vec<String>> {
    let mut got: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for mail in shop.server.got() {
        let of = OTHERS.into_iter().find(|id| mail.text.contains(id)).unwrap_or("tips-mail");
        got.entry(mail.to).or_default().push(of.to_owned());
    }
    got
}

#[test]
fn of_three_campaigns_at_once_nobody_gets_two() {
    let people = 400;
    let shop = Shop::new(people, slowly);
    write(&shop);
    let all = ["brief", OTHERS[0], OTHERS[1]];
    let running: Vec<Child> = all.iter().map(|brief| begin(&shop, brief)).collect();
    for mut child in running {
        assert!(child.wait().unwrap().success());
    }
    let got = campaigns(&shop);
    assert_eq!(got.len(), people, "everybody got one");
    let twice: Vec<_> = got.iter().filter(|(_, of)| of.len() > 1).collect();
    assert!(twice.is_empty(), "{twice:?}");
    let of = |id: &str| got.values().filter(|of| of[0] == id).count();
    println!("{} {} {}", of("tips-mail"), of(OTHERS[0]), of(OTHERS[1]));
}

#[test]
fn a_mail_that_left_before_a_kill_counts() {
    let people = 300;
    let shop = Shop::new(people, slowly);
    write(&shop);
    let mut child = shop.start();
    shop.until(60);
    child.kill().unwrap();
    child.wait().unwrap();
    // At once, while the lease of the dead run lasts: what it was handing over is waited for, and then counts.
    assert!(begin(&shop, OTHERS[0]).wait().unwrap().success());
    let got = campaigns(&shop);
    let both = got.iter().filter(|(_, of)| of.len() > 1).collect::<Vec<_>>();
    assert!(both.is_empty(), "{both:?}");
    let first = got.values().filter(|of| of[0] == "tips-mail").count();
    assert!(first >= 60 && got.len() > first, "{first} of {}", got.len());
}
