//! The pages of the shop. The address says who one is, so that the demo needs no cookie: a real shop
//! knows it from its own login, and asks Maat for a visit in their name.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Router;
use axum::extract::{Path, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::routing::get;
use maat::ledger::SubjectId;
use maat::words::Lang;
use maat_api::deciding::{Question, Written, decide};
use maat_pages::site;
use maat_practice::links::pass::Pass;
use maat_practice::links::visit;
use maat_service::assets;
use maat_service::edge::around;
use maat_service::page::Page;
use maat_service::problem::{Kind, Problem};
use maat_service::service::{Service, blocking};
use maat_store::ControllerId;
use serde::Serialize;
use serde_json::{Value, json};

use crate::demo::catalogue::{Card, Catalogue, picture};
use crate::demo::people::Person;
use crate::demo::{ASSETS, NAME, TEMPLATES, people};

/// Articles on the home page, for everybody.
const PLAIN: &str = "bauble notebook baskets lunchbag";

/// What the tour has in place of a path below somebody.
const TOUR: &str = "tour";

/// The shop.
pub struct Shop {
    service: Arc<Service>,
    controller: ControllerId,
    catalogue: Catalogue,
}

/// What every page knows.
#[derive(Serialize)]
struct Around {
    /// Where Maat is.
    maat: String,
    integrity: &'static str,
    controller: String,
    brief: String,
    /// Who one is.
    who: &'static str,
    name: &'static str,
    about: &'static str,
    see: &'static str,
    logged_in: bool,
    gpc: bool,
    token: Option<String>,
    /// The path of the same page in the other language, and of this person's pages.
    other: String,
    base: String,
    people: Vec<Value>,
    shelves: Vec<crate::demo::catalogue::Shelf>,
}

/// A page: what every one knows, and its own.
#[derive(Serialize)]
struct Content<T> {
    around: Around,
    own: T,
}

/// Whose page it is.
struct Here {
    lang: Lang,
    person: &'static Person,
}

impl Shop {
    /// A shop that asks a service.
    pub fn new(service: Arc<Service>, controller: ControllerId, catalogue: Catalogue) -> Self {
        Self { service, controller, catalogue }
    }

    /// Every address of the shop.
    pub fn router(self) -> Router {
        let service = Arc::clone(&self.service);
        let not_found = || async {
            Problem::new(Kind::NotFound, "dit adres is er niet", "there is no such address")
        };
        Router::new()
            .route("/", get(|| async { Redirect::to("/nl") }))
            .route("/{lang}", get(tour))
            .route("/{lang}/{who}", get(home))
            .route("/{lang}/{who}/server", get(by_the_server))
            .route("/{lang}/{who}/kind/{kind}", get(kind))
            .route("/{lang}/{who}/product/{product}", get(product))
            .route("/{lang}/{who}/account", get(account))
            .route("/pictures/{name}", get(drawn))
            .with_state(Arc::new(self))
            .merge(assets::router(&[&assets::ASSETS, &ASSETS]))
            .fallback(not_found)
            .layer(axum::middleware::from_fn_with_state(service, around))
    }

    fn here(lang: &str, who: &str) -> Result<Here, Problem> {
        let (lang, person) = (lang.parse().ok(), people::find(who));
        let (Some(lang), Some(person)) = (lang, person) else { return Err(nothing()) };
        Ok(Here { lang, person })
    }

    /// What a page knows beside its own.
    fn around(&self, here: &Here, rest: &str) -> Result<Around, Problem> {
        let Here { lang, person } = *here;
        let other = lang.pick("en", "nl");
        // As a shop's server does with `POST /v1/visits`.
        let seal = |subject| {
            let scope = self.service.scope(&self.controller);
            visit::seal(&scope, subject, visit::ends(self.service.now()))
        };
        let token = person.customer.as_ref().map(|own| seal(own.subject)).transpose()?;
        let people = people::ALL.iter().map(|one| {
            json!({ "id": one.id, "name": one.name.get(lang), "about": one.about.get(lang), "see": one.see.get(lang) })
        });
        Ok(Around {
            maat: self.service.public_url().to_owned(),
            integrity: site::integrity(),
            controller: self.controller.to_string(),
            brief: format!("shop-{}", lang.word()),
            who: person.id,
            name: person.name.get(lang),
            about: person.about.get(lang),
            see: person.see.get(lang),
            logged_in: person.customer.is_some(),
            gpc: person.gpc,
            token,
            other: if rest == TOUR {
                format!("/{other}")
            } else {
                format!("/{other}/{}{rest}", person.id)
            },
            base: format!("/{}/{}", lang.word(), person.id),
            people: people.collect(),
            shelves: self.catalogue.shelves(lang),
        })
    }

    fn page(
        &self,
        template: &'static str,
        here: &Here,
        rest: &str,
        own: impl Serialize,
    ) -> Result<Response, Problem> {
        let content = Content { around: self.around(here, rest)?, own };
        Ok(self
            .open(Page::new(&TEMPLATES, template, here.lang, content).brand(NAME).into_response()))
    }

    /// A page of the shop may load Maat's module and ask it: a shop has to allow just that.
    fn open(&self, mut response: Response) -> Response {
        let maat = self.service.public_url();
        let policy = format!(
            "default-src 'none'; style-src 'self'; script-src 'self' {maat}; connect-src {maat}; \
             img-src 'self'; form-action 'none'; frame-ancestors 'none'; base-uri 'none'"
        );
        if let Ok(policy) = HeaderValue::from_str(&policy) {
            response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
        }
        response
    }
}

fn nothing() -> Problem {
    Problem::new(Kind::NotFound, "deze pagina is er niet", "there is no such page")
}

async fn tour(
    State(shop): State<Arc<Shop>>,
    Path(lang): Path<String>,
) -> Result<Response, Problem> {
    let here = Shop::here(&lang, "guest")?;
    shop.page(
        "shop-tour.html",
        &here,
        TOUR,
        json!({ "docs": format!("{}/v1/docs", shop.service.public_url()) }),
    )
}

async fn home(
    State(shop): State<Arc<Shop>>,
    Path((lang, who)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let here = Shop::here(&lang, &who)?;
    let (cards, all) =
        (shop.catalogue.listed(PLAIN, here.lang), shop.catalogue.cards(None, here.lang));
    shop.page("shop-home.html", &here, "", json!({ "cards": cards, "all": all }))
}

/// What the server put into its own page.
#[derive(Default, Serialize)]
struct Made {
    cards: Vec<Card>,
    picture: String,
    hero: Option<String>,
    likes: Option<String>,
    explanation: Option<String>,
    why: Option<String>,
}

/// The home page, made whole by the server: what the module does in a page, `POST /v1/decide` does here.
async fn by_the_server(
    State(shop): State<Arc<Shop>>,
    Path((lang, who)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let here = Shop::here(&lang, &who)?;
    let plain = shop.catalogue.listed(PLAIN, here.lang);
    let mut made = Made { cards: plain, picture: "shop".to_owned(), ..Made::default() };
    if let Some(customer) = &here.person.customer {
        let question = Question {
            brief: format!("shop-{lang}"),
            subject: customer.subject.parse::<SubjectId>().map_err(|_| nothing())?.into(),
            lang: Some(here.lang),
            logged_in: true,
            gpc: here.person.gpc,
            context: BTreeMap::new(),
            medium: Written::Text,
        };
        let controller = shop.controller.clone();
        let work = move |service: &Service| decide(service, &controller, &question, here.lang);
        let decided = blocking(&shop.service, work).await?;
        let personal = |name: &str| {
            let mut all = decided.slots.iter().filter(|slot| slot.personal);
            all.find(|slot| slot.slot == name).and_then(|slot| slot.text.clone())
        };
        if let Some(ids) = personal("tips") {
            made.cards = shop.catalogue.listed(&ids, here.lang);
        }
        if let Some(picture) =
            personal("window").as_deref().and_then(|kind| shop.catalogue.first(kind))
        {
            picture.clone_into(&mut made.picture);
        }
        (made.hero, made.likes) = (personal("hero"), personal("shelves"));
        if decided.slots.iter().any(|slot| slot.personal) {
            (made.explanation, made.why) = (Some(decided.explanation), Some(decided.why));
        }
    }
    shop.page("shop-server.html", &here, "/server", made)
}

async fn kind(
    State(shop): State<Arc<Shop>>,
    Path((lang, who, kind)): Path<(String, String, String)>,
) -> Result<Response, Problem> {
    let here = Shop::here(&lang, &who)?;
    let own = shop.catalogue.kind(&kind).ok_or_else(nothing)?;
    let cards = shop.catalogue.cards(Some(&kind), here.lang);
    let shelf =
        json!({ "name": own.name.get(here.lang), "about": own.about.get(here.lang), "id": own.id });
    shop.page(
        "shop-kind.html",
        &here,
        &format!("/kind/{kind}"),
        json!({ "shelf": shelf, "cards": cards }),
    )
}

async fn product(
    State(shop): State<Arc<Shop>>,
    Path((lang, who, product)): Path<(String, String, String)>,
) -> Result<Response, Problem> {
    let here = Shop::here(&lang, &who)?;
    let own = shop.catalogue.product(&product).ok_or_else(nothing)?;
    let kind = shop.catalogue.kind(&own.kind).ok_or_else(nothing)?;
    let beside: Vec<Card> = shop.catalogue.cards(Some(&own.kind), here.lang);
    let beside: Vec<&Card> = beside.iter().filter(|card| card.id != product).collect();
    let about = json!({ "card": own.card(here.lang), "kind": kind.id, "shelf": kind.name.get(here.lang), "beside": beside });
    shop.page("shop-product.html", &here, &format!("/product/{product}"), about)
}

async fn account(
    State(shop): State<Arc<Shop>>,
    Path((lang, who)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let here = Shop::here(&lang, &who)?;
    let customer = here.person.customer.as_ref().ok_or_else(nothing)?;
    let controller = shop.controller.clone();
    let known = move |service: &Service| {
        let (scope, now) = (service.scope(&controller), service.now());
        let path = Pass::new(customer.subject, now, false).path(&scope, visit::ends(now))?;
        Ok((path, scope.value(customer.subject, "purchase.item")?))
    };
    let (path, item) = blocking(&shop.service, known).await?;
    let bought = item.as_deref().and_then(|item| shop.catalogue.called(item));
    let own = json!({
        "subject": customer.subject,
        "item": item,
        "card": bought.map(|own| own.card(here.lang)),
        "choices": format!("{}{path}?lang={lang}", shop.service.public_url()),
    });
    shop.page("shop-account.html", &here, "/account", own)
}

async fn drawn(Path(name): Path<String>) -> Result<Response, Problem> {
    let svg = name.strip_suffix(".svg").and_then(picture).ok_or_else(nothing)?;
    let headers =
        [(header::CONTENT_TYPE, "image/svg+xml"), (header::CACHE_CONTROL, "public, max-age=3600")];
    Ok((headers, svg).into_response())
}
