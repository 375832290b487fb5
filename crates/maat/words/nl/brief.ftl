# Wat er mis is in een briefing en haar teksten, in de opmaak van de mail, en in een voorbeeldgeval.
# `.form` zegt hoe je het oplost als de briefing een formulier is en geen bestand.

## De briefing

unknown-purpose = het doel `{ $purpose }` staat niet in de Code{ did-you-mean }
    .mend = gebruik een doel van de Code; `maat code show` toont ze
    .form = kies een doel uit de lijst
unknown-signal = het gegeven `{ $signal }` in onderdeel `{ $slot }` staat niet in de Code{ did-you-mean }
    .mend = gebruik een gegeven van de Code; `maat code show` toont ze
    .form = kies gegevens uit de lijst
slot-twice = het onderdeel `{ $slot }` staat er twee keer
    .mend = geef elk onderdeel een eigen id; `select-1` en verder zijn van [[select]]
    .form = geef elk onderdeel een eigen naam; `select-1` en verder zijn van de keuze van ontvangers
selects-by-nothing = `{ $slot }` kiest ontvangers en noemt geen gegeven
    .mend = noem de gegevens in `by`, of laat de [[select]] weg
    .form = kies waarop je kiest, of haal de keuze van ontvangers weg
no-slot = de briefing heeft geen onderdelen: er is geen [[slot]]
    .mend = beschrijf minstens één onderdeel van het bericht
no-moment = `{ $planned }` is geen moment
    .mend = schrijf planned = "2026-01-31T10:00", in de tijdzone van de Code
    .form = schrijf het als 2026-01-31T10:00, in de tijdzone van de Code
reads-too-much = de briefing leest meer dan { $most } keuzes en gegevens
    .mend = gebruik minder gegevens; alleen wat nodig is, mag (AVG 5, lid 1, onder c)
not-askable = is niet aan de regels voor te leggen: { $said }
    .mend = kijk de namen in de briefing na

## De teksten van onderdelen

text-takes-in-another = de tekst van onderdeel `{ $slot }` is niet te lezen: die haalt een andere tekst binnen
    .mend = schrijf de woorden uit; een onderdeel staat op zichzelf
text-names-unused = de tekst van onderdeel `{ $slot }` noemt `{ $name }`, dat dit onderdeel niet gebruikt
    .mend = zet het gegeven bij `uses`, of haal het uit de tekst
    .form = vink het gegeven aan, of haal het uit de tekst
text-unreadable = de tekst van onderdeel `{ $slot }` is niet te lezen{ $text_line-count ->
    [0] {""}
   *[other] , regel { $text_line } van de tekst
 }: { $said-count ->
    [0] het is geen sjabloon
   *[other] { $said }
 }
    .mend = schrijf een gegeven als {"{{ purchase.item }}"}, en een voorwaarde als {"{% if purchase.item %}…{% endif %}"}
text-beyond-bounds = de tekst van onderdeel `{ $slot }` is niet te lezen{ $text_line-count ->
    [0] {""}
   *[other] , regel { $text_line } van de tekst
 }: { $beyond ->
    [long] hij is langer dan { $most } bytes
    [deep] iets tussen accolades heeft meer dan { $most } woorden en tekens
   *[many] er staan meer dan { $most } tags {"{% %}"} in
 }
    .mend = een tekst is woorden en namen van gegevens: laat weg wat meer is
not-translated = onderdeel `{ $slot }` heeft geen woorden in `{ $lang }`, of geen gewone versie
    .mend = voeg [slot.translated.{ $lang }] toe met `text`, en met `plain` als het onderdeel dat heeft
    .form = schrijf de woorden ook in die taal, met een gewone versie als het onderdeel er een heeft
no-texts = is geen briefing met teksten: er is geen [[slot]] met `text` of `plain`
    .mend = noem een briefing, of laat de naam van een andere tekst eindigen op .txt

## Waar de briefing staat, en wie haar tekende

no-mail = het kanaal is `{ $channel }`, dus het is geen mail
    .mend = schrijf channel = "email"
briefs-in-two-folders = bevat briefings van het bedrijf waarvan er al briefings naast staan
    .mend = houd de briefings van één bedrijf in één map
brief-twice = een andere briefing heeft ook het id `{ $brief }`
    .mend = geef elke briefing een eigen id
brief-id-unfit = `{ $brief }` kan hier niet het id van een briefing zijn
    .mend = gebruik kleine letters, cijfers en streepjes, hooguit 60
signatures-stay = de handtekeningen zijn er niet uit te halen
    .mend = haal ze er zelf uit
signature-does-not-fit = is aan het eind niet te ondertekenen
    .mend = zet een lege regel aan het eind van de briefing

## Teksten door een taalmodel

no-text-slot-of-that-name = `{ $slot }` is geen onderdeel van de soort `text`
    .mend = teksten zijn er te maken voor: { $texts }{ did-you-mean }
no-text-slot = de briefing heeft geen onderdeel van de soort `text`
    .mend = voeg een [[slot]] toe met kind = "text": alleen daarvoor zijn teksten te maken
no-plain-words = onderdeel `{ $slot }` heeft geen gewone versie in `{ $lang }`
    .mend = schrijf eerst translated.{ $lang }.plain van het onderdeel; wat er zonder gegevens staat, schrijft een mens

words-do-not-fit = is zo geschreven dat er geen woorden in te zetten zijn
    .mend = schrijf elk onderdeel onder [[slot]], en [ai] als tabel
no-ai = aan de woorden heeft geen AI meegeschreven
    .mend = er is niets nodig; woorden van AI staan onder [ai] (maat mail draft --out)

## De opmaak van een mail

mail-without-subject = de mail heeft geen onderwerp
    .mend = voeg een [[slot]] toe met id = "subject" en kind = "text"
    .form = voeg een onderdeel toe met de naam `subject` en de soort tekst
mail-without-sender = de mail heeft geen afzender
    .mend = voeg [sender] toe, met een naam en een adres dat gelezen wordt
    .form = vul de naam en het adres van de afzender in
slot-leads = een onderdeel bepaalt waar een link of plaatje heen leidt: `{ $link }`
    .mend = begin het adres met de site, zoals {"https://example.org/{{ slot }}"}
mjml-unreadable = de MJML van [mail] is niet te lezen: { $said }
    .mend = kijk op https://mjml.io hoe het moet
layout-unreadable = de opmaak van de mail ({ $part }) is niet te lezen: { $said-count ->
    [0] het is geen sjabloon
   *[other] { $said }
 }
    .mend = schrijf de woorden van een onderdeel als {"{{ greeting }}"}
layout-beyond-bounds = de opmaak van de mail ({ $part }) is niet te lezen{ $text_line-count ->
    [0] {""}
   *[other] , regel { $text_line }
 }: { $beyond ->
    [long] hij is langer dan { $most } bytes
    [deep] { $part ->
        [mjml] de elementen gaan dieper dan { $most } lagen
       *[other] iets tussen accolades heeft meer dan { $most } woorden en tekens
     }
   *[many] er staan meer dan { $most } elementen of tags in
 }
    .mend = maak hem kleiner: een mail die groter is wordt afgekapt door wie hem toont
layout-names-no-slot = de opmaak van de mail ({ $part }) noemt `{ $name }`, en dat is geen onderdeel van de briefing
    .mend = noem een onderdeel, met elk streepje geschreven als `_`

## Voorbeeldgevallen

case-unreadable = is niet te lezen: { $said }
    .mend = een geval heeft `case`, `given` en `expect`; `code/cases/worked.yaml` laat zien hoe
case-at-no-moment = `at` is geen moment
    .mend = verbeter het geval
case-on-no-day = `{ $day }` is geen dag
    .mend = verbeter het geval
case-of-no-depth = `ceiling` is { $ceiling }, en dat is geen diepte van 0 tot en met 5
    .mend = verbeter het geval
case-of-no-flag = van een persoon is er geen `{ $name }`
    .mend = verbeter het geval
case-undeclared = `{ $id }` staat niet in de Code
    .mend = verbeter het geval
case-differs = het geval “{ $case }” komt er niet zo uit
    .mend = verbeter het geval of de regels; `maat code check` zegt wat er verschilt
