//! Where a find stands: line and column in letters, in texts, briefs and markup.

use maat::tone::{Form, Passage};

use super::{found, found_in};

fn places(finds: &[maat::tone::Find]) -> Vec<(usize, usize, &str)> {
    finds.iter().map(|find| (find.line, find.column, find.words.as_str())).collect()
}

#[test]
fn columns_count_letters_and_a_tab_is_one() {
    let text = "Één café.\r\n\t\té 😀 Only 2 left in stock!\r\n\r\nDe klok tikt.";
    assert_eq!(places(&found(text)), [(2, 7, "Only 2 left in stock"), (4, 4, "klok tikt")]);
}

#[test]
fn a_mark_at_the_beginning_of_the_file_has_no_column() {
    assert_eq!(places(&found("\u{feff}Only 2 left")), [(1, 1, "Only 2 left")]);
}

#[test]
fn a_long_line_is_counted_to_its_end() {
    let honest = "Onze nieuwe collectie staat in de winkel. ".repeat(5_000);
    let text = format!("{honest}Only 2 left.");
    assert_eq!(places(&found(&text)), [(1, honest.chars().count() + 1, "Only 2 left")]);
}

#[test]
fn words_over_a_line_that_was_broken_to_fit_are_one_find() {
    assert_eq!(
        places(&found("There are only 2\n   left in stock.")),
        [(1, 11, "only 2 left in stock")]
    );
    // A list of buttons is no sentence.
    assert!(found("Only\nLeft\nShop").is_empty());
}

#[test]
fn of_a_button_that_shames_the_whole_is_told() {
    let text = "Yes, please!\nNo thanks, I like paying full price.\nShop now";
    assert_eq!(places(&found(text)), [(2, 1, "No thanks, I like paying full price")]);
}

#[test]
fn both_languages_in_one_file() {
    let text = "Hallo!\nNog maar 10 minuten.\nHello!\nHurry, only 2 left!\n";
    let lines: Vec<usize> = found(text).iter().map(|find| find.line).collect();
    assert_eq!(lines, [2, 4, 4]);
}

#[test]
fn of_a_brief_the_texts_of_the_slots_are_read() {
    let brief = "title = \"Only 2 left\" # Only 2 left\n\n[[slot]]\nid = \"a\"\nkind = \"text\"\n\
                 text = \"A \\\"caf\\u00e9\\\": only 2 left\"\nplain = '''\nHello.\n  Hurry up'''\n";
    assert_eq!(places(&found_in("brief.toml", brief)), [(6, 26, "only 2 left"), (9, 3, "Hurry")]);
    let joined = "[[slot]]\ntext = \"\"\"only \\\n   2 left\"\"\"\n";
    assert_eq!(places(&found_in("brief.toml", joined)), [(2, 11, "only 2 left")]);
}

#[test]
fn what_is_no_brief_is_told_with_how_to_mend_it() {
    for (text, what) in [("title = \"x\"", "no [[slot]]"), ("title = ", "brief.toml:1")] {
        let mistakes = Passage::of(Form::Brief, "brief.toml", text).unwrap_err().to_string();
        assert!(mistakes.contains(what) && mistakes.contains("mend: "), "{mistakes}");
    }
}

#[test]
fn of_markup_what_stands_between_the_tags_is_read() {
    let html = "<!doctype html>\n<style>.hurry{}</style>\n<!-- Only 2 left -->\n\
                <p title=\"Only 2 left\">Only <b>2</b> left</p><p>D&#101; klok&nbsp;tikt</p>";
    assert_eq!(
        places(&found_in("page.html", html)),
        [(4, 24, "Only 2 left"), (4, 57, "klok tikt")]
    );
    let mjml = "<mjml><mj-text>Only 2</mj-text><mj-text>left</mj-text></mjml>";
    assert!(found_in("-", mjml).is_empty(), "two elements are no sentence");
}
