//! Settings: the flag wins from the environment, the environment from maat.toml.

use crate::folder::Folder;
use crate::program::{Ran, command, run};

/// A folder with three Codes, and a maat.toml that names the first.
fn three_codes() -> Folder {
    let folder = Folder::new();
    for name in ["file", "environment", "flag"] {
        let code = format!(
            "name = {{ nl = \"NL {name}\", en = \"EN {name}\" }}\nversion = \"1\"\nextends = \"default\"\n"
        );
        folder.write(&format!("{name}/code.toml"), code);
    }
    folder.write("maat.toml", "code = \"file\"\nlang = \"en\"\n");
    folder
}

/// The first line of `maat code show`, run in the folder: the Code's name in the language.
fn shown(folder: &Folder, environment: &[(&str, &str)], flags: &[&str]) -> String {
    let mut command = command();
    command
        .current_dir(folder.at(""))
        .args(["code", "show"])
        .args(flags)
        .envs(environment.iter().copied());
    run(&mut command).well().lines().next().unwrap().to_owned()
}

#[test]
fn the_flag_wins_from_the_environment_and_that_from_the_file() {
    let folder = three_codes();
    assert_eq!(shown(&folder, &[], &[]), "EN file 1");
    assert_eq!(shown(&folder, &[("MAAT_LANG", "nl")], &[]), "NL file 1");
    assert_eq!(shown(&folder, &[("MAAT_LANG", "nl")], &["--lang", "en"]), "EN file 1");
    assert_eq!(shown(&folder, &[("MAAT_CODE", "environment")], &[]), "EN environment 1");
    assert_eq!(shown(&folder, &[("MAAT_CODE", "environment")], &["--code", "flag"]), "EN flag 1");
    std::fs::remove_file(folder.at("maat.toml")).unwrap();
    assert_eq!(shown(&folder, &[], &[]), "Code voor persoonlijke communicatie 1");
    assert_eq!(shown(&folder, &[("MAAT_CODE", "environment")], &[]), "NL environment 1");
}

#[test]
fn another_settings_file_can_be_named() {
    let folder = three_codes();
    folder.write("elsewhere/other.toml", "code = \"../flag\"\n");
    // The Code's folder is meant from where the settings file stands.
    assert_eq!(shown(&folder, &[], &["--config", "elsewhere/other.toml"]), "NL flag 1");
    assert_eq!(shown(&folder, &[("MAAT_CONFIG", "elsewhere/other.toml")], &[]), "NL flag 1");
    assert_eq!(
        shown(&folder, &[("MAAT_CONFIG", "elsewhere/other.toml")], &["--config", "maat.toml"]),
        "EN file 1"
    );
}

fn refused(folder: &Folder, args: &[&str]) -> String {
    let ran: Ran = run(command()
        .current_dir(folder.at(""))
        .args(["code", "show"])
        .args(args)
        .args(["--lang", "en"]));
    ran.refused()
}

#[test]
fn a_mistake_in_the_settings_is_told() {
    let folder = three_codes();
    folder.write("maat.toml", "code = \"file\"\nlnag = \"en\"\n");
    let err = refused(&folder, &[]);
    assert!(err.starts_with("error: maat.toml:2: unknown field `lnag`"), "{err}");
    folder.write("maat.toml", "# Ours.\n\nlang = \"fr\"\n");
    let err = refused(&folder, &[]);
    assert!(err.starts_with("error: maat.toml:3: unknown variant `fr`"), "{err}");
    let err = refused(&folder, &["--config", "missing.toml"]);
    assert!(err.starts_with("error: missing.toml: cannot be read"), "{err}");
    folder.write("maat.toml", "code = \"nowhere\"\n");
    let err = refused(&folder, &[]);
    assert!(err.contains("nowhere: is no Code"), "{err}");
}

#[test]
fn a_mistake_is_told_in_the_language_of_the_settings() {
    let folder = Folder::new();
    folder.write("maat.toml", "code = \"code\"\n");
    folder.write("code/code.toml", "titel = \"x\"\n");
    let told = |args: &[&str]| {
        let ran = run(command().current_dir(folder.at("")).args(["code", "show"]).args(args));
        assert_eq!((ran.code, ran.out.as_str()), (Some(2), ""));
        ran.err
    };
    let dutch = told(&[]);
    assert!(dutch.starts_with("fout: code/code.toml:1: het veld `titel` is er niet"), "{dutch}");
    assert!(dutch.contains("\n  oplossing: gebruik een naam die er wel is"), "{dutch}");
    assert_eq!(told(&["--lang", "nl"]), dutch);
    let english = told(&["--lang", "en"]);
    assert!(english.starts_with("error: code/code.toml:1: unknown field `titel`"), "{english}");
    assert!(english.contains("\n  mend: use one of the names"), "{english}");
    folder.write("maat.toml", "code = \"code\"\nlang = \"en\"\n");
    assert_eq!(told(&[]), english, "the file says so");
    assert_eq!(told(&["--lang", "nl"]), dutch, "a flag goes before the file");
}

#[test]
fn a_language_that_is_not_spoken_is_told() {
    let ran = run(command().args(["code", "show", "--lang", "fr"]));
    assert_eq!((ran.code, ran.out.as_str()), (Some(2), ""));
    assert!(ran.err.contains("unknown language `fr`: use nl or en"), "{}", ran.err);
}
