//! Makes a small ledger in which there is something of everything, to look at the console:
//! `cargo run -p maat-store --example console_store -- FILE`.

use std::path::Path;

use maat::ledger::{Address, At, Event, How, Right, Sighted, Strength};
use maat::words::Lang;
use maat_store::{ControllerId, Draft, Store, shown_hash};

const DAY: i64 = 86_400_000;

fn given(choice: &str) -> Event {
    Event::ConsentGiven {
        choice: choice.to_owned(),
        strength: Strength::Given,
        wording: 1,
        shown: shown_hash("May we?"),
        lang: Lang::Nl,
        how: How::DoubleOptIn { place: "checkout".to_owned() },
        expires: None,
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let path = std::env::args().nth(1).ok_or("name the file")?;
    let store = Store::sqlite(Path::new(&path))?;
    let now = At(jiff::Timestamp::now().as_millisecond());
    let ago = |days: i64| At(now.0 - days * DAY);
    for controller in ["own", "other"] {
        let scope = store.of(&ControllerId::new(controller)?);
        let (mut drafts, mut addresses) = (Vec::new(), Vec::new());
        for nth in 0..60 {
            let subject = format!("{controller}-{nth:03}");
            addresses
                .push((subject.clone(), Address::on_record(&format!("{subject}@klant.example"))));
            let mut add = |at, event| drafts.push(Draft::at(at, &subject, "form", event));
            add(ago(90), Event::AgeKnown { minor: nth % 20 == 19 });
            add(ago(90), Event::RefusalOffered { every: true });
            if nth % 3 != 0 {
                add(ago(60), given("mail"));
                add(ago(60), Event::AddressConfirmed);
            }
            if nth % 4 == 0 {
                add(ago(50), given("purchases"));
            }
            let seen = |signal: &str, value: &str| {
                Event::SignalSeen(Sighted {
                    signal: signal.to_owned(),
                    value: value.to_owned(),
                    source: "till".to_owned(),
                    on: ago(20),
                    expires: None,
                })
            };
            add(ago(20), seen("purchase.item", "servetten & <kaarsen>"));
            add(ago(20), seen("purchase.category", "tafel"));
            if nth % 7 == 0 {
                add(ago(5), Event::Objected);
            }
        }
        let asked = [(0, 40, Right::Access), (1, 3, Right::Erasure), (2, 1, Right::Rectification)];
        for (nth, days, right) in asked {
            let event = Event::RequestReceived { request: format!("request-{nth}"), right };
            drafts.push(Draft::at(ago(days), &format!("{controller}-{nth:03}"), "mail", event));
        }
        scope.append(now, &drafts)?;
        let addresses: Vec<_> = addresses.iter().map(|(a, b)| (a.as_str(), b)).collect();
        scope.add_addresses(&addresses)?;
        scope.checkpoint(now)?;
    }
    Ok(())
}
