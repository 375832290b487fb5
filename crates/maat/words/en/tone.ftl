# What is wrong in what steering words are found by.

pattern-unreadable = pattern `{ $pattern }`: { $said }
    .mend = write it as the table in tone/pattern.rs shows
list-unreadable = { $said }
    .mend = correct `{ $list }`
no-reason = there is no reason `{ $reason }`
    .mend = use one of reasons.toml, or add it there
no-model = is no model of this version of Maat
    .mend = make one with `maat tone train`
no-column = there is no column `{ $column }`
    .mend = give a tab-separated file with the columns text, label and Pattern Category
no-label = row { $row }: `{ $label }` is no label
    .mend = write 1 for steering, 0 for not
one-kind-of-texts = has not both kinds of texts
    .mend = give texts with label 1 and with label 0
zero-bytes = is no text: it holds zero bytes
    .mend = give a text, a brief, HTML or MJML
