//! Clicks on the links of a mailing are counted together, for each company by itself.

use maat_store::{ControllerId, Link};

use crate::world::both;

fn link(address: &str, path: &str, clicks: u64) -> Link {
    Link { address: address.to_owned(), path: path.to_owned(), clicks }
}

#[test]
fn a_link_stays_as_it_was_kept_first_and_its_clicks_are_counted() {
    both(|world| {
        let another = ControllerId::new("another").unwrap();
        let (shop, other) = (world.shop(), world.store.of(&another));
        let ways = |path: &str| {
            ["a", "b"].map(|nth| (format!("https://{nth}.example/"), format!("/{path}/{nth}")))
        };
        let all = [link("https://a.example/", "/go/a", 0), link("https://b.example/", "/go/b", 0)];
        assert_eq!(shop.keep_links("m", &ways("go")).unwrap(), all);
        assert_eq!(shop.keep_links("m", &ways("later")).unwrap(), all);
        assert_eq!(other.keep_links("m", &ways("go")).unwrap(), all);
        for (mailing, nth) in [("m", 2), ("m", 2), ("m", 1), ("m", 0), ("m", 3), ("n", 1)] {
            shop.clicked(mailing, nth).unwrap();
        }
        let counts = |all: Vec<Link>| all.iter().map(|link| link.clicks).collect::<Vec<_>>();
        assert_eq!(counts(shop.links("m").unwrap()), [1, 2]);
        assert_eq!(counts(other.links("m").unwrap()), [0, 0]);
        assert_eq!(shop.links("n").unwrap(), []);
    });
}
