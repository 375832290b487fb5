//! How many mails a second leave for each receiving domain. A mail whose domain has no room now is kept
//! back here; where many are, it goes back to the outbox until its turn comes, so that those to other
//! domains need not wait for it.

use std::collections::{BTreeMap, VecDeque};
use std::num::NonZeroU32;
use std::time::Duration;

use governor::clock::{Clock, DefaultClock};
use governor::middleware::NoOpMiddleware;
use governor::state::keyed::DefaultKeyedStateStore;
use governor::{Quota, RateLimiter};
use maat::ledger::{Address, At};
use maat::mistake::{InMail, Mistake, Mistakes};
use maat_store::Claimed;

/// The name of the limit of each domain that has none of its own.
const EACH: &str = "*";

/// Mails that are kept back at most, over all domains.
const KEPT: usize = 128;

/// Domains that a limiter remembers, before it forgets those that had no mail of late.
const REMEMBERED: usize = 10_000;

/// Microseconds after which a mail is looked at again at the latest, so that a limit that was raised
/// meanwhile is felt.
const AHEAD: i64 = 600_000_000;

type Limiter<C> =
    RateLimiter<String, DefaultKeyedStateStore<String>, C, NoOpMiddleware<<C as Clock>::Instant>>;

/// The limits, and the mails that wait for room.
pub struct Pace<C: Clock = DefaultClock> {
    limits: BTreeMap<String, Limit<C>>,
    free: Vec<Claimed>,
    kept: BTreeMap<String, VecDeque<Claimed>>,
    /// When the next mail of a domain that goes back is due, in microseconds.
    turns: BTreeMap<String, i64>,
    clock: C,
}

struct Limit<C: Clock> {
    per_second: u32,
    limiter: Limiter<C>,
}

impl Pace {
    /// The limits of the settings.
    pub fn new(per_domain: &BTreeMap<String, i64>) -> Result<Self, Mistakes> {
        Self::by(per_domain, DefaultClock::default())
    }
}

impl<C: Clock + Clone> Pace<C> {
    fn by(per_domain: &BTreeMap<String, i64>, clock: C) -> Result<Self, Mistakes> {
        let (mut limits, mut wrong) = (BTreeMap::new(), Vec::new());
        for (domain, count) in per_domain {
            let told = |kind: InMail| Mistake::new("[mail] per_domain", kind);
            let per_second = u32::try_from(*count).ok().and_then(NonZeroU32::new);
            let Some(per_second) = per_second else {
                let domain = domain.clone();
                wrong.push(told(InMail::LetsNoneLeave { domain, count: *count }));
                continue;
            };
            if !is_domain(domain) {
                wrong.push(told(InMail::NoDomain { domain: domain.clone() }));
                continue;
            }
            let limit = Limit::new(per_second, clock.clone());
            if limits.insert(domain.to_lowercase(), limit).is_some() {
                wrong.push(told(InMail::DomainTwice { domain: domain.clone() }));
            }
        }
        if !wrong.is_empty() {
            return Err(Mistakes(wrong));
        }
        let (free, kept, turns) = (Vec::new(), BTreeMap::new(), BTreeMap::new());
        Ok(Self { limits, free, kept, turns, clock })
    }

    /// Whether any domain has a limit.
    pub fn limits(&self) -> bool {
        !self.limits.is_empty()
    }

    /// How many are here: they may leave, or wait for room.
    pub fn here(&self) -> usize {
        self.free.len() + self.kept_back()
    }

    fn kept_back(&self) -> usize {
        self.kept.values().map(VecDeque::len).sum()
    }

    /// Takes a mail in. Where too many wait for room already, it gives it back, and when to claim it
    /// again.
    pub fn add(&mut self, claimed: Claimed, to: Option<&Address>, now: At) -> Option<(String, At)> {
        let domain =
            to.and_then(|to| to.key().rsplit_once('@')).map(|(_, domain)| domain.to_owned());
        let limit = |domain: &String| self.limits.get(domain).or_else(|| self.limits.get(EACH));
        let Some((domain, limit)) = domain.and_then(|own| limit(&own).map(|limit| (own, limit)))
        else {
            self.free.push(claimed);
            return None;
        };
        let (waiting, rate) = (self.kept.get(&domain).map_or(0, VecDeque::len), limit.per_second);
        // What leaves in a quarter of a second is kept here; more would only stand in the way of others.
        if waiting <= rate as usize / 4 && self.kept_back() < KEPT {
            self.kept.entry(domain).or_default().push_back(claimed);
            return None;
        }
        let (now, each) = (now.0.saturating_mul(1000), 1_000_000 / i64::from(rate));
        self.turns.retain(|_, turn| *turn > now);
        let first = now + each * i64::try_from(waiting).unwrap_or(i64::MAX / each);
        let turn = self.turns.entry(domain).or_insert(first);
        *turn = turn.saturating_add(each).min(now.saturating_add(AHEAD));
        Some((claimed.subject, At(*turn / 1000)))
    }

    /// Those that may leave now, which is counted; and after how long the next one may.
    pub fn leave(&mut self) -> (Vec<Claimed>, Option<Duration>) {
        let (mut free, mut next) = (std::mem::take(&mut self.free), None::<Duration>);
        for (domain, waiting) in &mut self.kept {
            let Some(limit) = self.limits.get(domain).or_else(|| self.limits.get(EACH)) else {
                free.extend(waiting.drain(..));
                continue;
            };
            limit.forget();
            while let Some(first) = waiting.pop_front() {
                if let Err(until) = limit.limiter.check_key(domain) {
                    let wait = until.wait_time_from(self.clock.now());
                    next = Some(next.map_or(wait, |next| next.min(wait)));
                    waiting.push_front(first);
                    break;
                }
                free.push(first);
            }
        }
        self.kept.retain(|_, waiting| !waiting.is_empty());
        (free, next)
    }

    /// Gives back all who are here.
    pub fn empty(&mut self) -> Vec<String> {
        let kept = std::mem::take(&mut self.kept).into_values().flatten();
        self.free.drain(..).chain(kept).map(|claimed| claimed.subject).collect()
    }
}

impl<C: Clock> Limit<C> {
    /// At most so many in any second: of those, one in twenty may leave at the same moment, and the
    /// others evenly after it.
    fn new(per_second: NonZeroU32, clock: C) -> Self {
        let at_once = NonZeroU32::new(per_second.get() / 20).unwrap_or(NonZeroU32::MIN);
        let evenly = per_second.get() - at_once.get() + 1;
        let quota = Quota::per_second(NonZeroU32::new(evenly).unwrap_or(NonZeroU32::MIN));
        let quota = quota.allow_burst(at_once);
        let limiter = RateLimiter::new(quota, DefaultKeyedStateStore::default(), clock);
        Self { per_second: per_second.get(), limiter }
    }

    fn forget(&self) {
        if self.limiter.len() > REMEMBERED {
            self.limiter.retain_recent();
        }
    }
}

fn is_domain(domain: &str) -> bool {
    let plain = |c: char| c.is_alphanumeric() || c == '-';
    let mut labels = domain.split('.');
    domain == EACH || labels.all(|label| !label.is_empty() && label.chars().all(plain))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use governor::clock::FakeRelativeClock;
    use maat_store::Rivals;

    use super::*;

    fn pace(limits: &[(&str, i64)]) -> (Pace<FakeRelativeClock>, FakeRelativeClock) {
        let clock = FakeRelativeClock::default();
        let limits = limits.iter().map(|(domain, count)| ((*domain).to_owned(), *count));
        (Pace::by(&limits.collect(), clock.clone()).unwrap(), clock)
    }

    fn mail(nth: usize) -> Claimed {
        Claimed { subject: format!("c{nth}"), tries: 0, suspect: false, rivals: Rivals::default() }
    }

    #[test]
    fn in_no_second_more_leave_than_the_limit_says_and_other_domains_do_not_wait() {
        for limit in [1, 7, 20, 50, 400] {
            let (mut pace, clock) = pace(&[("klant.example", limit)]);
            let (mut left, mut nth) = (Vec::new(), 0);
            // A thousand steps of ten milliseconds; there is always somebody who waits.
            for step in 0..1000_i64 {
                while pace
                    .add(mail(nth), Some(&Address::on_record("a@Klant.Example")), At(step * 10))
                    .is_none()
                {
                    nth += 1;
                }
                assert!(
                    pace.add(
                        mail(usize::MAX),
                        Some(&Address::on_record("a@vlot.example")),
                        At(step * 10)
                    )
                    .is_none()
                );
                let (free, _) = pace.leave();
                let other = mail(usize::MAX).subject;
                let own = free.iter().filter(|it| it.subject != other).count();
                assert_eq!(free.len() - own, 1, "the other domain waits");
                left.extend(std::iter::repeat_n(step, own));
                clock.advance(Duration::from_millis(10));
            }
            let most =
                |from: i64| left.iter().filter(|at| (from..from + 100).contains(*at)).count();
            let most = (0..900).map(most).max().unwrap();
            assert!(most <= usize::try_from(limit).unwrap(), "{most} in a second, not {limit}");
            assert!(left.len() * 100 >= usize::try_from(limit).unwrap() * 900, "{}", left.len());
        }
    }

    #[test]
    fn a_domain_without_a_limit_of_its_own_has_that_of_each() {
        let (mut pace, clock) = pace(&[("*", 1), ("groot.example", 40)]);
        for nth in 0..3 {
            let _ = pace.add(mail(nth), Some(&Address::on_record("a@een.example")), At(0));
            let _ = pace.add(mail(nth), Some(&Address::on_record("a@twee.example")), At(0));
            let _ = pace.add(mail(nth), Some(&Address::on_record("a@groot.example")), At(0));
        }
        assert_eq!(pace.leave().0.len(), 4, "one of each, two of the large one");
        let (free, next) = pace.leave();
        assert!(free.is_empty());
        assert!(next.unwrap() <= Duration::from_millis(26), "{next:?}");
        clock.advance(next.unwrap());
        assert_eq!(pace.leave().0.len(), 1);
    }

    #[test]
    fn what_goes_back_is_due_one_after_another_and_none_too_far_ahead() {
        let (mut pace, _) = pace(&[("klant.example", 10)]);
        let back =
            |nth| pace.add(mail(nth), Some(&Address::on_record("a@klant.example")), At(5_000));
        let back: Vec<_> = (0..7_000).filter_map(back).map(|(_, due)| due.0).collect();
        assert_eq!(back[..3], [5_400, 5_500, 5_600], "three are kept, for 300 ms");
        assert_eq!(back[6_500], 605_000);
        assert_eq!(pace.here(), 3);
        assert_eq!(pace.empty().len(), 3);
        assert_eq!((pace.here(), pace.leave()), (0, (Vec::new(), None)));
    }

    #[test]
    fn a_limit_that_is_none_is_told() {
        for (domain, count, told) in [
            ("gmail.com", 0, "`gmail.com` = 0 lets no mail leave"),
            ("gmail.com", -1, "1 or more"),
            ("@gmail.com", 5, "`@gmail.com` is no domain: write what stands behind the @"),
            ("*.gmail.com", 5, "is no domain"),
            ("", 5, "is no domain"),
        ] {
            let wrong = Pace::new(&[(domain.to_owned(), count)].into()).err().unwrap().to_string();
            assert!(wrong.contains("[mail] per_domain"), "{wrong}");
            let wrong = wrong.replace('\n', " ");
            assert!(told.split(": ").all(|told| wrong.contains(told)), "{wrong}");
        }
        let twice = [("Gmail.com".to_owned(), 1), ("gmail.com".to_owned(), 2)].into();
        let wrong = Pace::new(&twice).err().unwrap().to_string();
        assert!(wrong.contains("stands there twice"), "{wrong}");
    }
}
