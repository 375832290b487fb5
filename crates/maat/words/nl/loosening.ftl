# Een Code van een klant die meer toestaat dan die van het bureau.

loosens = `{ $id }` maakt de Code van het bureau ruimer
    .mend = een Code van een klant mag alleen strenger zijn; verander de Code van het bureau, of houd de waarde daarvan
table-loosens = [{ $table }] maakt de Code van het bureau ruimer

## Grenzen

quiet-hour-freed = [quiet] maakt de Code van het bureau ruimer: { $hour }:00 is geen stil uur meer
    .mend = { loosens.mend }
bound-raised = { table-loosens }: { $key } is { $client }, en mag hooguit { $agency } zijn
    .mend = { loosens.mend }
bound-lowered = { table-loosens }: { $key } is { $client }, en moet minstens { $agency } zijn
    .mend = { loosens.mend }
other-zone = [zone] maakt de Code van het bureau ruimer: er staat `{ $client }`, niet `{ $agency }`
    .mend = { loosens.mend }

## Doelen

no-longer-marketing = { loosens }: het was reclame, en nu niet meer
    .mend = { loosens.mend }
balance-claimed = { loosens }: het beroept zich op een belangenafweging die het bureau niet heeft
    .mend = { loosens.mend }
new-purpose-outside-marketing = { loosens }: een doel buiten reclame komt alleen van het bureau
    .mend = { loosens.mend }
new-purpose-with-balance = { loosens }: voor een belangenafweging staat alleen het bureau in
    .mend = { loosens.mend }

## Treden en gegevens

depth-lowered = { loosens }: diepte { $agency } werd { $client }
    .mend = { loosens.mend }
need-lowered = { loosens }: bij { $channel } vraagt het minder dan `{ $agency }`
    .mend = { loosens.mend }
step-lowered = { loosens }: trede `{ $agency }` werd `{ $client }`
    .mend = { loosens.mend }
kept-longer = { loosens }: het wordt { $client } dagen bewaard, niet { $agency }
    .mend = { loosens.mend }
sensitivity-lowered = { loosens }: { $agency } werd { $client }
    .mend = { loosens.mend }
collected-for-more = { loosens }: het is niet verzameld voor `{ $purpose }`
    .mend = { loosens.mend }
mark-taken-off = { loosens }: een merk (on_device, anonymous, vulnerability) is eraf gehaald
    .mend = { loosens.mend }
origin-changed = { loosens }: de bron of de DPV-term is veranderd
    .mend = { loosens.mend }

## Keuzes

covers-more = { loosens }: het gaat over meer dan de keuze van het bureau
    .mend = { loosens.mend }
wording-changed = { loosens }: een vraag waarop klanten antwoordden, is veranderd
    .mend = { loosens.mend }

## Regels

rule-of-the-agency = regel `{ $rule }` staat al in de Code van het bureau
    .mend = geef de regel van de klant een eigen naam; die van het bureau blijft gelden
rule-permits = regel `{ $rule }` staat iets toe, en dat maakt de Code van het bureau ruimer
    .mend = regels van een klant verbieden alleen; draai de regel om, of verander de Code van het bureau
