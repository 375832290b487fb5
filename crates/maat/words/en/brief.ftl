# What is wrong in a brief and its texts, in the layout of its mail, and in a worked case.
# `.form` says how to mend it where the brief is a form and no file.

## The brief

unknown-purpose = unknown purpose `{ $purpose }`{ did-you-mean }
    .mend = use a purpose of the Code; `maat code show` lists them
    .form = choose a purpose from the list
unknown-signal = unknown signal `{ $signal }` in slot `{ $slot }`{ did-you-mean }
    .mend = use a signal of the Code; `maat code show` lists them
    .form = choose signals from the list
slot-twice = slot `{ $slot }` stands twice
    .mend = give each slot an id of its own; `select-1` and on belong to [[select]]
    .form = give each part a name of its own; `select-1` and on belong to the choice of recipients
selects-by-nothing = `{ $slot }` chooses recipients by no signal
    .mend = name the signals in `by`, or leave the [[select]] out
    .form = choose what you select by, or take the choice of recipients out
no-slot = the brief has no [[slot]]
    .mend = describe at least one part of the message
no-moment = `{ $planned }` is no moment
    .mend = write planned = "2026-01-31T10:00", in the time zone of the Code
    .form = write it as 2026-01-31T10:00, in the time zone of the Code
reads-too-much = the brief reads more than { $most } choices and signals
    .mend = use fewer signals; only what is necessary may be used (GDPR 5(1)(c))
not-askable = cannot be put to the rules: { $said }
    .mend = check the names in the brief

## The texts of slots

text-takes-in-another = the text of slot `{ $slot }` cannot be read: it takes in another
    .mend = write the words out; a slot stands by itself
text-names-unused = the text of slot `{ $slot }` names `{ $name }`, which it does not use
    .mend = add the signal to `uses`, or take it out of the text
    .form = tick the signal, or take it out of the text
text-unreadable = the text of slot `{ $slot }` cannot be read{ $text_line-count ->
    [0] {""}
   *[other] , line { $text_line } of the text
 }: { $said-count ->
    [0] it is no template
   *[other] { $said }
 }
    .mend = write a signal as {"{{ purchase.item }}"}, and a condition as {"{% if purchase.item %}…{% endif %}"}
text-beyond-bounds = the text of slot `{ $slot }` cannot be read{ $text_line-count ->
    [0] {""}
   *[other] , line { $text_line } of the text
 }: { $beyond ->
    [long] it is longer than { $most } bytes
    [deep] something in braces has more than { $most } words and signs
   *[many] it has more than { $most } tags {"{% %}"}
 }
    .mend = a text is words and names of signals: leave out what is more
not-translated = slot `{ $slot }` has no words in `{ $lang }`, or no plain ones
    .mend = add [slot.translated.{ $lang }] with `text`, and `plain` where the slot has it
    .form = write the words in that language too, with a plain version where the slot has one
no-texts = is no brief with texts: it has no [[slot]] with `text` or `plain`
    .mend = name a brief, or give other texts the ending .txt

## Where it stands, and who signed it

no-mail = the channel is `{ $channel }`, so it is no mail
    .mend = write channel = "email"
briefs-in-two-folders = has briefs of the controller whose briefs stand beside it
    .mend = keep the briefs of one controller in one folder
brief-twice = another brief has the id `{ $brief }` too
    .mend = give each brief an id of its own
brief-id-unfit = `{ $brief }` cannot be the id of a brief here
    .mend = use small letters, digits and dashes, at most 60
signatures-stay = its signatures cannot be taken out
    .mend = take them out yourself
signature-does-not-fit = cannot be signed at its end
    .mend = put an empty line at the end of the brief

## Drafts by a language model

no-text-slot-of-that-name = `{ $slot }` is no slot of kind `text`
    .mend = words are drafted for: { $texts }{ did-you-mean }
no-text-slot = the brief has no slot of kind `text`
    .mend = add a [[slot]] with kind = "text": words are drafted for those alone
no-plain-words = slot `{ $slot }` has no plain words in `{ $lang }`
    .mend = write translated.{ $lang }.plain of the slot first; a person writes what stands without signals

words-do-not-fit = is not written so that words can be put into it
    .mend = write each slot under [[slot]], and [ai] as a table
no-ai = no AI took part in its words
    .mend = nothing is needed; words by AI stand under [ai] (maat mail draft --out)

## The layout of a mail

mail-without-subject = the mail has no subject
    .mend = add a [[slot]] with id = "subject" and kind = "text"
    .form = add a part with the name `subject` and the kind text
mail-without-sender = the mail has no sender
    .mend = add [sender] with a name and an address that is read
    .form = fill in the name and the address of the sender
slot-leads = a slot decides where a link or picture leads: `{ $link }`
    .mend = begin the address with the site it leads to, as {"https://example.org/{{ slot }}"}
mjml-unreadable = the MJML of [mail] cannot be read: { $said }
    .mend = see https://mjml.io
layout-unreadable = the layout of the mail ({ $part }) cannot be read: { $said-count ->
    [0] it is no template
   *[other] { $said }
 }
    .mend = write the words of a slot as {"{{ greeting }}"}
layout-beyond-bounds = the layout of the mail ({ $part }) cannot be read{ $text_line-count ->
    [0] {""}
   *[other] , line { $text_line }
 }: { $beyond ->
    [long] it is longer than { $most } bytes
    [deep] { $part ->
        [mjml] its elements go deeper than { $most } levels
       *[other] something in braces has more than { $most } words and signs
     }
   *[many] it has more than { $most } elements or tags
 }
    .mend = make it smaller: a mail that is larger is cut off by those who show it
layout-names-no-slot = the layout of the mail ({ $part }) names `{ $name }`, which is no slot of the brief
    .mend = name a slot, with hyphens written as underscores

## Worked cases

case-unreadable = { $said }
    .mend = a case has `case`, `given` and `expect`; `code/cases/worked.yaml` shows how
case-at-no-moment = `at` is no moment
    .mend = correct the case
case-on-no-day = `{ $day }` is no day
    .mend = correct the case
case-of-no-depth = `ceiling` is { $ceiling }, which is no depth from 0 to 5
    .mend = correct the case
case-of-no-flag = a person has no `{ $name }`
    .mend = correct the case
case-undeclared = the Code declares no `{ $id }`
    .mend = correct the case
case-differs = the case “{ $case }” does not come out so
    .mend = correct the case or the rules; `maat code check` tells what differs
