//! Addresses, and the codes that are mailed to them.

use maat::ledger::{Address, At, Event};
use maat_store::{Kind, Scope};

use crate::world::{both, record, today};

const ANNA: &str = "Anna@Example.org";

fn written(shop: &Scope<'_>, subject: &str) -> Vec<String> {
    shop.addresses(subject).unwrap().iter().map(ToString::to_string).collect()
}

fn minutes(count: i64) -> At {
    At(today().0 + count * 60_000)
}

#[test]
fn an_address_is_kept_exported_erased_and_never_comes_back_by_itself() {
    both(|world| {
        let shop = world.shop();
        record(&shop, today(), "anna", Event::Objected);
        shop.add_address("anna", &Address::on_record(&format!(" {ANNA} "))).unwrap();
        shop.add_address("anna", &Address::on_record("anna@example.org")).unwrap();
        assert_eq!(written(&shop, "anna"), ["anna@example.org"], "it is one and the same");
        let export = shop.export("anna", today()).unwrap();
        assert_eq!(export.addresses, ["anna@example.org"]);
        shop.erase(today(), "anna", &[], "test").unwrap();
        assert_eq!(written(&shop, "anna"), [""; 0]);
        assert!(shop.suppressed(&Address::on_record(ANNA)).unwrap());
        let error = shop.add_address("bert", &Address::on_record(ANNA)).unwrap_err();
        assert!(error.what.contains("stop list"), "{error}");
        shop.readmit(&Address::on_record(ANNA)).unwrap();
        shop.add_address("bert", &Address::on_record(ANNA)).unwrap();
        assert!(shop.remove_address("bert", &Address::on_record("anna@example.ORG")).unwrap());
        assert!(!shop.remove_address("bert", &Address::on_record(ANNA)).unwrap());
    });
}

#[test]
fn a_code_opens_once_within_ten_minutes_and_five_tries() {
    both(|world| {
        let shop = world.shop();
        shop.add_address("anna", &Address::on_record(ANNA)).unwrap();
        let asked = shop.ask_code(&Address::on_record("anna@example.org"), today()).unwrap();
        assert_eq!(asked.to.as_ref().map(Address::written), Some(ANNA), "mailed as they wrote it");
        assert!(asked.code.len() == 6 && asked.code.bytes().all(|b| b.is_ascii_digit()));
        let enter = |code: &str, at| shop.enter(&asked.ticket, code, at).unwrap();
        let wrong = if asked.code == "000000" { "000001" } else { "000000" };
        assert_eq!(enter(wrong, today()), None);
        assert_eq!(enter(&format!(" {} ", asked.code), minutes(9)).as_deref(), Some("anna"));
        assert_eq!(enter(&asked.code, minutes(9)), None, "it is used up");

        let late = shop.ask_code(&Address::on_record(ANNA), today()).unwrap();
        assert_eq!(shop.enter(&late.ticket, &late.code, minutes(10)).unwrap(), None);

        let tried = shop.ask_code(&Address::on_record(ANNA), today()).unwrap();
        let wrong = if tried.code == "000000" { "000001" } else { "000000" };
        for _ in 0..5 {
            assert_eq!(shop.enter(&tried.ticket, wrong, today()).unwrap(), None);
        }
        assert_eq!(shop.enter(&tried.ticket, &tried.code, today()).unwrap(), None, "locked");
        let other = shop.ask_code(&Address::on_record(ANNA), today()).unwrap();
        assert_eq!(shop.enter(&other.ticket, &tried.code, today()).unwrap(), None);
        assert_eq!(shop.enter("no ticket", &other.code, today()).unwrap(), None);
    });
}

#[test]
fn nobody_unknown_shared_or_kept_away_gets_in_and_no_code_is_mailed() {
    both(|world| {
        let shop = world.shop();
        for subject in ["anna", "bert"] {
            shop.add_address(subject, &Address::on_record("home@example.org")).unwrap();
        }
        shop.add_address("carl", &Address::on_record("carl@example.org")).unwrap();
        shop.suppress(today(), &Address::on_record("carl@example.org")).unwrap();
        for address in ["nobody@example.org", "home@example.org", "carl@example.org"] {
            let asked = shop.ask_code(&Address::on_record(address), today()).unwrap();
            assert_eq!(
                (asked.to.as_ref().map(Address::written), asked.code.len(), asked.ticket.len()),
                (None, 6, 32)
            );
            assert_eq!(shop.enter(&asked.ticket, &asked.code, today()).unwrap(), None, "{address}");
        }
    });
}

#[test]
fn an_address_that_was_changed_behind_our_back_is_found() {
    both(|world| {
        let shop = world.shop();
        shop.add_address("anna", &Address::on_record(ANNA)).unwrap();
        world.tamper("update address set address = 'thief@example.org'");
        assert_eq!(shop.addresses("anna").unwrap_err().kind, Kind::Corrupt);
        assert_eq!(
            shop.ask_code(&Address::on_record(ANNA), today()).unwrap_err().kind,
            Kind::Corrupt
        );
    });
}

#[test]
fn codes_are_kept_as_keyed_hashes_alone() {
    let world = crate::world::World::sqlite();
    let shop = world.shop();
    shop.add_address("anna", &Address::on_record(ANNA)).unwrap();
    let asked = shop.ask_code(&Address::on_record(ANNA), today()).unwrap();
    let bytes = std::fs::read(world.file()).unwrap();
    let held = |text: &str| bytes.windows(text.len()).any(|window| window == text.as_bytes());
    assert!(!held(&asked.code) && !held(&asked.ticket));
}
