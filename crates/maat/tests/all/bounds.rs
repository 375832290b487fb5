//! What is written to end the program is a mistake with its place, and what stands just within a bound is read. Each is tried
//! on a stack as small as that of a thread that serves: where it overflows, the whole test ends.

use maat::brief::Brief;
use maat::cases;
use maat::code::{Code, SourceFile, Sources};
use maat::compose::Templates;
use maat::gate::Proposal;
use maat::mistake::Mistakes;
use maat::words::Lang;

use crate::files::{default_code, default_sources};

const STACK: usize = 2 << 20;

/// Does something on a stack of its own.
fn alone<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    std::thread::scope(|scope| {
        let builder = std::thread::Builder::new().stack_size(STACK);
        builder.spawn_scoped(scope, work).unwrap().join().unwrap()
    })
}

/// The brief with one slot of this text.
fn brief(text: &str) -> String {
    format!(
        "id = 'p'\ntitle = 'P'\ncontroller = 'Winkel'\nchannel = 'web'\npurpose = 'tips'\n\
         [[slot]]\nid = 'hero'\nkind = 'text'\nuses = ['purchase.item']\ntext = '''{text}'''\nplain = 'N'\n"
    )
}

fn templates(code: &Code, text: &str) -> Result<Templates, Mistakes> {
    let text = brief(text);
    let proposal = Proposal::new(code, Brief::parse("p.toml", &text)?, "p.toml", &text)?;
    Templates::new(&proposal, "p.toml")
}

/// Texts that go as deep as a number says: what the reader of templates calls itself for.
fn deep(times: usize) -> Vec<String> {
    let r = |text: &str| text.repeat(times);
    vec![
        format!("{{{{ {}1 }}}}", r("-")),
        format!("{{{{ {}1 }}}}", r("not ")),
        format!("{{{{ 1{} }}}}", r(" + 1")),
        format!("{{{{ 1{} }}}}", r("**1")),
        format!("{{{{ 1{} }}}}", r(" and 1")),
        format!("{{{{ purchase.item{} }}}}", r(" ~ 'x'")),
        format!("{{{{ 'a'{} }}}}", r("|upper")),
        format!("{{{{ 1{} }}}}", r(" is odd")),
        format!("{{{{ 1{} }}}}", r(" if 1 else 2")),
        format!("{{{{ purchase{} }}}}", r(".item")),
        format!("{{{{ purchase{} }}}}", r("['item']")),
        format!("{{{{ {}1{} }}}}", r("("), r(")")),
        format!("{{{{ {}1{} }}}}", r("["), r("]")),
        format!("{{{{ {}1{} }}}}", r("{'a':"), r("}")),
        format!("{{% if {}1 %}}x{{% endif %}}", r("-")),
        format!("{{% for x in {}[1] %}}x{{% endfor %}}", r("not ")),
        format!("a\nb\n{}x{}", r("{% if 1 %}"), r("{% endif %}")),
        format!("{{% if 1 %}}{}{{% endif %}}", r("{% elif 1 %}x")),
        format!("{}x{}", r("{% for a in 'a' %}"), r("{% endfor %}")),
        format!("{{% raw %}}{{{{ \" {{% endraw %}}{{{{ \" }}}} \" ~ {}1 }}}}", r("-")),
        format!("{{# \" #}}{{{{ {}1 }}}}", r("-")),
    ]
}

#[test]
fn a_text_that_goes_too_deep_is_a_mistake_that_names_the_slot_and_the_line() {
    let code = default_code();
    for times in [8_000, 2_500] {
        for text in deep(times) {
            let told = alone(|| templates(&code, &text).unwrap_err());
            let shown = &text[..60.min(text.len())];
            for (lang, slot, mend) in [
                (Lang::En, "slot `hero`", "mend: "),
                (Lang::Nl, "onderdeel `hero`", "zo kan het: "),
            ] {
                let told = told.tell(lang);
                assert!(told.contains("p.toml") && told.contains(slot), "{shown}: {told}");
                assert!(mend.is_empty() || told.lines().count() > 1, "{shown}: {told}");
            }
        }
    }
    let told = templates(&code, &format!("a\nb\n{{{{ {}1 }}}}", "-".repeat(8_000))).unwrap_err();
    let told = told.to_string();
    assert!(told.contains("line 3 of the text") && told.contains("more than 300"), "{told}");
    let told = templates(&code, &"a".repeat(70_000)).unwrap_err().to_string();
    assert!(told.contains("longer than 65536 bytes"), "{told}");
}

/// What is just within the bounds is read, or refused by its reader: nothing ends.
#[test]
fn a_text_within_the_bounds_ends_nothing() {
    let code = default_code();
    for times in [10, 145, 290] {
        for text in deep(times) {
            let read = alone(|| templates(&code, &text).map(|_| ()));
            let refused = read.err().map(|it| it.to_string()).unwrap_or_default();
            // Brackets and blocks have a bound of the reader's own, and some of these are no sound text.
            assert!(times > 10 || !refused.contains("more than"), "{text}: {refused}");
        }
    }
    // As people write: an expression with a few words, many names, hyphens and braces in running text.
    let usual = "{{ purchase.item|upper }} - {% if purchase.item == 'kaars' %}-{% else %}--{% endif %} {\"a\": 1}\n";
    assert!(templates(&code, &usual.repeat(90)).is_ok());
}

#[test]
fn toml_that_goes_too_deep_or_on_too_long_is_a_mistake_with_its_line() {
    let r = |text: &str| text.repeat(20_000);
    for (text, said) in [
        (
            format!("id = 'a'\nx = {}{}", r("["), r("]")),
            "brief.toml:2: something in it is nested more than 80",
        ),
        (
            format!("id = 'a'\nx = {}{}", r("{a="), r("}")),
            "brief.toml:2: something in it is nested more than 80",
        ),
        (format!("id = 'a'\nx{} = 1", r(".x")), "nested more than 80"),
        (format!("[x{}]\n", r(".x")), "nested more than 80"),
        (format!("[[x{}]]\n", r(".x")), "nested more than 80"),
        (format!("id = '{}'", "a".repeat(5 << 20)), "brief.toml: it is longer than 4194304 bytes"),
    ] {
        let told = alone(|| Brief::parse("brief.toml", &text).unwrap_err().to_string());
        assert!(told.contains(said), "{}: {told}", &text[..40]);
    }
}

#[test]
fn worked_cases_that_go_too_deep_or_refer_to_themselves_are_a_mistake() {
    let r = |text: &str| text.repeat(20_000);
    let mut echoes = String::from("- &a [x,x,x,x,x,x,x,x,x]\n");
    for _ in 0..20 {
        echoes.push_str("- &a [*a,*a,*a,*a,*a,*a,*a,*a,*a]\n");
    }
    for (text, said) in [
        (format!("- given: {}{}", r("["), r("]")), "mend: "),
        (format!("- given: {}{}", r("{a: "), r("}")), "mend: "),
        (format!("- case: {}{}", r("["), r("]")), "mend: "),
        (r("- "), "mend: "),
        (echoes, "mend: "),
    ] {
        let file =
            SourceFile { path: "cases/x.yaml".to_owned(), shown: "cases/x.yaml".to_owned(), text };
        let told = alone(|| cases::read(&Sources(vec![file])).unwrap_err().to_string());
        assert!(told.starts_with("cases/x.yaml") && told.contains(said), "{told}");
    }
}

/// The default Code with one more rule of this condition.
fn with_rule(condition: &str) -> Result<Code, Mistakes> {
    let mut sources = default_sources();
    let file = sources.0.iter_mut().find(|file| file.path == "human.cedar").unwrap();
    let rule = "@id(\"human.x\")\n@layer(\"human\")\n@principle(\"humanity\")\n@cite(\"x\")\n@why_nl(\"x\")\n\
        @why_en(\"x\")\n@remedy_nl(\"x\")\n@remedy_en(\"x\")\nforbid(principal, action, resource)";
    file.text = format!("{}\n{rule} when {{ {condition} }};\n", file.text);
    Code::load(&sources)
}

#[test]
fn a_rule_that_goes_too_deep_is_a_mistake_and_one_within_the_bounds_ends_nothing() {
    let conditions = |times: usize| {
        let r = |text: &str| text.repeat(times);
        [
            format!("{}true{}", r("("), r(")")),
            format!("{}1{} == []", r("["), r("]")),
            format!("{}1{} == 1", r("{a: "), r("}")),
            format!("true{}", r(" && true")),
            format!("true{}", r(" || true")),
            format!("1{} == 1", r(" + 1")),
            format!("{}true", r("!")),
            format!("{}true", r("if true then false else ")),
            format!("context{}", r(".a")),
            format!("{}true == true", r("true == ")),
        ]
    };
    for condition in conditions(20_000) {
        let told = alone(|| with_rule(&condition).unwrap_err().to_string());
        assert!(told.starts_with("human.cedar") || told.contains("human.cedar:"), "{told}");
        assert!(told.contains("levels deep") || told.contains("words and signs"), "{told}");
    }
    for times in [5, 45, 370, 740, 1_450] {
        for condition in conditions(times) {
            let read = alone(|| with_rule(&condition).map(|_| ()));
            let sound = condition.starts_with('(') || condition.starts_with("true &&");
            assert!(times > 45 || !sound || read.is_ok(), "{condition}: {read:?}");
        }
    }
    let quoted = with_rule(&format!("\"{}\" == \"\"", "(".repeat(100)));
    let told = quoted.err().map(|it| it.to_string()).unwrap_or_default();
    assert!(!told.contains("levels deep"), "what is quoted is no bracket: {told}");
}

/// What has no shape of its own is bounded by its reader: it says so, and where.
#[test]
fn yaml_and_toml_of_any_shape_are_nested_so_far_and_no_further() {
    for text in ["- ".repeat(20_000), format!("{}{}", "[".repeat(20_000), "]".repeat(20_000))] {
        let told = alone(|| maat::bounds::yaml::<serde_json::Value>("x.yaml", &text).unwrap_err());
        let told = told.to_string();
        assert!(
            told.starts_with("x.yaml:1: something in it is nested more than 30 levels"),
            "{told}"
        );
    }
}
