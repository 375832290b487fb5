# Why a mailing does not go, and what is wrong with what comes back of one.

quiet-hours = no marketing mail leaves between { $from }:00 and { $until }:00
    .place = [quiet] of the Code
    .mend = send it after { $until }:00
mailing-stands = is { $state }
    .mend = look at `maat mail status`; a paused one goes on with `maat mail resume`
mailing-taken = is being sent by another run of `maat mail send`
    .mend = let that one go on; if it died, try again in ten seconds
other-links = was begun by another version of Maat, which read other links in its layout
    .mend = send the rest as another brief, or with that version
no-mailing = there is no mailing `{ $mailing }`{ did-you-mean }
    .mend = look at `maat mail status`

## What comes back

nothing-to-follow = is no folder, so nothing can be followed in it
    .mend = name a Maildir, or leave out --follow
returned-too-large = is larger than a report can be
    .mend = name a mail as it came in, of at most 10 MB
