# Waarom een tekst geen nummer van een klant is, of geen mailadres.

id-empty = dit is geen klantnummer: het is leeg
    .mend = geef het nummer waaronder je eigen systemen deze persoon kennen
id-too-long = dit is geen klantnummer: het is langer dan { $most } bytes
    .mend = { id-empty.mend }
id-holds-mark = dit is geen klantnummer: teken { $place } is niet te zien ({ $mark })
    .mend = haal dat teken weg: twee nummers die er hetzelfde uitzien zouden twee mensen zijn

address-incomplete = dit is geen mailadres
    .mend = schrijf het als anna@example.org
address-too-long = dit is geen mailadres: het is langer dan { $most } bytes
    .mend = { address-incomplete.mend }
address-holds-mark = dit is geen mailadres: teken { $place } is niet te zien ({ $mark })
    .mend = haal dat teken weg, en schrijf het als anna@example.org
address-local-unfit = geen mailserver neemt dit adres aan: `{ $local }`, vóór de @, is geen naam van een postbus
    .mend = { address-incomplete.mend }
address-domain-unfit = geen mailserver neemt dit adres aan: `{ $domain }`, na de @, is geen domein
    .mend = { address-incomplete.mend }
