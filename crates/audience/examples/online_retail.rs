//! Makes an example audience from the invoices of a real web shop.
//!
//! **Real**: who bought and returned what, when, and in which country. It comes from the UCI data
//! set "Online Retail" (December 2010 to December 2011), one row for each customer. The category
//! is worked out here from words in the real descriptions.
//!
//! **Made**: every consent, objection, flag and count of messages, and the moments of browsing and
//! of stated preferences. The data set has none of these. They are drawn from the seed, the
//! customer's id and the column's name alone, so an excerpt and the full file give a customer the
//! same answers. They say nothing about any real customer.
//!
//! `examples/ATTRIBUTION.md` names the source and the shares.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::fmt::Display;
use std::fs::File;
use std::io::{Read, Write};
use std::process::ExitCode;

use csv::StringRecord;
use flate2::read::MultiGzDecoder;

const HELP: &str = "\
Makes an example audience (CSV) from the Online Retail invoices.

Usage: online_retail INVOICES [--out FILE] [--every N] [--seed N]

  INVOICES     the invoice lines, .csv or .csv.gz
  --out FILE   where the audience goes; without it, standard output
  --every N    keep each Nth customer, in the order of their ids; without it 1, which is all
  --seed N     the seed of the made columns; without it 2011
  --help       this text

Examples:
  # the excerpt that is committed, 486 customers
  cargo run --release -p maat-audience --example online_retail -- \\
    ../shared/data/online-retail/online_retail.csv.gz --out examples/customers.csv --every 9

  # all 4,372 customers
  cargo run --release -p maat-audience --example online_retail -- \\
    ../shared/data/online-retail/online_retail.csv.gz --out target/customers.csv

A table of what was made goes to standard error. The exit code is 2 when something is wrong.
";

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("online_retail: {message}");
            ExitCode::from(2)
        }
    }
}

fn run() -> Result<(), String> {
    let Some(wish) = Wish::parse(std::env::args().skip(1))? else {
        print!("{HELP}");
        return Ok(());
    };
    let customers = read_customers(&wish.invoices)?;
    let rows: Vec<Row> = customers
        .iter()
        .step_by(wish.every)
        .map(|(id, customer)| Row::new(*id, customer, wish.seed))
        .collect();
    let text = to_csv(&rows).map_err(|e| format!("cannot make the CSV: {e}"))?;
    deliver(wish.out.as_deref(), &text)?;
    eprint!("{}", table(&rows));
    Ok(())
}

// What was asked on the command line.

struct Wish {
    invoices: String,
    out: Option<String>,
    every: usize,
    seed: u64,
}

impl Wish {
    /// `None` when help was asked.
    fn parse(mut args: impl Iterator<Item = String>) -> Result<Option<Self>, String> {
        let (mut invoices, mut out, mut every, mut seed) = (None, None, 1, 2011);
        while let Some(arg) = args.next() {
            match arg.as_str() {
                "--help" | "-h" => return Ok(None),
                "--out" => out = Some(value(&arg, args.next())?),
                "--every" => every = number(&arg, args.next())?,
                "--seed" => seed = number(&arg, args.next())?,
                flag if flag.starts_with('-') => {
                    return Err(format!("unknown option {flag}; --help lists the options"));
                }
                _ if invoices.is_some() => {
                    return Err(format!("one file of invoices, please; {arg} is a second"));
                }
                _ => invoices = Some(arg),
            }
        }
        if every == 0 {
            return Err("--every wants 1 or more".to_owned());
        }
        let invoices = invoices.ok_or("which file of invoices? --help shows examples")?;
        Ok(Some(Self { invoices, out, every, seed }))
    }
}

fn value(flag: &str, given: Option<String>) -> Result<String, String> {
    given.ok_or_else(|| format!("{flag} wants a value"))
}

fn number<T: std::str::FromStr>(flag: &str, given: Option<String>) -> Result<T, String> {
    let given = value(flag, given)?;
    given.parse().map_err(|_| format!("{flag} wants a whole number, not {given}"))
}

fn deliver(out: Option<&str>, text: &[u8]) -> Result<(), String> {
    match out {
        Some(path) => std::fs::write(path, text).map_err(|e| format!("cannot write {path}: {e}")),
        None => std::io::stdout()
            .write_all(text)
            .map_err(|e| format!("cannot write to standard output: {e}")),
    }
}

// The real part: invoice lines.

/// One line of an invoice that has a customer.
struct Line {
    customer: u64,
    country: String,
    invoice: String,
    stock_code: String,
    description: String,
    /// `YYYY-MM-DD hh:mm:ss`, so that text order is time order.
    moment: String,
    quantity: i64,
    unit_price: f64,
}

impl Line {
    fn is_return(&self) -> bool {
        self.invoice.starts_with('C')
    }

    /// Postage, charges, discounts and corrections (POST, DOT, D, M, S, B, PADS, CRUK, AMAZONFEE,
    /// BANK CHARGES) have a stock code without a digit; carriage is the one exception.
    fn is_article(&self) -> bool {
        self.stock_code != "C2" && self.stock_code.contains(|c: char| c.is_ascii_digit())
    }

    /// A gift of the shop (price 0) is no purchase.
    fn is_purchase(&self) -> bool {
        !self.is_return() && self.is_article() && self.quantity > 0 && self.unit_price > 0.0
    }
}

/// Where the columns stand in the file.
struct Columns {
    customer: usize,
    country: usize,
    invoice: usize,
    stock_code: usize,
    description: usize,
    moment: usize,
    quantity: usize,
    unit_price: usize,
}

impl Columns {
    fn find(header: &StringRecord) -> Result<Self, String> {
        let place = |name: &str| {
            header
                .iter()
                .position(|h| h.trim_start_matches('\u{feff}') == name)
                .ok_or_else(|| format!("the invoices have no column {name}"))
        };
        Ok(Self {
            customer: place("CustomerID")?,
            country: place("Country")?,
            invoice: place("InvoiceNo")?,
            stock_code: place("StockCode")?,
            description: place("Description")?,
            moment: place("InvoiceDate")?,
            quantity: place("Quantity")?,
            unit_price: place("UnitPrice")?,
        })
    }

    /// `None` when the line has no customer.
    fn line(&self, record: &StringRecord) -> Result<Option<Line>, String> {
        let field = |at: usize| record.get(at).unwrap_or_default().trim();
        if field(self.customer).is_empty() {
            return Ok(None);
        }
        Ok(Some(Line {
            customer: parse("CustomerID", whole(field(self.customer)))?,
            country: field(self.country).to_owned(),
            invoice: field(self.invoice).to_owned(),
            stock_code: field(self.stock_code).to_owned(),
            description: single_spaced(field(self.description)),
            moment: moment(field(self.moment))?,
            quantity: parse("Quantity", field(self.quantity))?,
            unit_price: parse("UnitPrice", field(self.unit_price))?,
        }))
    }
}

fn parse<T: std::str::FromStr>(column: &str, text: &str) -> Result<T, String> {
    text.parse().map_err(|_| format!("{column} is not a number: {text:?}"))
}

fn moment(text: &str) -> Result<String, String> {
    let fits = text.len() == 19
        && text.bytes().enumerate().all(|(at, byte)| match at {
            4 | 7 => byte == b'-',
            10 => byte == b' ',
            13 | 16 => byte == b':',
            _ => byte.is_ascii_digit(),
        });
    if fits {
        Ok(text.to_owned())
    } else {
        Err(format!("InvoiceDate is not YYYY-MM-DD hh:mm:ss: {text:?}"))
    }
}

fn date(moment: &str) -> &str {
    moment.split(' ').next().unwrap_or_default()
}

/// The ids come as `17850.0`.
fn whole(id: &str) -> &str {
    id.strip_suffix(".0").unwrap_or(id)
}

fn single_spaced(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn open(path: &str) -> Result<Box<dyn Read>, String> {
    let file = File::open(path).map_err(|e| format!("cannot open {path}: {e}"))?;
    let zipped = std::path::Path::new(path).extension().is_some_and(|e| e == "gz");
    Ok(if zipped { Box::new(MultiGzDecoder::new(file)) } else { Box::new(file) })
}

fn read_customers(path: &str) -> Result<BTreeMap<u64, Customer>, String> {
    let bad = |e: &dyn Display| format!("cannot read {path}: {e}");
    let mut reader = csv::Reader::from_reader(open(path)?);
    let columns = Columns::find(reader.headers().map_err(|e| bad(&e))?)?;
    let mut customers: BTreeMap<u64, Customer> = BTreeMap::new();
    for record in reader.records() {
        let record = record.map_err(|e| bad(&e))?;
        let at = record.position().map_or(0, csv::Position::line);
        let line = columns.line(&record).map_err(|e| format!("{path}, line {at}: {e}"))?;
        if let Some(line) = line {
            customers.entry(line.customer).or_default().add(&line);
        }
    }
    if customers.is_empty() {
        return Err(format!("{path} has no line with a customer"));
    }
    Ok(customers)
}

/// What the invoices tell about one customer.
#[derive(Default)]
struct Customer {
    /// Moment and country of the latest line: eight customers ordered from two countries.
    country: (String, String),
    bought: Option<Item>,
    returned: Option<Item>,
    /// Number of lines bought and the latest moment, for each category.
    categories: BTreeMap<&'static str, (usize, String)>,
}

impl Customer {
    fn add(&mut self, line: &Line) {
        let country = (line.moment.clone(), line.country.clone());
        if self.country < country {
            self.country = country;
        }
        if line.is_purchase() {
            keep_latest(&mut self.bought, Item::new(line));
            let (lines, latest) = self.categories.entry(category(&line.description)).or_default();
            *lines += 1;
            if *latest < line.moment {
                latest.clone_from(&line.moment);
            }
        } else if line.is_return() && line.is_article() {
            keep_latest(&mut self.returned, Item::new(line));
        }
    }

    /// The category with the most lines; of equals, the one bought latest.
    fn favourite(&self) -> Option<(&'static str, &str)> {
        self.categories
            .iter()
            .max_by_key(|(name, counted)| (*counted, **name))
            .map(|(name, (_, latest))| (*name, date(latest)))
    }
}

/// A line that may be the latest one bought or returned.
struct Item {
    moment: String,
    invoice: String,
    value: f64,
    description: String,
}

impl Item {
    fn new(line: &Line) -> Self {
        // No quantity comes near the 2^53 where a float would round.
        #[allow(clippy::cast_precision_loss)]
        let quantity = line.quantity.unsigned_abs() as f64;
        Self {
            moment: line.moment.clone(),
            invoice: line.invoice.clone(),
            value: quantity * line.unit_price,
            description: line.description.clone(),
        }
    }

    /// The latest invoice first, in it the highest value; the rest only makes the order total.
    fn order(&self, other: &Self) -> Ordering {
        (self.moment.cmp(&other.moment))
            .then_with(|| self.invoice.cmp(&other.invoice))
            .then_with(|| self.value.total_cmp(&other.value))
            .then_with(|| self.description.cmp(&other.description))
    }
}

fn keep_latest(kept: &mut Option<Item>, item: Item) {
    if kept.as_ref().is_none_or(|k| k.order(&item) == Ordering::Less) {
        *kept = Some(item);
    }
}

/// Words that put an article in a category. The first category with a word in the description wins.
const CATEGORIES: [(&str, &str); 8] = [
    (
        "christmas",
        "CHRISTMAS XMAS SANTA SNOWMAN SNOWMEN SNOWFLAKE REINDEER ADVENT BAUBLE NOEL NATIVITY \
         STOCKING ELF",
    ),
    (
        "candles & lights",
        "CANDLE T-LIGHT TLIGHT TEALIGHT LIGHT LIGHTS LANTERN LAMP LAMPSHADE CHANDELIER INCENSE \
         VOTIVE CANDLESTICK CANDLEHOLDER CANDLEPOT LED TORCH",
    ),
    ("bags", "BAG SHOPPER HANDBAG BACKPACK RUCKSACK PURSE WALLET HOLDALL SUITCASE TOTE LUGGAGE"),
    (
        "stationery",
        "CARD WRAP PENCIL PEN NOTEBOOK PAPER TAG STICKER RIBBON STAMP RULER ENVELOPE JOURNAL \
         SKETCHBOOK STATIONERY ERASER CHALK CRAYON LETTER TISSUE SCRAPBOOK ORGANISER MEMO \
         NOTEPAD DIARY POSTCARD TAPE PINS PASSPORT",
    ),
    (
        "garden",
        "GARDEN GARDENER WATERING PLANT PLANTER FLOWERPOT KNEELING BIRDHOUSE HERB SEED \
         TROWEL SHED TRELLIS HERBS SECATEURS BIRDCAGE WHEELBARROW THERMOMETER DECKCHAIR \
         NESTING GNOME TOADSTOOL",
    ),
    (
        "kitchen",
        "CAKE MUG TEA CUP TEACUP SAUCER BOWL PLATE JUG JAM JAR CUTLERY BAKING TEAPOT KITCHEN \
         PANTRY LUNCH SPOON COFFEE BREAD APRON OVEN DISH TRAY EGG CAKESTAND COOKIE BISCUIT \
         RECIPE BEAKER COASTER NAPKIN CUTTER JELLY PAN SUGAR MILK TUMBLER SNACK DINNER BREAKFAST \
         BUTTER COLANDER CHOPPING TOAST POPCORN CAKES FOOD PICNIC FRIDGE MOULD SPICE SALT PEPPER \
         GOBLET DECANTER TEATOWEL TEATIME WHISK PLACEMAT CUPCAKE DOILY DOILEY DOILIES \
         TINS PIZZA WINE CONTAINER",
    ),
    (
        "toys",
        "TOY DOLL DOLLY GAME JIGSAW PLAYING PLAYHOUSE PUZZLE DOMINOES DOMINO SKITTLES SKIPPING \
         HARMONICA BABUSHKA SOLDIER FELTCRAFT KNITTING CIRCUS CHILDRENS CHILDS KIDS BALLOON \
         MARBLES SPINNING YO-YO TEDDY BALL RACING TATTOO SPACEBOY DINOSAUR COLOURING DRAWING CARS \
         BINGO NAUGHTS LUDO SNAKES WHISTLE KALEIDOSCOPE BUBBLE BUBBLES HOPSCOTCH",
    ),
    (
        "home decoration",
        "HEART SIGN FRAME CLOCK MIRROR CUSHION DOORMAT DECORATION BUNTING ORNAMENT HOOK DRAWER \
         CABINET KNOB WREATH GARLAND VASE PICTURE WALL HANGER METAL WICKER BASKET STORAGE BOX \
         BLOCK SLATE CHALKBOARD DOORSTOP DOOR HOME RUG THROW STOOL CHAIR TABLE SHELF RACK PHOTO \
         ZINC CURTAIN MAGNET TRINKET BELL BATHROOM ART QUILT CORNICE HANGING DECORATIVE DECORATIONS \
         PHOTOFRAME BUILDING LETTERS MOBILE FLOWER BUTTERFLY BIRD ROSE RETROSPOT BIN CHEST \
         WALLPAPER DECOUPAGE STAND",
    ),
];

fn category(description: &str) -> &'static str {
    let upper = description.to_uppercase();
    let words: Vec<&str> = upper
        .split(|c: char| !(c.is_alphanumeric() || c == '-'))
        .filter(|word| !word.is_empty())
        .collect();
    CATEGORIES
        .iter()
        .find(|(_, keys)| keys.split_whitespace().any(|key| words.iter().any(|w| fits(w, key))))
        .map_or("other", |(name, _)| name)
}

/// The word itself or its plural.
fn fits(word: &str, key: &str) -> bool {
    word.strip_prefix(key).is_some_and(|rest| matches!(rest, "" | "S" | "ES"))
}

// The made part.

/// How a made column is drawn. Shares are per thousand.
enum Draw {
    /// One of these values; the shares add up to 1000.
    Of(&'static [(&'static str, u64)]),
    /// Soft is only possible for who bought before, and becomes none for the others.
    Mail(&'static [(&'static str, u64)]),
    /// True for this share of minors, false for all others.
    OfMinors(u64),
    /// True for the first share of those who said yes to mail, the second share of the others.
    Address(u64, u64),
    /// A date in the 200 days before 2011-12-12 for this share, otherwise empty.
    Date(u64),
}

const MADE: [(&str, Draw); 27] = [
    ("consent.mail", Draw::Mail(&[("none", 180), ("soft", 340), ("given", 440), ("explicit", 40)])),
    (
        "consent.purchases",
        Draw::Of(&[("none", 220), ("soft", 280), ("given", 440), ("explicit", 60)]),
    ),
    ("consent.browsing", Draw::Of(&[("none", 620), ("given", 360), ("explicit", 20)])),
    ("consent.profile", Draw::Of(&[("none", 450), ("soft", 150), ("given", 400)])),
    ("consent.location", Draw::Of(&[("none", 850), ("given", 150)])),
    ("consent.linking", Draw::Of(&[("none", 800), ("given", 200)])),
    ("consent.inference", Draw::Of(&[("none", 860), ("given", 140)])),
    ("consent.matching", Draw::Of(&[("none", 900), ("given", 100)])),
    ("consent.device", Draw::Of(&[("none", 550), ("given", 450)])),
    ("consent.health", Draw::Of(&[("none", 970), ("explicit", 30)])),
    ("consent.bought", Draw::Of(&[("none", 980), ("given", 20)])),
    ("objected", Draw::Of(&[("true", 30), ("false", 970)])),
    ("suppressed", Draw::Of(&[("true", 20), ("false", 980)])),
    ("restricted", Draw::Of(&[("true", 5), ("false", 995)])),
    ("minor", Draw::Of(&[("true", 7), ("false", 993)])),
    ("parental", Draw::OfMinors(300)),
    ("proof", Draw::Of(&[("true", 970), ("false", 30)])),
    ("confirmed", Draw::Address(880, 150)),
    ("refusal_offered", Draw::Of(&[("true", 920), ("false", 80)])),
    ("logged_in", Draw::Of(&[("true", 200), ("false", 800)])),
    ("gpc", Draw::Of(&[("true", 60), ("false", 940)])),
    // Nobody in this audience was offered these settings yet.
    ("resting", Draw::Of(&[("false", 1000)])),
    ("ceiling", Draw::Of(&[("5", 1000)])),
    ("sent_7_days", Draw::Of(&[("0", 700), ("1", 240), ("2", 50), ("3", 10)])),
    ("browsing.search.at", Draw::Date(400)),
    ("browsing.cart.at", Draw::Date(150)),
    ("preference.topic.at", Draw::Date(500)),
];

/// The made answers of one customer, by column.
type Answers = BTreeMap<&'static str, String>;

/// Columns that depend on another one stand after it in `MADE`.
fn answers(seed: u64, customer: u64, bought_before: bool) -> Answers {
    let mut made = Answers::new();
    for (column, draw) in &MADE {
        let die = Die { seed, customer, column };
        let answer = draw.answer(&die, bought_before, &made);
        made.insert(column, answer);
    }
    made
}

impl Draw {
    fn answer(&self, die: &Die, bought_before: bool, made: &Answers) -> String {
        match self {
            Self::Of(shares) => pick(shares, die.thousandth()).to_owned(),
            Self::Mail(shares) => match pick(shares, die.thousandth()) {
                "soft" if !bought_before => "none".to_owned(),
                other => other.to_owned(),
            },
            Self::OfMinors(share) => {
                (is(made, "minor", "true") && die.thousandth() < *share).to_string()
            }
            Self::Address(yes, others) => {
                let share = if said_yes_to_mail(made) { yes } else { others };
                (die.thousandth() < *share).to_string()
            }
            Self::Date(share) if die.thousandth() < *share => {
                day_of_2011(DAY_OF_REFERENCE - 1 - die.roll("day") % 200)
            }
            Self::Date(_) => String::new(),
        }
    }
}

fn pick(shares: &[(&'static str, u64)], thousandth: u64) -> &'static str {
    let mut below = 0;
    for (value, share) in shares {
        below += share;
        if thousandth < below {
            return value;
        }
    }
    ""
}

fn is(made: &Answers, column: &str, value: &str) -> bool {
    made.get(column).is_some_and(|v| v == value)
}

fn said_yes_to_mail(made: &Answers) -> bool {
    is(made, "consent.mail", "given") || is(made, "consent.mail", "explicit")
}

/// Numbers that depend on the seed, the customer and the column, and on nothing else.
struct Die<'a> {
    seed: u64,
    customer: u64,
    column: &'a str,
}

impl Die<'_> {
    fn roll(&self, part: &str) -> u64 {
        let key = split_mix(split_mix(self.seed) ^ self.customer);
        split_mix(key ^ fnv(self.column) ^ fnv(part).rotate_left(1))
    }

    fn thousandth(&self) -> u64 {
        self.roll("value") % 1000
    }
}

/// The output step of `SplitMix64`.
fn split_mix(state: u64) -> u64 {
    let z = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

/// FNV-1a, to make a number of a column's name.
fn fnv(text: &str) -> u64 {
    text.bytes().fold(0xCBF2_9CE4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01B3)
    })
}

/// 2011-12-12 is the 346th day of its year; the 200 days before it lie in that year too.
const DAY_OF_REFERENCE: u64 = 346;

fn day_of_2011(day_of_year: u64) -> String {
    let mut day = day_of_year;
    for (month, days) in (1..).zip([31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]) {
        if day <= days {
            return format!("2011-{month:02}-{day:02}");
        }
        day -= days;
    }
    String::new()
}

// The audience.

const REAL: [&str; 9] = [
    "subject",
    "country",
    "purchase.item",
    "purchase.item.at",
    "purchase.category",
    "purchase.category.at",
    "purchase.return",
    "purchase.return.at",
    "bought_before",
];

struct Row {
    real: [String; REAL.len()],
    returned: bool,
    bought_before: bool,
    made: Answers,
}

impl Row {
    fn new(id: u64, customer: &Customer, seed: u64) -> Self {
        let bought_before = customer.bought.is_some();
        let (item, item_at) = described(customer.bought.as_ref());
        let (returned, returned_at) = described(customer.returned.as_ref());
        let (category, category_at) = customer.favourite().unwrap_or_default();
        let real = [
            id.to_string(),
            customer.country.1.clone(),
            item,
            item_at,
            category.to_owned(),
            category_at.to_owned(),
            returned,
            returned_at,
            bought_before.to_string(),
        ];
        let made = answers(seed, id, bought_before);
        Self { real, returned: customer.returned.is_some(), bought_before, made }
    }
}

fn described(item: Option<&Item>) -> (String, String) {
    item.map(|i| (i.description.clone(), date(&i.moment).to_owned())).unwrap_or_default()
}

fn to_csv(rows: &[Row]) -> Result<Vec<u8>, String> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let header = REAL.iter().copied().chain(MADE.iter().map(|(column, _)| *column));
    writer.write_record(header).map_err(|e| e.to_string())?;
    for row in rows {
        let made = MADE.iter().map(|(c, _)| row.made.get(c).map_or("", String::as_str));
        let fields = row.real.iter().map(String::as_str).chain(made);
        writer.write_record(fields).map_err(|e| e.to_string())?;
    }
    writer.into_inner().map_err(|e| e.to_string())
}

// The table at the end.

fn table(rows: &[Row]) -> String {
    let returned = count(rows, |r| r.returned);
    let bought = count(rows, |r| r.bought_before);
    let mut lines = vec![
        format!("customers {}, with returns {returned}, bought before {bought}", rows.len()),
        "share in % of each made column (between brackets what it was drawn with)".to_owned(),
    ];
    for (column, draw) in &MADE {
        lines.push(format!("  {column:<20} {}", shares_of(rows, column, draw)));
    }
    lines.join("\n") + "\n"
}

fn shares_of(rows: &[Row], column: &str, draw: &Draw) -> String {
    match draw {
        Draw::Of(shares) | Draw::Mail(shares) => values(rows, column, shares),
        Draw::OfMinors(share) => {
            among(rows, column, "minors", *share, |r| is(&r.made, "minor", "true"))
        }
        Draw::Address(yes, others) => {
            among(rows, column, "yes to mail", *yes, |r| said_yes_to_mail(&r.made))
                + "  "
                + &among(rows, column, "others", *others, |r| !said_yes_to_mail(&r.made))
        }
        Draw::Date(share) => {
            let dated = count(rows, |r| !is(&r.made, column, ""));
            shown("dated", dated, rows.len(), *share)
        }
    }
}

fn values(rows: &[Row], column: &str, shares: &[(&str, u64)]) -> String {
    let one = |(value, share): &(&str, u64)| {
        shown(value, count(rows, |r| is(&r.made, column, value)), rows.len(), *share)
    };
    shares.iter().map(one).collect::<Vec<_>>().join("  ")
}

fn among(
    rows: &[Row],
    column: &str,
    group: &str,
    share: u64,
    member: impl Fn(&Row) -> bool,
) -> String {
    let part = count(rows, |r| member(r) && is(&r.made, column, "true"));
    shown(&format!("true of {group}"), part, count(rows, &member), share)
}

fn count(rows: &[Row], wanted: impl Fn(&Row) -> bool) -> usize {
    rows.iter().filter(|r| wanted(r)).count()
}

fn shown(name: &str, part: usize, whole: usize, wanted: u64) -> String {
    let per_mille = (part * 1000 + whole / 2).checked_div(whole).unwrap_or(0);
    let (percent, tenth) = (per_mille / 10, per_mille % 10);
    format!("{name} {percent}.{tenth} ({}.{})", wanted / 10, wanted % 10)
}
