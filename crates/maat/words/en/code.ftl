# What is wrong in code.toml, or in the words of a Code.

no-code-file = the Code's folder has no `code.toml`
    .mend = name the folder that holds code.toml, or copy the default one from `code/`
no-code-in-folder = is no Code: it has no code.toml
    .mend = name the folder that holds code.toml, legal.cedar, ethical.cedar and human.cedar
extends-too-far = extends a Code that itself extends another
    .mend = a client's Code extends an agency's that stands on its own
no-table = [{ $table }] is missing
    .mend = add it; `code/code.toml` of the default Code shows how

## Entries

noun = { $noun ->
    [purpose] purpose
    [step] step
    [signal] signal
   *[choice] choice
 }
declares-none = declares no { noun }
    .mend = declare at least one
declared-twice = { noun } `{ $id }` is declared twice
    .mend = keep one
id-not-plain = { noun } id `{ $id }` is not plain
    .mend = use lower-case letters, digits, dots and hyphens
empty-text = `{ $id }` has an empty text
    .mend = write it in both nl and en

## Bounds

unknown-zone = zone `{ $zone }` is unknown: { $said }
    .mend = use an IANA name, as Europe/Amsterdam
quiet-hour-past-the-day = [quiet] has an hour past 23
    .mend = hours run from 0 to 23
too-many-a-week = [caps] per_week is over 14
    .mend = set 14 or fewer; two a day is the most the gate can count
precision-upside-down = [precision] asks more of a stronger answer than of a weaker one, or nothing
    .mend = let soft be at least given, given at least explicit, and explicit at least 1
deepening-too-deep = [deepening] has a depth over 4
    .mend = 5 is for special categories alone
step-too-deep = step `{ $step }` has depth { $depth }
    .mend = depths run from 0 to 5

## Purposes and signals

unknown-dpv-purpose = purpose `{ $purpose }` has no DPV purpose `{ $dpv }`{ did-you-mean }
    .mend = use a purpose of https://w3id.org/dpv, as `dpv:DirectMarketing`
unknown-dpv-term = signal `{ $signal }` has no DPV term `{ $dpv }`{ did-you-mean }
    .mend = use a term of https://w3id.org/dpv/pd, as `pd:Purchase`
special-not-marked = signal `{ $signal }` is `{ $dpv }`, a special category, but its sensitivity says otherwise
    .mend = set sensitivity = "special" (GDPR 9(1))
unknown-step = signal `{ $signal }` stands on the unknown step `{ $step }`{ did-you-mean }
    .mend = use the id of a [[step]]
step-does-not-fit = signal `{ $signal }` is { $sensitivity } but its step `{ $step }` has depth { $depth }
    .mend = special categories stand at depth 5, and nothing else does
kept-no-days = signal `{ $signal }` is kept 0 days
    .mend = every signal expires: give the days it is kept, at least 1
names-unknown-purpose = `{ $id }` names the unknown purpose `{ $purpose }`{ did-you-mean }
    .mend = use the id of a [[purpose]]

## Choices

names-unknown-signal = choice `{ $choice }` names the unknown signal `{ $signal }`{ did-you-mean }
    .mend = use the id of a [[signal]]
use-without-signal = choice `{ $choice }` allows a use but names no signal
    .mend = list its signals: consent is specific (GDPR 4(11))
allows-nothing = choice `{ $choice }` allows nothing
    .mend = fill allows, channels and purposes
wording-incomplete = choice `{ $choice }` lacks a complete wording
    .mend = give every version from 1 on, in nl and en

## Words

words-missing = the file is missing
    .mend = a Code speaks both languages: add it
key-missing = `{ $key }` is missing from [{ $table }]
    .mend = add it: every text stands in both languages
unknown-place-in-words = a sentence of [explanation] has the unknown place `{"{"}{ $place }{"}"}`
    .mend = places there are: { $known }

## For the rules

schema-does-not-hold = the schema does not hold: { $said }
    .mend = check the ids of purposes and steps
signal-not-writable = signal `{ $signal }` cannot be written for the rules
    .mend = check the [[signal]] entries
signals-do-not-fit = the signals do not fit the schema: { $said }
    .mend = check the [[signal]] entries
