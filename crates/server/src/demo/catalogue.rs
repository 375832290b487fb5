//! The shelf of the shop: articles of the data set, with MADE names and prices.

use maat::mistake::Mistakes;
use maat::words::{Lang, Text};
use serde::{Deserialize, Serialize};

/// The file.
const FILE: &str = include_str!("../../../../examples/shop/products.toml");

macro_rules! pictures {
    ($($name:literal)*) => {
        &[$(($name, include_str!(concat!("../../../../examples/shop/pictures/", $name, ".svg")))),*]
    };
}

/// Every picture.
const PICTURES: &[(&str, &str)] = pictures!["airlinebag" "baskets" "bauble" "birdcage" "bowls"
    "bunting" "cakestand" "candles" "chillilights" "clock" "jumbobag" "lantern" "lunchbag" "notebook"
    "paint" "pencils" "picnicbag" "rocker" "ruler" "shop" "star" "teapot" "tins" "tlights" "wreath"];

/// A kind of articles.
#[derive(Debug, Deserialize)]
pub struct Kind {
    pub id: String,
    pub name: Text,
    pub about: Text,
}

/// An article.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Product {
    pub id: String,
    pub kind: String,
    /// What the data set calls it.
    item: String,
    pub name: Text,
    cents: u32,
}

/// All of it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Catalogue {
    #[serde(rename = "kind")]
    kinds: Vec<Kind>,
    #[serde(rename = "product")]
    products: Vec<Product>,
}

/// An article as a page shows it.
#[derive(Debug, Clone, Serialize)]
pub struct Card {
    pub id: String,
    pub name: String,
    pub price: String,
}

/// A kind as a page shows it.
#[derive(Debug, Serialize)]
pub struct Shelf {
    id: String,
    name: String,
    about: String,
    /// The article whose picture stands for it.
    picture: String,
}

impl Catalogue {
    /// Reads the file that is built in.
    pub fn read() -> Result<Self, Mistakes> {
        let shown = "examples/shop/products.toml";
        maat::bounds::toml(shown, FILE).map_err(Into::into)
    }

    /// A kind.
    pub fn kind(&self, id: &str) -> Option<&Kind> {
        self.kinds.iter().find(|kind| kind.id == id)
    }

    /// An article.
    pub fn product(&self, id: &str) -> Option<&Product> {
        self.products.iter().find(|product| product.id == id)
    }

    /// An article by what the data set calls it.
    pub fn called(&self, item: &str) -> Option<&Product> {
        self.products.iter().find(|product| product.item == item)
    }

    /// The articles of a kind, or all.
    pub fn cards(&self, kind: Option<&str>, lang: Lang) -> Vec<Card> {
        let of = self.products.iter().filter(|own| kind.is_none_or(|kind| own.kind == kind));
        of.map(|own| own.card(lang)).collect()
    }

    /// Articles by their ids, as a brief lists them; those that are not there are left out.
    pub fn listed(&self, ids: &str, lang: Lang) -> Vec<Card> {
        let named = ids.split_whitespace().filter_map(|id| self.product(id));
        named.map(|own| own.card(lang)).collect()
    }

    /// Every kind.
    pub fn shelves(&self, lang: Lang) -> Vec<Shelf> {
        let all = self.kinds.iter().map(|kind| Shelf {
            id: kind.id.clone(),
            name: kind.name.get(lang).to_owned(),
            about: kind.about.get(lang).to_owned(),
            picture: self.first(&kind.id).unwrap_or("shop").to_owned(),
        });
        all.collect()
    }

    /// The first article of a kind.
    pub fn first(&self, kind: &str) -> Option<&str> {
        self.products.iter().find(|own| own.kind == kind).map(|own| own.id.as_str())
    }
}

impl Product {
    /// As a page shows it.
    pub fn card(&self, lang: Lang) -> Card {
        // One price, the same for everybody.
        let price = format!("€ {}{}{:02}", self.cents / 100, lang.pick(",", "."), self.cents % 100);
        Card { id: self.id.clone(), name: self.name.get(lang).to_owned(), price }
    }
}

/// A picture, as SVG.
pub fn picture(name: &str) -> Option<&'static str> {
    PICTURES.iter().find(|(known, _)| *known == name).map(|(_, svg)| *svg)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_article_has_a_picture_and_a_kind() {
        let catalogue = Catalogue::read().unwrap();
        for product in &catalogue.products {
            assert!(picture(&product.id).is_some(), "{}", product.id);
            assert!(catalogue.kind(&product.kind).is_some(), "{}", product.id);
        }
    }
}
