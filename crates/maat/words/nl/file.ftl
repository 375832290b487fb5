# Wat er mis is met hoe een bestand geschreven is, en waarom het niet te lezen of te schrijven is. `$said` is wat de lezer ervan zei, in het Engels.

unknown-field = het veld `{ $field }` is er niet{ $known-count ->
    [0] {""}
   *[other] {" "}(wel: { $known })
 }{ did-you-mean }
    .mend = gebruik een naam die er wel is; let op de spelling
unknown-value = `{ $value }` kan hier niet staan{ $known-count ->
    [0] {""}
   *[other] {" "}(wel: { $known })
 }{ did-you-mean }
    .mend = gebruik een woord dat hier wel kan staan; let op de spelling
field-missing = het veld `{ $field }` ontbreekt
    .mend = zet het in de tabel die op deze regel begint
field-twice = hetzelfde staat er twee keer ({ $said })
    .mend = houd een van de twee
toml-unreadable = dit is niet te lezen: { $said }
    .mend = verbeter de waarde; tekst staat tussen aanhalingstekens, een lijst tussen [ ], een datum als 2026-01-31T10:00:00
proofs-unreadable = is niet te lezen: { $said }
    .mend = verwijder het bestand en voer `maat code prove` opnieuw uit

# Waarom het systeem het niet lezen kan.
io = { $cause ->
    [not-there] er is niets met die naam
    [not-allowed] je mag er niet bij
    [is-folder] het is een map
    [in-use] het is al in gebruik
   *[other] { $said }
 }
unreadable = is niet te lezen: { io }
    .mend = kijk of het pad klopt en of je het mag lezen
unwritable = is niet te schrijven: { $cause ->
    [not-there] de map is er niet
   *[other] { io }
 }
    .mend = kijk of de map bestaat, of er ruimte is en of je er mag schrijven
not-utf8 = is geen geldig UTF-8
    .mend = sla het bestand op als UTF-8
stray-quote = heeft een aanhalingsteken dat niet dichtgaat, of waar tekst achter staat
    .mend = sluit het vlak voor de komma, of schrijf het dubbel ("") als het bij de tekst hoort
no-row-of-an-address = is geen rij met een klant en een adres
    .mend = begin het bestand met de kolommen subject,address, in UTF-8

# Meer dan er veilig te lezen is.
beyond-bounds = { $beyond ->
    [long] het is langer dan { $most } bytes
    [deep] iets daarin staat meer dan { $most } lagen diep in elkaar
   *[many] één regel daarin heeft meer dan { $most } woorden en tekens
 }
    .mend = { $beyond ->
    [long] splits het, of laat weg wat er niet in hoort
    [deep] schrijf het met minder in elkaar
   *[many] splits het in meer regels
 }
