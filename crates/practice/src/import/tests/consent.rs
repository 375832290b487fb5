//! What a row says about consents: wordings, languages, confirmed addresses, soft opt-in, GPC.

use maat::ledger::{Event, How, Strength};
use maat::words::Lang;
use maat_store::{shown_hash, stale_wording};

use crate::import::reject::Reason;
use crate::import::tests::{CODE, MAIL, at, both, now};

#[test]
fn the_text_that_was_shown_is_hashed_and_its_version_found() {
    both(|desk| {
        let map = MAIL.replace("wording = 1", "wording = { text = \"read\" }");
        let map = map.replace("lang = { always = \"nl\" }", "lang = \"language\"");
        desk.write(
            "in.csv",
            "customer_id,signed_up,newsletter,language,read\n\
         an,2026-01-31,ja,en-GB,\"May we mail you with news, tips and offers?\"\n\
         ben,2026-01-31,ja,NL,Wil je post?\n\
         cas,2026-01-31,ja,de,Post?\n\
         dirk,2026-01-31,ja,nl,\n",
        );
        let report = desk.consents("in.csv", &map);
        assert_eq!((report.added, report.rejected), (2, 2));
        assert_eq!((report.of(Reason::UnknownLang), report.of(Reason::NoShownText)), (1, 1));
        let an = desk.consent("an", "mail").given.unwrap();
        assert_eq!((an.wording, desk.evidence("an", "mail").lang), (1, Lang::En));
        let ben = desk.consent("ben", "mail").given.unwrap();
        let proof = desk.evidence("ben", "mail");
        assert_eq!(
            (ben.wording, proof.lang, proof.shown.as_str()),
            (0, Lang::Nl, shown_hash("Wil je post?").as_str())
        );
        assert!(!stale_wording(&CODE, "mail", &an) && stale_wording(&CODE, "mail", &ben));
    });
}

#[test]
fn a_confirmed_address_is_evidence_apart() {
    both(|desk| {
        let map = MAIL.replace("wording = 1", "wording = 1\ndouble_opt_in = \"confirmed\"");
        desk.write(
            "in.csv",
            "customer_id,signed_up,newsletter,confirmed\n\
         an,2026-01-31 10:00,ja,2026-01-31 10:05\n\
         ben,2026-01-31 10:00,ja,\n\
         cas,2026-01-31 10:00,ja,2025-01-31\n\
         dirk,2026-01-31 10:00,ja,soon\n",
        );
        let report = desk.consents("in.csv", &map);
        assert_eq!((report.added, report.rejected), (5, 1));
        let word = |subject: &str| desk.evidence(subject, "mail").how;
        assert_eq!(
            (word("an"), word("ben"), word("cas")),
            ("double_opt_in".into(), "import".into(), "import".into())
        );
        let confirmed = |subject: &str| desk.scope().standing(subject).unwrap().unwrap().confirmed;
        assert_eq!(confirmed("an"), Some(at("2026-01-31T09:05:00Z")));
        assert_eq!(confirmed("ben"), None);
        assert_eq!(confirmed("cas"), Some(at("2025-01-30T23:00:00Z")));
        assert_eq!(desk.strength("an", "mail"), Strength::Given, "confirmed is not explicit");
        assert_eq!(desk.consents("in.csv", &map).added, 0);
    });
}

#[test]
fn a_soft_opt_in_needs_all_of_its_conditions() {
    both(|desk| {
        let map = MAIL.replace("\"given\"", "\"soft\"")
            + "[consent.soft]\nsale = \"sale\"\noffered_at_collection = \"first\"\n\
           offered_since = \"since\"\nown_similar = { always = \"true\" }\n";
        desk.write(
            "in.csv",
            "customer_id,signed_up,newsletter,sale,first,since\n\
         an,2026-01-31,ja,2026-01-30,true,1\n\
         ben,2026-01-31,ja,,true,true\n\
         cas,2026-01-31,ja,2026-01-30,false,true\n\
         dirk,2026-01-31,ja,2026-01-30,true,nee\n\
         ella,2026-01-31,ja,2026-01-30,true,\n\
         fien,2026-01-31,ja,2026-02-01,true,true\n\
         gijs,2026-01-31,nee,,,\n",
        );
        let report = desk.consents("in.csv", &map);
        assert_eq!((report.added, report.rejected), (2, 5));
        assert_eq!((report.of(Reason::SoftIncomplete), report.of(Reason::SoftUnmet)), (2, 3));
        assert_eq!(desk.strength("an", "mail"), Strength::Soft);
        let Event::ConsentGiven { how: How::SoftOptIn { sale, .. }, .. } = &desk.events("an")[0].1
        else {
            panic!("no soft opt-in")
        };
        assert_eq!(*sale, at("2026-01-29T23:00:00Z"));
        let facts = desk.scope().facts(&CODE, "an", now()).unwrap();
        assert!(facts.person.bought_before && facts.person.refusal_offered);
        for subject in ["ben", "cas", "dirk", "ella", "fien"] {
            assert!(desk.scope().standing(subject).unwrap().is_none(), "{subject}");
        }
        assert!(desk.consent("gijs", "mail").withdrawn.is_some());
    });
}

const GPC: &str = "subject = \"customer_id\"\nat = \"seen\"\nrecorded_by = { always = \"site\" }\ngpc = \"sec_gpc\"\n";

#[test]
fn gpc_refuses_every_choice_that_shares() {
    both(|desk| {
        let map = GPC.to_owned()
            + "lang = { always = \"nl\" }\n[[consent]]\nchoice = \"matching\"\nanswer = \"ads\"\n\
           yes = [\"ja\"]\nstrength = \"given\"\nwording = 1\n";
        desk.write(
            "in.csv",
            "customer_id,seen,sec_gpc,ads\n\
         an,2026-01-31,1,ja\nben,2026-01-31,0,ja\ncas,2026-01-31,,ja\ndirk,2026-01-31,2,ja\n\
         ella,,1,\n",
        );
        let report = desk.consents("in.csv", &map);
        assert_eq!((report.added, report.undated, report.rejected), (5, 1, 1));
        assert_eq!(report.of(Reason::UnknownGpc), 1);
        assert!(desk.consent("ella", "matching").withdrawn.is_some(), "it counts from now");
        let strength = |subject: &str| desk.strength(subject, "matching");
        assert_eq!(strength("an"), Strength::None, "at one moment the refusal stands");
        assert_eq!((strength("ben"), strength("cas")), (Strength::Given, Strength::Given));
        assert!(desk.consent("an", "matching").withdrawn.is_some());
    });
}

#[test]
fn gpc_alone_needs_no_language_but_a_moment() {
    both(|desk| {
        desk.write("in.csv", "customer_id,seen,sec_gpc\nan,2026-01-31,1\n");
        assert_eq!(desk.consents("in.csv", GPC).added, 1);
        let error = desk
            .import(
                crate::import::tests::What::Consents,
                "in.csv",
                &GPC.replace("at = \"seen\"\n", ""),
            )
            .unwrap_err();
        assert!(
            error.contains("map.toml:3: missing field `at`: when the browser asked"),
            "{error}"
        );
    });
}
