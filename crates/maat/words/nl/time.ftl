# Wat er mis is met een moment, of met de klok.

not-a-moment = `{ $text }` is geen moment
    .place = een moment
    .mend = schrijf 2026-01-31, 2026-01-31T10:00 (op de klok van de Code) of 2026-01-31T09:00:00Z

clock-unreadable = hij is niet te lezen: { $said }
    .place = de klok
    .mend = zet de klok goed, of geef --at
clock-says = hij staat op { $now }
    .place = de klok
    .mend = { clock-unreadable.mend }
clock-jumped = hij is versprongen sinds deze machine werd gestart: het zou nu { $expected } zijn, maar hij zegt { $now }; er is niets verwijderd
    .place = de klok
    .mend = zet hem goed en ruim dan op; of zeg dat hij nu goed staat: `maat sweep --yes`
