# What is wrong with a moment, or with the clock.

not-a-moment = `{ $text }` is no moment
    .place = a moment
    .mend = write 2026-01-31, 2026-01-31T10:00 (on the clock of the Code) or 2026-01-31T09:00:00Z

clock-unreadable = { $said }
    .place = the clock
    .mend = set the clock, or give --at
clock-says = says { $now }
    .place = the clock
    .mend = { clock-unreadable.mend }
clock-jumped = it jumped since this machine was started: it should be { $expected } now, but it says { $now }; nothing was removed
    .place = the clock
    .mend = set it right and sweep then; or say that it is right now: `maat sweep --yes`
