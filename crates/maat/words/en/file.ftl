# What is wrong in how a file is written, and why it cannot be read or written. `$said` is what its reader said, in English.

unknown-field = { $said }{ did-you-mean }
    .mend = use one of the names listed above; spelling counts
unknown-value = { $said }{ did-you-mean }
    .mend = use one of the names listed above; spelling counts
field-missing = { $said }
    .mend = add the field to the table that starts on this line
field-twice = { $said }
    .mend = keep one of the two
toml-unreadable = { $said }
    .mend = correct the value; strings stand in quotes, lists in [ ], dates as 2026-01-31T10:00:00
proofs-unreadable = { $said }
    .mend = delete the file and run `maat code prove` again

# Why the system cannot read it.
io = { $said }
unreadable = cannot be read: { io }
    .mend = check the path and its permissions
unwritable = cannot be written: { io }
    .mend = check that the folder exists, that it has room and that you may write in it
not-utf8 = is not valid UTF-8
    .mend = save the file as UTF-8
stray-quote = has a quote that is not closed, or that has text behind it
    .mend = close it just before the comma, or write it twice ("") where it belongs to the text
no-row-of-an-address = is no row with a subject and an address
    .mend = begin the file with the columns subject,address, in UTF-8

# Beyond what can be read safely.
beyond-bounds = { $beyond ->
    [long] it is longer than { $most } bytes
    [deep] something in it is nested more than { $most } levels deep
   *[many] one rule in it has more than { $most } words and signs
 }
    .mend = { $beyond ->
    [long] split it, or leave out what does not belong in it
    [deep] write it with less nested in each other
   *[many] split it into several rules
 }
