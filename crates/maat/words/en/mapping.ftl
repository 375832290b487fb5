# What is wrong in a mapping: what of another system's data becomes what of the Code.

choice-not-in-code = the Code declares no choice `{ $choice }`{ did-you-mean }
    .mend = use a choice of the Code; `maat code show` lists them
signal-not-in-code = the Code declares no signal `{ $signal }`{ did-you-mean }
    .mend = use a signal of the Code; `maat code show` lists them

## The columns of an import

column-not-there = `{ $table }` has no column `{ $column }`{ did-you-mean }
    .mend = name a column of its header; for one value in every row write {"{ always = \"…\" }"}
column-there-twice = the column `{ $column }` stands twice in `{ $table }`
    .mend = keep one of the two: which of them holds the truth is unknown
always-empty = `always` is empty
    .mend = write the value, or name a column

## What an import takes over

no-consent-mapped = nothing is imported
    .mend = add [[consent]], [tcf] or gpc
no-signal-mapped = nothing is imported
    .mend = add [[signal]]
choice-mapped-twice = the choice `{ $choice }` stands twice
    .mend = keep one [[consent]] for each choice
signal-mapped-twice = the signal `{ $signal }` stands twice
    .mend = keep one [[signal]] for each signal
no-language-mapped = missing field `lang`: the language in which the question was read
    .mend = name the column, or write {"lang = { always = \"nl\" }"}
no-answer-moment-mapped = missing field `at`: when they answered
    .mend = name its column
no-seen-mapped = missing field `seen`: when it was seen
    .mend = name its column
answer-empty = an answer that is empty
    .mend = list what counts as a yes and as a no; an empty cell is no answer
answer-both = `{ $answer }` is both a yes and a no
    .mend = keep it in one of the two
no-strength = `{ $strength }` is no strength of a consent
    .mend = write given (a clear act), explicit (an express statement) or soft (ePrivacy 13(2))
soft-without-conditions = a soft opt-in needs all of its conditions (ePrivacy 13(2), Tw 11.7)
    .mend = add [consent.soft] with sale, offered_at_collection, offered_since and own_similar
conditions-without-soft = [consent.soft] belongs to a soft opt-in alone
    .mend = write strength = "soft", or take [consent.soft] out
no-wording = choice `{ $choice }` has no version { $version } of its wording
    .mend = it has { $known }; for other words write {"wording = { text = \"column\" }"}
nothing-is-shared = no choice of the Code allows sharing, so `gpc` would withdraw nothing
    .mend = take it out
no-gpc-moment-mapped = missing field `at`: when the browser asked not to share
    .mend = name its column
import-under-way = another import of this file is running
    .mend = wait until it is done, or stop it; what it did will not be done twice

## TC strings

no-vendor = vendors are numbered from 1
    .mend = write your number in IAB Europe's list of vendors
no-tcf-purpose = `{ $purpose }` is no TCF purpose
    .mend = the purposes are numbered 1 to 11; of the GPP section US national there are `sale`, `sharing` and `targeted`
no-purpose-mapped = `purposes` is empty
    .mend = write {"purposes = { 1 = \"device\" }"}: TCF purpose = choice of the Code

## Events

event-of-no-signal = `{ $event }` becomes the signal `{ $signal }`, which the Code does not declare{ did-you-mean }
    .mend = { signal-not-in-code.mend }
event-incomplete = `{ $event }` leaves `event`, `value` or `source` empty
    .mend = fill it in; `source` is what the customer reads about where it came from
