//! The links of a layout, where clicks on them are counted: each gets a place that is filled with where it
//! leads first, the same for everybody.

/// The name of the place of a link, from 1 on.
pub fn place(number: usize) -> String {
    format!("maat_link_{number}")
}

/// HTML with a place in each link to http(s); and where they lead, each address once. What a slot has a
/// part in stays as it is: it could tell who clicked.
pub fn placed(html: &str) -> (String, Vec<String>) {
    let (mut out, mut links) = (String::with_capacity(html.len()), Vec::new());
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        let (before, tag) = rest.split_at(at);
        let (tag, after) = tag.split_at(end(tag));
        out.push_str(before);
        match link(tag) {
            Some((before, value, after)) => {
                let address = value.replace("&amp;", "&");
                let known = links.iter().position(|known| *known == address);
                let nth = known.unwrap_or_else(|| {
                    links.push(address);
                    links.len() - 1
                });
                out.extend([before, "{{ ", &place(nth + 1), " }}", after]);
            }
            None => out.push_str(tag),
        }
        rest = after;
    }
    out.push_str(rest);
    (out, links)
}

/// Where a tag ends: behind the first `>` that is not in quotes; else where the text does.
fn end(tag: &str) -> usize {
    let mut quote = None;
    for (at, c) in tag.char_indices() {
        match (c, quote) {
            ('>', None) => return at + 1,
            ('"' | '\'', None) => quote = Some(c),
            (c, Some(open)) if c == open => quote = None,
            _ => {}
        }
    }
    tag.len()
}

/// What stands before the address of a link that can be counted, the address, and what stands behind it.
fn link(tag: &str) -> Option<(&str, &str, &str)> {
    let inside = tag.strip_prefix("<a").or_else(|| tag.strip_prefix("<A"))?;
    if !inside.starts_with(|c: char| c.is_ascii_whitespace()) {
        return None;
    }
    let mut names = tag.match_indices("href");
    names.find_map(|(at, name)| {
        let before = tag.get(..at)?;
        if !before.ends_with(|c: char| c.is_ascii_whitespace() || c == '"' || c == '\'') {
            return None;
        }
        let value = tag.get(at + name.len()..)?.trim_start().strip_prefix('=')?.trim_start();
        let quote = value.chars().next().filter(|c| ['"', '\''].contains(c))?;
        let value = value.get(1..)?;
        let (address, after) = value.split_at(value.find(quote)?);
        let before = tag.get(..tag.len() - value.len())?;
        counted(address).then_some((before, address, after))
    })
}

fn counted(address: &str) -> bool {
    let lower = address.to_ascii_lowercase();
    let web = lower.starts_with("https://") || lower.starts_with("http://");
    let plain = address.chars().all(|c| c.is_ascii_graphic() && !"{}".contains(c));
    web && plain && !address.contains("&#")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_link_to_the_web_gets_a_place_and_nothing_else_does() {
        let html = "<a href=\"https://a.example/?x=1&amp;y=2\">a</a><A\n class='k' href = 'http://b.example/'>b</A>\
                    <a title=\"1 > 0\" href=\"https://a.example/?x=1&amp;y=2\">again</a>";
        let (placed, links) = placed(html);
        assert_eq!(links, ["https://a.example/?x=1&y=2", "http://b.example/"]);
        assert_eq!(
            placed,
            "<a href=\"{{ maat_link_1 }}\">a</a><A\n class='k' href = '{{ maat_link_2 }}'>b</A>\
             <a title=\"1 > 0\" href=\"{{ maat_link_1 }}\">again</a>"
        );
        for html in [
            "<a href=\"{{ unsubscribe }}\">x</a>",
            "<a href=\"https://a.example/{{ greeting }}\">x</a>",
            "<a href=\"mailto:a@a.example\">x</a><a href=\"tel:1\">x</a><a name='x'>x</a>",
            "<link href=\"https://a.example/f.css\"><img src=\"https://a.example/p.png\">",
            "<area href=\"https://a.example/\"><abbr href=\"https://a.example/\">",
            "<a data-href=\"https://a.example/\">x</a> a < b, href=\"https://a.example/\"",
            "<a href=\"https://\u{fc}.example/\">x</a><a href=https://a.example>x</a><a href=\"https://a",
        ] {
            assert_eq!(super::placed(html), (html.to_owned(), Vec::new()));
        }
    }
}
