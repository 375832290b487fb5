//! How many mails a second leave for each receiving domain, as the mail server sees it.

use std::time::{Duration, Instant};

use crate::mail::{Does, Got, Shop};

/// The first of them by name are of a domain with a limit, and the last of one without.
fn shop(slow: usize, all: usize, per_domain: &str) -> Shop {
    let address = move |nth| {
        let domain = if nth < slow { "Traag.example" } else { "vlot.example" };
        format!("c{nth:05}@{domain}")
    };
    let shop = Shop::reached(all, address, |_| Does::Take);
    let settings = shop.folder.read("maat.toml");
    let limits = format!("[mail]\nper_domain = {per_domain}\n");
    shop.folder.write("maat.toml", settings.replacen("[mail]\n", &limits, 1));
    shop
}

/// The mails of each of the two domains, the first in front.
fn both(shop: &Shop) -> (Vec<Got>, Vec<Got>) {
    let mut got = shop.server.got();
    got.sort_by_key(|got| got.begun);
    got.into_iter().partition(|got| got.to.ends_with("@Traag.example"))
}

#[test]
fn a_domain_gets_as_many_a_second_as_the_settings_say_and_another_does_not_wait_for_it() {
    let shop = shop(40, 100, "{ \"traag.example\" = 10 }");
    let out = shop.send().well();
    assert!(out.contains("100 sent"), "{out}");
    let (slow, quick) = both(&shop);
    assert_eq!((slow.len(), quick.len()), (40, 60));
    let took = slow[39].begun - slow[0].begun;
    // One may have been written slower than another, by far less than half a second.
    assert!(took >= Duration::from_millis(3_400), "40 at 10 a second took {took:?}");
    assert!(quick[59].begun < slow[30].begun, "the other domain waits for the one with a limit");
}

#[test]
fn those_who_wait_for_room_block_nobody_and_are_let_go_when_it_is_paused() {
    let shop = shop(600, 620, "{ \"*\" = 500, \"traag.example\" = 2 }");
    let mut child = shop.start();
    let began = Instant::now();
    while both(&shop).1.len() < 20 {
        assert!(began.elapsed() < Duration::from_secs(60), "{} came", shop.server.got().len());
        std::thread::sleep(Duration::from_millis(2));
    }
    let slow = both(&shop).0.len();
    assert!(slow < 100, "{slow} of a domain at its limit went before the others");
    let id = shop.status()["mailing"].as_str().unwrap().to_owned();
    shop.maat(&["mail", "pause", &id]).well();
    let paused = Instant::now();
    child.wait().unwrap();
    assert!(paused.elapsed() < Duration::from_secs(10), "it waits for those who have no room");
    let (slow, status) = (both(&shop).0.len(), shop.status());
    assert_eq!(status["sent"], slow + 20, "{status}");
    assert_eq!(status["waiting"], 600 - slow, "{status}");
    assert_eq!((&status["handing"], &status["suspect"]), (&0.into(), &0.into()), "{status}");
}

#[test]
fn a_limit_that_is_none_is_told_before_anything_leaves() {
    let shop = shop(1, 2, "{ \"traag.example\" = 0 }");
    let refused = shop.send().refused();
    assert!(
        refused.contains("[mail] per_domain: `traag.example` = 0 lets no mail leave"),
        "{refused}"
    );
    assert!(refused.contains("write how many mails a second may leave, 1 or more"), "{refused}");
    assert!(shop.server.got().is_empty());
}
