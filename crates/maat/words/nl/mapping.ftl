# Wat er mis is in een mapping: wat er uit gegevens van een ander systeem wordt volgens de Code.

choice-not-in-code = de keuze `{ $choice }` staat niet in de Code{ did-you-mean }
    .mend = gebruik een keuze van de Code; `maat code show` toont ze
signal-not-in-code = het gegeven `{ $signal }` staat niet in de Code{ did-you-mean }
    .mend = gebruik een gegeven van de Code; `maat code show` toont ze

## De kolommen van een import

column-not-there = `{ $table }` heeft geen kolom `{ $column }`{ did-you-mean }
    .mend = noem een kolom van de eerste rij; schrijf {"{ always = \"…\" }"} als elke rij dezelfde waarde heeft
column-there-twice = de kolom `{ $column }` staat twee keer in `{ $table }`
    .mend = houd er één: welke van de twee klopt, is niet te weten
always-empty = `always` is leeg
    .mend = schrijf de waarde, of noem een kolom

## Wat een import overneemt

no-consent-mapped = er wordt niets geïmporteerd
    .mend = voeg [[consent]], [tcf] of gpc toe
no-signal-mapped = er wordt niets geïmporteerd
    .mend = voeg [[signal]] toe
choice-mapped-twice = de keuze `{ $choice }` staat er twee keer
    .mend = houd één [[consent]] per keuze
signal-mapped-twice = het gegeven `{ $signal }` staat er twee keer
    .mend = houd één [[signal]] per gegeven
no-language-mapped = het veld `lang` ontbreekt: in welke taal de vraag gelezen is
    .mend = noem de kolom, of schrijf {"lang = { always = \"nl\" }"}
no-answer-moment-mapped = het veld `at` ontbreekt: wanneer iemand antwoordde
    .mend = noem de kolom
no-seen-mapped = het veld `seen` ontbreekt: wanneer het gezien is
    .mend = noem de kolom
answer-empty = een antwoord is leeg
    .mend = noem wat als ja en wat als nee telt; een lege cel is geen antwoord
answer-both = `{ $answer }` is zowel een ja als een nee
    .mend = houd het in een van de twee
no-strength = `{ $strength }` is geen sterkte van een toestemming
    .mend = schrijf given (een duidelijke handeling), explicit (een uitdrukkelijke verklaring) of soft (ePrivacy 13, lid 2)
soft-without-conditions = een soft opt-in heeft al zijn voorwaarden nodig (ePrivacy 13, lid 2; Tw 11.7)
    .mend = voeg [consent.soft] toe, met sale, offered_at_collection, offered_since en own_similar
conditions-without-soft = [consent.soft] hoort alleen bij een soft opt-in
    .mend = schrijf strength = "soft", of haal [consent.soft] weg
no-wording = bij keuze `{ $choice }` is er geen versie { $version } van de vraag
    .mend = er is { $known }; schrijf voor andere woorden {"wording = { text = \"column\" }"}
nothing-is-shared = geen keuze van de Code staat delen toe, dus `gpc` zou niets intrekken
    .mend = haal het weg
no-gpc-moment-mapped = het veld `at` ontbreekt: wanneer de browser vroeg om niet te delen
    .mend = noem de kolom
import-under-way = dit bestand wordt al geïmporteerd
    .mend = wacht tot dat klaar is, of stop het; wat al gedaan is, gebeurt niet nog eens

## TC-strings

no-vendor = de nummers van bedrijven (vendors) beginnen bij 1
    .mend = schrijf je nummer in de lijst van vendors van IAB Europe
no-tcf-purpose = `{ $purpose }` is geen doel van TCF
    .mend = de doelen hebben de nummers 1 tot en met 11; van het GPP-deel US national zijn er `sale`, `sharing` en `targeted`
no-purpose-mapped = `purposes` is leeg
    .mend = schrijf {"purposes = { 1 = \"device\" }"}: doel van TCF = keuze van de Code

## Gebeurtenissen

event-of-no-signal = `{ $event }` wordt het gegeven `{ $signal }`, dat niet in de Code staat{ did-you-mean }
    .mend = { signal-not-in-code.mend }
event-incomplete = `{ $event }` laat `event`, `value` of `source` leeg
    .mend = vul het in; `source` is wat de klant leest over waar het vandaan komt
