# Wat er mis is met een doelgroep, of met waar de besluiten komen te staan.

## Het bestand

no-format = `.{ $ending }` is geen vorm voor een doelgroep
    .mend = noem het bestand naar wat erin staat: .csv, .jsonl, .ndjson of .parquet
folder = dit is een map
    .mend = noem het bestand van de doelgroep
file-empty = het bestand is leeg
    .mend = exporteer de doelgroep opnieuw
no-rows = in deze doelgroep zit niemand: er zijn geen rijen
    .mend = exporteer de doelgroep opnieuw
brought-down = op dit bestand loopt een deel van het programma vast
    .mend = schrijf het bestand opnieuw, of in een andere vorm
csv-unreadable = is niet te lezen als CSV: { $said }
    .mend = exporteer het opnieuw, als CSV in UTF-8
parquet-unreadable = is niet te lezen als Parquet: { $said }
    .mend = schrijf of kopieer het opnieuw; op een afgebroken bestand kun je niet bouwen
fewer-rows-than-said = is niet te lezen als Parquet: er staan minder rijen in dan het zegt
    .mend = { parquet-unreadable.mend }
lines-broke-off = is niet te lezen: { $said }
    .mend = probeer het nog eens; is de schijf in orde?
line-too-long = regel { $number } is langer dan 16 MiB
    .mend = schrijf één persoon per regel
page-too-large = kolom `{ $column }` heeft bij rij { $row } { $mib } MiB aan één stuk: een cel mag 16 MiB zijn, en wat samen is opgeslagen { $most }
    .mend = laat weg wat geen waarde is, of schrijf het bestand opnieuw met kleinere pagina's
too-many-pages = kolom `{ $column }` staat in meer dan { $most } pagina's per rijgroep
    .mend = schrijf het bestand opnieuw met grotere pagina's
reading-ended = het lezen is afgebroken
    .mend = kijk waardoor
part-stopped = een deel van het programma is gestopt
    .mend = meld het bij de makers, met dit bestand erbij als dat mag

## Kolommen

# Wat een kolom bevat.
holds = { $holds ->
    [subject] wie het is, als tekst of heel getal
    [consent] none, soft, given of explicit, of 0 tot en met 3; leeg is none
    [flag] true of false
    [sent] reclame van de afgelopen zeven dagen, een heel getal
    [ceiling] hoe persoonlijk reclame van hen hooguit mag zijn, 0 tot en met 5; 5 als ze niets instelden
    [seen] de dag waarop het voor het laatst gezien is, als 2011-12-09; leeg is nooit
   *[anything] tekst, een getal, true of false, of een moment
 }
missing-columns = { $columns-count ->
    [one] er ontbreekt een kolom die de briefing nodig heeft:
   *[other] er ontbreken kolommen die de briefing nodig heeft:
 }{ $columns }
    .each = `{ $column }`: { holds }{ did-you-mean }
    .mend = zet ze bij elke rij; de poort neemt van niemand iets aan wat er niet staat
column-twice = de kolom `{ $column }` staat er twee keer
    .mend = houd er één: welke van de twee klopt, is niet te weten
column-of-other-type = de kolom `{ $column }` is van het type { $of }; er hoort in te staan: { holds }
    .mend = schrijf het als tekst, heel getal, true of false, of datum

## Mensen

subject-twice = `{ $subject }` staat er twee keer: op { $counted ->
    [row] rij { $first } en op rij { $again }
   *[line] regel { $first } en op regel { $again }
 }
    .mend = houd één rij per persoon: welke van de twee klopt, is niet te weten
no-subject = `{ $subject }` staat niet in de doelgroep{ did-you-mean }
    .mend = schrijf de naam zoals die in de kolom `subject` staat
undeclared = `{ $id }` staat niet in de Code
    .mend = laad de Code opnieuw

## Waar de besluiten komen te staan

output-is-the-audience = de besluiten zouden over de doelgroep zelf heen geschreven worden
    .mend = noem een ander bestand
no-ordinary-file = is geen gewoon bestand
    .mend = noem een bestand dat gemaakt of vervangen mag worden
