# Wat er mis is in code.toml, of in de woorden van een Code.

no-code-file = in de map van de Code staat geen `code.toml`
    .mend = noem de map waarin code.toml staat, of kopieer de standaard uit `code/`
no-code-in-folder = is geen Code: er is geen code.toml
    .mend = noem de map waarin code.toml, legal.cedar, ethical.cedar en human.cedar staan
extends-too-far = bouwt voort op een Code die zelf op een andere voortbouwt
    .mend = een Code van een klant bouwt voort op die van een bureau, die op zichzelf staat
no-table = [{ $table }] ontbreekt
    .mend = voeg het toe; `code/code.toml` van de standaard-Code laat zien hoe

## Wat er in staat

noun = { $noun ->
    [purpose] doel
    [step] trede
    [signal] gegeven
   *[choice] keuze
 }
declares-none = er staat geen { noun } in
    .mend = zet er minstens één in
declared-twice = { noun } `{ $id }` staat er twee keer
    .mend = houd er één
id-not-plain = het id `{ $id }` ({ noun }) is niet eenvoudig genoeg
    .mend = gebruik kleine letters, cijfers, punten en streepjes
empty-text = bij `{ $id }` is een tekst leeg
    .mend = schrijf die in nl en in en

## Grenzen

unknown-zone = de tijdzone `{ $zone }` is niet bekend: { $said }
    .mend = gebruik een naam van IANA, zoals Europe/Amsterdam
quiet-hour-past-the-day = [quiet] heeft een uur na 23
    .mend = uren lopen van 0 tot en met 23
too-many-a-week = [caps] per_week is meer dan 14
    .mend = maak er hooguit 14 van; meer dan twee per dag telt de poort niet
precision-upside-down = [precision] vraagt van een sterker antwoord meer dan van een zwakker, of niets
    .mend = laat soft minstens given zijn, given minstens explicit, en explicit minstens 1
deepening-too-deep = [deepening] heeft een diepte boven 4
    .mend = 5 is alleen voor bijzondere gegevens
step-too-deep = trede `{ $step }` heeft diepte { $depth }
    .mend = dieptes lopen van 0 tot en met 5

## Doelen en gegevens

unknown-dpv-purpose = bij doel `{ $purpose }` hoort `{ $dpv }`, en dat is geen doel van DPV{ did-you-mean }
    .mend = gebruik een doel van https://w3id.org/dpv, zoals `dpv:DirectMarketing`
unknown-dpv-term = bij gegeven `{ $signal }` hoort `{ $dpv }`, en dat is geen term van DPV{ did-you-mean }
    .mend = gebruik een term van https://w3id.org/dpv/pd, zoals `pd:Purchase`
special-not-marked = gegeven `{ $signal }` is `{ $dpv }`, een bijzonder gegeven, maar bij sensitivity staat iets anders
    .mend = zet sensitivity = "special" (AVG 9, lid 1)
unknown-step = gegeven `{ $signal }` staat op de onbekende trede `{ $step }`{ did-you-mean }
    .mend = gebruik het id van een [[step]]
step-does-not-fit = gegeven `{ $signal }` is { $sensitivity }, maar zijn trede `{ $step }` heeft diepte { $depth }
    .mend = bijzondere gegevens (special) staan op diepte 5, en andere niet
kept-no-days = gegeven `{ $signal }` wordt 0 dagen bewaard
    .mend = elk gegeven vervalt: geef het aantal dagen dat het bewaard wordt, minstens 1
names-unknown-purpose = `{ $id }` noemt het onbekende doel `{ $purpose }`{ did-you-mean }
    .mend = gebruik het id van een [[purpose]]

## Keuzes

names-unknown-signal = keuze `{ $choice }` noemt het onbekende gegeven `{ $signal }`{ did-you-mean }
    .mend = gebruik het id van een [[signal]]
use-without-signal = keuze `{ $choice }` staat gebruik toe maar noemt geen gegeven
    .mend = noem de gegevens: toestemming is specifiek (AVG 4, onder 11)
allows-nothing = keuze `{ $choice }` staat niets toe
    .mend = vul allows, channels en purposes in
wording-incomplete = bij keuze `{ $choice }` is de vraag niet compleet
    .mend = geef elke versie vanaf 1, in nl en in en

## Woorden

words-missing = het bestand ontbreekt
    .mend = een Code spreekt beide talen: voeg het toe
key-missing = `{ $key }` ontbreekt in [{ $table }]
    .mend = voeg het toe: elke tekst staat er in beide talen
unknown-place-in-words = een zin van [explanation] heeft de onbekende plek `{"{"}{ $place }{"}"}`
    .mend = de plekken die er zijn: { $known }

## Voor de regels

schema-does-not-hold = het schema klopt niet: { $said }
    .mend = kijk de id's van doelen en treden na
signal-not-writable = gegeven `{ $signal }` is niet voor de regels op te schrijven
    .mend = kijk de [[signal]]s na
signals-do-not-fit = de gegevens passen niet in het schema: { $said }
    .mend = kijk de [[signal]]s na
