//! Who asks: the network at the other side of a connection or, behind a proxy that the settings name, whom that proxy
//! names. It is what attempts are counted by.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};

use axum::http::HeaderMap;
use ipnet::IpNet;

/// The header in which proxies name whom they speak for.
const FORWARDED: &str = "x-forwarded-for";

/// The proxies that are believed, and how many of them stand in a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proxies {
    /// Their networks.
    pub networks: Vec<IpNet>,
    /// How many are passed at most: 1 where one proxy stands before the service.
    pub hops: u8,
}

impl Default for Proxies {
    /// One, on this machine.
    fn default() -> Self {
        let this_machine = [IpAddr::from([127, 0, 0, 1]), IpAddr::V6(Ipv6Addr::LOCALHOST)];
        let mut networks: Vec<IpNet> = this_machine.into_iter().map(IpNet::from).collect();
        // All of 127.0.0.0/8 is this machine (RFC 1122, 3.2.1.3).
        networks.extend(ipnet::Ipv4Net::new([127, 0, 0, 0].into(), 8).map(IpNet::V4));
        Self { networks, hops: 1 }
    }
}

impl Proxies {
    /// Those of some networks, each an address or a network as `10.0.0.0/8`; else the first that is neither.
    pub fn of<'a>(networks: impl IntoIterator<Item = &'a str>, hops: u8) -> Result<Self, &'a str> {
        let network = |text: &'a str| {
            let trimmed = text.trim();
            let alone = || trimmed.parse::<IpAddr>().map(IpNet::from);
            trimmed.parse::<IpNet>().or_else(|_| alone()).map_err(|_| text)
        };
        Ok(Self { networks: networks.into_iter().map(network).collect::<Result<_, _>>()?, hops })
    }

    /// Whether an address is one of the proxies'.
    pub fn has(&self, address: IpAddr) -> bool {
        self.networks.iter().any(|network| network.contains(&address))
    }

    /// The address of whoever asks. Of what a proxy says, all lines of the header are read as one, from the right, as
    /// many as there are hops and as long as the one who says it is a proxy: what stands further left anybody can write.
    pub fn client(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        let lines = headers.get_all(FORWARDED).iter().map(|line| line.to_str().unwrap_or(""));
        let lines: Vec<&str> = lines.collect();
        let mut named = lines.iter().rev().flat_map(|line| line.rsplit(',')).map(address);
        let mut client = plain(peer);
        for _ in 0..self.hops {
            if !self.has(client) {
                break;
            }
            // What is no address is nobody: then it is the proxy itself that is counted.
            let Some(Some(next)) = named.next() else { break };
            client = next;
        }
        client
    }
}

/// An address as proxies write it: alone, or with a port.
fn address(text: &str) -> Option<IpAddr> {
    let text = text.trim();
    let alone = text.parse::<IpAddr>().ok();
    let bracketed = || text.strip_prefix('[')?.strip_suffix(']')?.parse::<Ipv6Addr>().ok();
    let with_port = || text.parse::<SocketAddr>().ok().map(|it| it.ip());
    alone.or_else(|| bracketed().map(IpAddr::V6)).or_else(with_port).map(plain)
}

/// An IPv4 address as one, also where it is written inside IPv6.
fn plain(address: IpAddr) -> IpAddr {
    address.to_canonical()
}

/// The network that is counted as one: an IPv4 address, or the /64 of an IPv6 address, which is what one line gets
/// (RFC 6177, section 2; RFC 4291, section 2.5.1).
pub fn network(address: IpAddr) -> String {
    match plain(address) {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            format!("{}/64", Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(lines: &[&str]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(FORWARDED, line.parse().unwrap());
        }
        headers
    }

    #[test]
    fn only_named_proxies_are_believed_and_from_the_right() {
        let proxies = |networks: &[&str], hops| Proxies {
            networks: networks.iter().map(|it| it.parse().unwrap()).collect(),
            hops,
        };
        let one = || Proxies::default();
        let two = || proxies(&["127.0.0.1/32", "10.0.0.0/8", "fd00::/8"], 2);
        for (own, peer, lines, who) in [
            // Nobody in between, or somebody who is no proxy: what they say of themselves is nothing.
            (one(), "203.0.113.9", &[][..], "203.0.113.9"),
            (one(), "203.0.113.9", &["198.51.100.1"], "203.0.113.9"),
            (one(), "127.0.0.1", &["198.51.100.1"], "198.51.100.1"),
            (one(), "127.0.0.5", &["198.51.100.1"], "198.51.100.1"),
            (one(), "127.0.0.1", &["1.1.1.1, 198.51.100.1"], "198.51.100.1"),
            // The same in two lines.
            (one(), "127.0.0.1", &["1.1.1.1", "198.51.100.1"], "198.51.100.1"),
            (one(), "127.0.0.1", &["198.51.100.1", "no address"], "127.0.0.1"),
            (one(), "127.0.0.1", &["198.51.100.1, "], "127.0.0.1"),
            (one(), "127.0.0.1", &["198.51.100.1:4711"], "198.51.100.1"),
            (one(), "::1", &["[2001:db8::1]:443"], "2001:db8::1"),
            (one(), "::1", &["[2001:db8::1]"], "2001:db8::1"),
            (one(), "::ffff:127.0.0.1", &["::ffff:198.51.100.1"], "198.51.100.1"),
            // One hop, though a proxy before it said more.
            (one(), "127.0.0.1", &["198.51.100.1, 10.0.0.1"], "10.0.0.1"),
            (two(), "127.0.0.1", &["198.51.100.1, 10.0.0.1"], "198.51.100.1"),
            (two(), "127.0.0.1", &["1.1.1.1, 198.51.100.1, 10.0.0.1"], "198.51.100.1"),
            (two(), "127.0.0.1", &["1.1.1.1, 198.51.100.1"], "198.51.100.1"),
            (two(), "fd00::7", &["198.51.100.1"], "198.51.100.1"),
            (proxies(&[], 3), "127.0.0.1", &["198.51.100.1"], "127.0.0.1"),
        ] {
            let client = own.client(peer.parse().unwrap(), &headers(lines));
            assert_eq!(client.to_string(), who, "{peer} {lines:?}");
        }
    }

    #[test]
    fn all_of_a_line_is_one_network() {
        for (address, counted) in [
            ("198.51.100.1", "198.51.100.1"),
            ("::ffff:198.51.100.1", "198.51.100.1"),
            ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
            ("2001:db8:1:2::", "2001:db8:1:2::/64"),
        ] {
            assert_eq!(network(address.parse().unwrap()), counted);
        }
    }
}
