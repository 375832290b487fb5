//! Who asks: the key that came with a request, what it may do, and how often.

use std::marker::PhantomData;
use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::Method;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use maat_store::{ApiKey, ControllerId, Grant};

use crate::hurried::Hurried;
use crate::problem::{Kind, Problem};
use crate::service::{HasService, Service, reading, restricting};

/// Milliseconds in a day.
const DAY: i64 = 86_400_000;

/// Whoever asks.
#[derive(Debug, Clone)]
pub struct Caller {
    /// In whose name.
    pub controller: ControllerId,
    /// With which key.
    pub key: Arc<ApiKey>,
    /// The key asks more than it may, of what may hold a no: then that alone is taken.
    pub hurried: Option<Arc<Hurried>>,
}

impl Caller {
    /// As it is recorded (GDPR 7(1)).
    pub fn recorded_by(&self) -> String {
        format!("api key {} ({})", self.key.id, self.key.name)
    }
}

/// What an address asks of a key.
pub trait Asks: Send {
    /// The scope.
    const GRANT: Grant;

    /// Whether it may be to restrict: then the key is looked up ahead of others.
    const AHEAD: bool = matches!(Self::GRANT, Grant::ConsentsWrite | Grant::Rights);

    /// Whether what is sent may hold a no among other things.
    const MIXED: bool = matches!(Self::GRANT, Grant::EventsWrite);
}

macro_rules! asks {
    ($($name:ident)*) => {$(
        #[doc = concat!("Asks for the scope ", stringify!($name), ".")]
        #[derive(Debug)]
        pub struct $name;
        impl Asks for $name {
            const GRANT: Grant = Grant::$name;
        }
    )*};
}

asks!(Decide ConsentsRead ConsentsWrite SignalsRead SignalsWrite EventsWrite Rights Admin);

/// A caller whose key may do what is asked.
#[derive(Debug)]
pub struct Allowed<A> {
    /// Whoever asks.
    pub caller: Caller,
    asks: PhantomData<A>,
}

impl<A: Asks, S: HasService> FromRequestParts<S> for Allowed<A> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let service = &state.service();
        // A yes may wait; what is asked with the same right else takes something away, and waits for no count.
        let is_yes = parts.method == Method::POST && parts.uri.path().ends_with("/consents");
        let way = if A::AHEAD && !is_yes { Way::AHEAD } else { Self::way() };
        Self::may(known(sent(&parts.headers), service, way).await?)
    }
}

impl<A: Asks> Allowed<A> {
    /// The caller of a key that came in a body, as some senders send it; nothing is no key.
    pub async fn by_key(service: &Arc<Service>, key: Option<String>) -> Result<Self, Problem> {
        Self::may(known(key, service, Self::way()).await?)
    }

    /// How a key is looked up that is counted.
    const fn way() -> Way {
        Way { ahead: A::AHEAD, count: if A::MIXED { Count::ForNoes } else { Count::Refused } }
    }

    fn may(caller: Caller) -> Result<Self, Problem> {
        if !caller.key.may(A::GRANT) {
            let word = A::GRANT.word();
            return Err(Problem::new(
                Kind::Scope,
                format!("de sleutel heeft het recht `{word}` niet"),
                format!("the key does not have the scope `{word}`"),
            )
            .with("scope", word.into()));
        }
        Ok(Self { caller, asks: PhantomData })
    }
}

/// A caller with any key that holds.
impl<S: HasService> FromRequestParts<S> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let service = &state.service();
        known(sent(&parts.headers), service, Way { ahead: false, count: Count::Refused }).await
    }
}

/// The key that was sent: as a bearer token (RFC 6750), or as the user of Basic (RFC 7617), as
/// senders of Segment do.
pub fn sent(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(AUTHORIZATION)?.to_str().ok()?;
    let (scheme, rest) = value.split_once(' ')?;
    if scheme.eq_ignore_ascii_case("bearer") {
        return Some(rest.trim().to_owned());
    }
    let basic = scheme.eq_ignore_ascii_case("basic").then(|| STANDARD.decode(rest.trim()).ok());
    let text = String::from_utf8(basic??).ok()?;
    Some(text.split_once(':').map_or(text.as_str(), |(user, _)| user).to_owned())
}

/// How a key is looked up.
#[derive(Clone, Copy)]
struct Way {
    /// Ahead of others, for what may restrict.
    ahead: bool,
    /// Among what a key may ask in a second.
    count: Count,
}

impl Way {
    /// For what restricts.
    const AHEAD: Self = Self { ahead: true, count: Count::Never };
}

/// Whether a request is counted, and what becomes of it above the limit.
#[derive(Clone, Copy)]
enum Count {
    /// It is not counted.
    Never,
    /// It is refused.
    Refused,
    /// What of it is a no is taken.
    ForNoes,
}

async fn known(text: Option<String>, service: &Arc<Service>, way: Way) -> Result<Caller, Problem> {
    let Some(text) = text else {
        return Err(Problem::new(Kind::NoKey, "er is geen sleutel meegestuurd", "no key was sent"));
    };
    let look = move |service: &Service| Ok(service.key(&text)?);
    let known = if way.ahead && !service.is_embedded() {
        restricting(service, look).await?
    } else {
        reading(service, look).await?
    };
    let Some((controller, key)) = known else {
        return Err(Problem::new(
            Kind::NoKey,
            "de sleutel geldt niet, of niet meer",
            "the key does not hold, or not any more",
        ));
    };
    let hurried = match way.count {
        Count::Never => None,
        Count::Refused => service.rates().take_key(&controller, &key).map(|()| None)?,
        Count::ForNoes => service.rates().take_noes(&controller, &key)?,
    };
    let caller = Caller { controller, key: Arc::new(key), hurried: hurried.map(Arc::new) };
    note_use(service, &caller);
    Ok(caller)
}

/// Notes the day on which a key was last used: beside the request, which does not wait for it.
fn note_use(service: &Arc<Service>, caller: &Caller) {
    let day = service.now().0.div_euclid(DAY);
    if caller.key.used.is_some_and(|used| used >= day)
        || !service.rates().first_use(&caller.controller, &caller.key, day)
    {
        return;
    }
    let (service, caller) = (Arc::clone(service), caller.clone());
    tokio::task::spawn_blocking(move || {
        let noted = service.scope(&caller.controller).key_used(&caller.key.id, day);
        if let Err(error) = noted {
            tracing::warn!(%error, "the day on which a key was used could not be noted");
        }
    });
}
