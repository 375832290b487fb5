# What keeps a text from being the id of a person, or a mail address.

id-empty = this is no id: it is empty
    .mend = give the id by which your own systems know the person
id-too-long = this is no id: it is longer than { $most } bytes
    .mend = { id-empty.mend }
id-holds-mark = this is no id: letter { $place } cannot be seen ({ $mark })
    .mend = take that mark out: two ids that look the same would be two people

address-incomplete = this is no mail address
    .mend = write it as anna@example.org
address-too-long = this is no mail address: it is longer than { $most } bytes
    .mend = { address-incomplete.mend }
address-holds-mark = this is no mail address: letter { $place } cannot be seen ({ $mark })
    .mend = take that mark out, and write it as anna@example.org
address-local-unfit = no mail server takes this address: `{ $local }`, before the @, is no name of a mailbox
    .mend = { address-incomplete.mend }
address-domain-unfit = no mail server takes this address: `{ $domain }`, after the @, is no domain
    .mend = { address-incomplete.mend }
