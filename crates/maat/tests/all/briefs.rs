//! Briefs of several shapes, for the laws.

use maat::brief::{Brief, Review};
use maat::code::Code;
use maat::gate::Proposal;

const MAIL: &str = r#"
id = "mail"
title = "Mail"
controller = "Winkel"
channel = "email"
purpose = "tips"
own_similar_products = true
explanation = "in-sight"
sender = { name = "Winkel", address = "hallo@winkel.example" }
questions = { relevant = "ja", clear = "ja", welcome = "ja" }
bought_from = "Verkoper"
assessment = "DPIA 1"
[[slot]]
id = "text"
kind = "text"
names_behaviour = true
uses = ["purchase.item"]
plain = "…"
[[slot]]
id = "product"
kind = "product"
uses = ["purchase.category", "preference.topic"]
plain = "…"
[[slot]]
id = "seen"
kind = "visual"
uses = ["browsing.search", "inferred.life-event", "bought.household"]
plain = "…"
"#;

const WEB: &str = r#"
id = "web"
title = "Site"
controller = "Winkel"
channel = "web"
purpose = "tips"
explanation = "in-sight"
questions = { relevant = "ja", clear = "ja", welcome = "ja" }
[[slot]]
id = "again"
kind = "product"
names_behaviour = true
uses = ["purchase.item"]
plain = "…"
[[slot]]
id = "viewed"
kind = "visual"
uses = ["browsing.view", "page.current"]
plain = "…"
[[slot]]
id = "price"
kind = "price"
uses = ["device.kind"]
plain = "…"
"#;

const ADS: &str = r#"
id = "ads"
title = "Advertentie"
controller = "Winkel"
channel = "ads"
purpose = "advertising"
explanation = "in-sight"
questions = { relevant = "ja", clear = "ja", welcome = "ja" }
ad = { labelled = true, on_behalf_of = "Winkel", paid_by = "Winkel", parameters_shown = true }
[[select]]
by = ["contact.email", "purchase.category"]
why = "klanten"
[[slot]]
id = "product"
kind = "product"
uses = ["purchase.item"]
plain = "…"
"#;

/// One proposal a channel, each signed by two reviewers.
pub fn proposals(code: &Code) -> Vec<Proposal> {
    [MAIL, WEB, ADS].into_iter().map(|text| proposal(code, text)).collect()
}

/// The mail.
pub fn mail(code: &Code) -> Proposal {
    proposal(code, MAIL)
}

fn proposal(code: &Code, text: &str) -> Proposal {
    let mut brief = Brief::parse("brief.toml", text).unwrap();
    brief.review = ["Noor", "Sam"].map(|by| brief.sign(code, by, "2026-03-02")).to_vec();
    Proposal::new(code, brief, "brief.toml", text).unwrap_or_else(|mistakes| panic!("{mistakes}"))
}

#[test]
fn an_edit_voids_a_signature_and_a_comment_does_not() {
    let brief = Brief::parse("b", MAIL).unwrap();
    let hash = brief.content_hash();
    let commented = Brief::parse("b", &format!("# a comment\n\n{MAIL}")).unwrap();
    assert_eq!(commented.content_hash(), hash);
    let edited = Brief::parse("b", &MAIL.replace("title = \"Mail\"", "title = \"Mail!\"")).unwrap();
    assert_ne!(edited.content_hash(), hash);
    let code = crate::files::default_code();
    let signed = format!("{MAIL}\n{}", brief.sign(&code, "Noor", "2026-03-02"));
    let signed = Brief::parse("b", &signed).unwrap();
    assert_eq!((signed.content_hash(), signed.valid_reviewers(&code)), (hash, 1));
    let edited = Brief { title: "Mail!".to_owned(), ..signed };
    assert_eq!((edited.valid_reviewers(&code), edited.void_reviews(&code).len()), (0, 1));
}

#[test]
fn a_signature_holds_under_the_code_by_which_it_was_given_alone() {
    let code = crate::files::default_code();
    let brief = Brief::parse("b", MAIL).unwrap();
    let review = brief.sign(&code, "Noor", "2026-03-02");
    let other = Review { code: "00".to_owned(), ..review.clone() };
    // As it was written before signatures named the Code.
    let without = review.to_string().replace(&format!("code = \"{}\"\n", code.hash()), "");
    assert_eq!(without.lines().count(), 4, "{without}");
    for (signed, holds) in [(review.to_string(), 1), (other.to_string(), 0), (without, 0)] {
        let brief = Brief::parse("b", &format!("{MAIL}\n{signed}")).unwrap();
        assert_eq!(brief.valid_reviewers(&code), holds, "{signed}");
        assert_eq!(brief.void_reviews(&code).len(), 1 - usize::from(holds), "{signed}");
    }
}

#[test]
fn one_reviewer_who_signs_twice_is_one() {
    let code = crate::files::default_code();
    let mut brief = Brief::parse("b", MAIL).unwrap();
    brief.review = ["Noor ", "Noor"].map(|by| brief.sign(&code, by, "")).to_vec();
    assert_eq!(brief.valid_reviewers(&code), 1);
}

#[test]
fn a_mistake_in_a_brief_says_where_and_how_to_mend_it() {
    let code = crate::files::default_code();
    let wrong = MAIL.replace("purchase.item", "purchase.itm").replace("\"tips\"", "\"tps\"");
    let brief = Brief::parse("brief.toml", &wrong).unwrap();
    let told = Proposal::new(&code, brief, "brief.toml", &wrong).unwrap_err().to_string();
    insta::assert_snapshot!(told);
}
