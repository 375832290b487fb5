//! The evidence tree: a Merkle tree over the entries, hashed as in RFC 9162, section 2.1.
//!
//! Pure. A tree that grows keeps its peaks, the roots of the perfect subtrees it falls into. Every
//! fourth level is stored, so that an entry costs a fifteenth of a row and a proof reads some
//! hundreds of hashes.

use sha2::{Digest, Sha256};

/// A SHA-256 hash.
pub type Hash = [u8; 32];

/// Levels between one stored level and the next.
pub(crate) const STEP: u32 = 4;

/// The hash of a leaf (RFC 9162, 2.1.1): SHA-256 of 0x00 and the data.
pub fn leaf(data: &[u8]) -> Hash {
    Sha256::new().chain_update([0]).chain_update(data).finalize().into()
}

/// The hash of a node: SHA-256 of 0x01 and its two children.
pub fn node(left: &Hash, right: &Hash) -> Hash {
    Sha256::new().chain_update([1]).chain_update(left).chain_update(right).finalize().into()
}

/// The root of a tree without leaves: SHA-256 of nothing.
pub fn empty() -> Hash {
    Sha256::digest([]).into()
}

/// A perfect subtree: 2^level leaves, of which there are `place` others before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Place {
    pub level: u32,
    pub place: u64,
}

/// A tree that grows: its size and its peaks, the largest first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Peaks {
    pub size: u64,
    pub hashes: Vec<Hash>,
}

impl Peaks {
    /// Reads stored peaks; `None` if their number is not that of the size.
    pub fn read(size: u64, bytes: &[u8]) -> Option<Self> {
        let (hashes, rest) = bytes.as_chunks::<32>();
        let fits = rest.is_empty() && u32::try_from(hashes.len()) == Ok(size.count_ones());
        fits.then(|| Self { size, hashes: hashes.to_vec() })
    }

    /// As they are stored.
    pub fn bytes(&self) -> Vec<u8> {
        self.hashes.concat()
    }

    /// Adds a leaf; `made` hears of every perfect subtree that became whole, leaf excluded.
    pub fn push(&mut self, leaf: Hash, mut made: impl FnMut(Place, &Hash)) {
        let (mut hash, mut level) = (leaf, 0);
        while self.size >> level & 1 == 1 {
            let Some(left) = self.hashes.pop() else { break };
            hash = node(&left, &hash);
            level += 1;
            made(Place { level, place: self.size >> level }, &hash);
        }
        self.hashes.push(hash);
        self.size += 1;
    }

    /// The root of the tree.
    pub fn root(&self) -> Hash {
        join(&self.hashes)
    }
}

/// The hash over adjacent perfect subtrees, the largest first.
fn join(hashes: &[Hash]) -> Hash {
    let mut from_right = hashes.iter().rev();
    let Some(last) = from_right.next() else { return empty() };
    from_right.fold(*last, |right, left| node(left, &right))
}

/// The perfect subtrees that leaves `from` until `until` fall into. `from` is where a subtree of
/// the tree begins, so the largest comes first.
fn perfect(mut from: u64, until: u64) -> Vec<Place> {
    let mut places = Vec::new();
    while from < until {
        let level = (until - from).ilog2().min(from.trailing_zeros());
        places.push(Place { level, place: from >> level });
        from += 1 << level;
    }
    places
}

/// Leaves `from` until `until`, which are one subtree of the tree, perfect or not.
type Range = (u64, u64);

/// The largest power of two below a number of at least two.
const fn split(count: u64) -> u64 {
    1 << (count - 1).ilog2()
}

/// Which subtrees the path of a leaf consists of, lowest first (RFC 9162, 2.1.3.1); `None` if
/// there is no such leaf.
fn inclusion(index: u64, size: u64) -> Option<Vec<Range>> {
    let (mut from, mut until, mut path) = (0, size, Vec::new());
    if index >= size {
        return None;
    }
    while until - from > 1 {
        let middle = from + split(until - from);
        if index < middle {
            path.push((middle, until));
            until = middle;
        } else {
            path.push((from, middle));
            from = middle;
        }
    }
    path.reverse();
    Some(path)
}

/// Which subtrees show that a tree grew from an earlier one (RFC 9162, 2.1.4.1); `None` if the
/// earlier one is larger. Nothing is needed from an empty tree, nor for the same one.
fn consistency(old: u64, size: u64) -> Option<Vec<Range>> {
    let (mut from, mut until, mut path) = (0, size, Vec::new());
    if old > size {
        return None;
    }
    if old == 0 || old == size {
        return Some(path);
    }
    while old < until {
        let middle = from + split(until - from);
        if old <= middle {
            path.push((middle, until));
            until = middle;
        } else {
            path.push((from, middle));
            from = middle;
        }
    }
    if from > 0 {
        path.push((from, until));
    } else if until != old {
        return None;
    }
    path.reverse();
    Some(path)
}

/// What a proof needs from the store: for each of its hashes the perfect subtrees below it.
#[derive(Debug)]
pub(crate) struct Plan(Vec<Vec<Place>>);

impl Plan {
    /// For the path of a leaf.
    pub fn inclusion(index: u64, size: u64) -> Option<Self> {
        inclusion(index, size).map(Self::of)
    }

    /// For a tree that grew from an earlier one.
    pub fn consistency(old: u64, size: u64) -> Option<Self> {
        consistency(old, size).map(Self::of)
    }

    /// For the root of an earlier tree.
    pub fn root(size: u64) -> Self {
        Self(vec![perfect(0, size)])
    }

    fn of(ranges: Vec<Range>) -> Self {
        Self(ranges.into_iter().map(|(from, until)| perfect(from, until)).collect())
    }

    /// The stored subtrees to read, as a stored level, the first place and the count (up to 8).
    pub fn reads(&self) -> Vec<(u32, u64, u64)> {
        self.0
            .iter()
            .flatten()
            .map(|place| {
                let above = place.level % STEP;
                (place.level - above, place.place << above, 1 << above)
            })
            .collect()
    }

    /// The hashes of the proof, from what was read, in the order of [`Self::reads`]; `None` if
    /// something is missing.
    pub fn hashes(&self, read: &[Vec<Hash>]) -> Option<Vec<Hash>> {
        let mut read = read.iter();
        self.0
            .iter()
            .map(|places| {
                let whole: Option<Vec<Hash>> = places
                    .iter()
                    .map(|place| {
                        let below = read.next()?;
                        let count = 1_usize << (place.level % STEP);
                        (below.len() == count).then(|| fold(below)).flatten()
                    })
                    .collect();
                whole.map(|whole| join(&whole))
            })
            .collect()
    }
}

/// The root over a power of two of hashes.
fn fold(hashes: &[Hash]) -> Option<Hash> {
    let mut level = hashes.to_vec();
    while level.len() > 1 {
        level = level.as_chunks::<2>().0.iter().map(|[left, right]| node(left, right)).collect();
    }
    level.first().copied()
}

/// Whether a path shows that a leaf stands at an index in the tree of a size and root
/// (RFC 9162, 2.1.3.2).
pub fn includes(leaf: &Hash, index: u64, size: u64, path: &[Hash], root: &Hash) -> bool {
    if index >= size {
        return false;
    }
    let (mut place, mut last, mut hash) = (index, size - 1, *leaf);
    for beside in path {
        if last == 0 {
            return false;
        }
        if place & 1 == 1 || place == last {
            hash = node(beside, &hash);
            while place & 1 == 0 && place != 0 {
                place >>= 1;
                last >>= 1;
            }
        } else {
            hash = node(&hash, beside);
        }
        place >>= 1;
        last >>= 1;
    }
    last == 0 && hash == *root
}

/// Whether a path shows that the tree of a size and root grew from an earlier one
/// (RFC 9162, 2.1.4.2).
pub fn grew(old: u64, size: u64, old_root: &Hash, root: &Hash, path: &[Hash]) -> bool {
    if old == 0 || old >= size {
        let same = if old == 0 { *old_root == empty() } else { old == size && old_root == root };
        return same && path.is_empty();
    }
    let (mut place, mut last) = (old - 1, size - 1);
    while place & 1 == 1 {
        place >>= 1;
        last >>= 1;
    }
    let mut path = path.iter();
    let first = if old.is_power_of_two() { Some(old_root) } else { path.next() };
    let Some(first) = first else { return false };
    let (mut before, mut now) = (*first, *first);
    for beside in path {
        if last == 0 {
            return false;
        }
        if place & 1 == 1 || place == last {
            before = node(beside, &before);
            now = node(beside, &now);
            while place & 1 == 0 && place != 0 {
                place >>= 1;
                last >>= 1;
            }
        } else {
            now = node(&now, beside);
        }
        place >>= 1;
        last >>= 1;
    }
    last == 0 && before == *old_root && now == *root
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grow(leaves: &[Hash]) -> (Peaks, std::collections::HashMap<Place, Hash>) {
        let (mut peaks, mut nodes) = (Peaks::default(), std::collections::HashMap::new());
        for leaf in leaves {
            nodes.insert(Place { level: 0, place: peaks.size }, *leaf);
            peaks.push(*leaf, |place, hash| {
                nodes.insert(place, *hash);
            });
        }
        (peaks, nodes)
    }

    /// The definition of RFC 9162, 2.1.1, word for word.
    fn naive(leaves: &[Hash]) -> Hash {
        match leaves {
            [] => empty(),
            [one] => *one,
            more => {
                let (left, right) =
                    more.split_at(usize::try_from(split(more.len() as u64)).unwrap());
                node(&naive(left), &naive(right))
            }
        }
    }

    fn carried_out(plan: &Plan, nodes: &std::collections::HashMap<Place, Hash>) -> Vec<Hash> {
        let read: Vec<Vec<Hash>> = plan
            .reads()
            .into_iter()
            .map(|(level, from, count)| {
                assert_eq!(level % STEP, 0, "only stored levels are read");
                (from..from + count).map(|place| nodes[&Place { level, place }]).collect()
            })
            .collect();
        plan.hashes(&read).unwrap()
    }

    #[test]
    fn the_roots_of_the_published_tree_are_reproduced() {
        // The test tree of the Certificate Transparency reference implementation (RFC 6962).
        let inputs = [
            "",
            "00",
            "10",
            "2021",
            "3031",
            "40414243",
            "5051525354555657",
            "606162636465666768696a6b6c6d6e6f",
        ];
        let roots = [
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
            "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
            "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
            "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
            "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
            "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
        ];
        assert_eq!(
            hex::encode(empty()),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
        );
        let mut peaks = Peaks::default();
        for (input, root) in inputs.iter().zip(roots) {
            peaks.push(leaf(&hex::decode(input).unwrap()), |_, _| {});
            assert_eq!(hex::encode(peaks.root()), root);
        }
    }

    #[test]
    fn every_proof_of_a_tree_holds_and_no_other() {
        let leaves: Vec<Hash> = (0..70_u64).map(|number| leaf(&number.to_be_bytes())).collect();
        let (_, nodes) = grow(&leaves);
        for size in 1..=leaves.len() {
            let (root, count) = (naive(&leaves[..size]), size as u64);
            assert_eq!(grow(&leaves[..size]).0.root(), root);
            assert_eq!(carried_out(&Plan::root(count), &nodes), [root]);
            for index in 0..count {
                let leaf = &leaves[usize::try_from(index).unwrap()];
                let path = carried_out(&Plan::inclusion(index, count).unwrap(), &nodes);
                assert!(includes(leaf, index, count, &path, &root), "{index} of {size}");
                assert!(!includes(&root, index, count, &path, &root) || size == 1);
                assert!(!includes(leaf, index, count, &[&path[..], &[root]].concat(), &root));
            }
            for old in 0..=count {
                let before = naive(&leaves[..usize::try_from(old).unwrap()]);
                let path = carried_out(&Plan::consistency(old, count).unwrap(), &nodes);
                assert!(grew(old, count, &before, &root, &path), "{old} to {size}");
                assert!(!grew(old, count, &leaves[0], &root, &path) || before == leaves[0]);
                assert!(!grew(old, count, &before, &root, &[&path[..], &[root]].concat()));
            }
            assert!(Plan::inclusion(count, count).is_none());
            assert!(Plan::consistency(count + 1, count).is_none());
        }
    }
}
