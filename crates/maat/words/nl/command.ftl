# Wat er mis is met wat een opdracht gevraagd wordt.

## Het logboek

no-ledger = dit logboek is er niet
    .mend = noem het met --store, of leg eerst iets vast; `maat consent give --help`
no-ledger-nor-audience = er is geen --audience genoemd, en dit logboek is er niet
    .mend = noem het bestand van de doelgroep met --audience, of het logboek met --store
nobody-in-ledger = in het logboek van `{ $controller }` staat niemand
    .mend = importeer eerst toestemmingen, of noem een ander bedrijf met --controller
ledger-is-read = de database is opnieuw geschreven, maar wie er nog in leest houdt een oude kopie vast
    .mend = doe het nog eens als het lezen klaar is

## Sleutels en wie zich aanmeldt

no-key = er is geen sleutel `{ $key }`
    .place = de sleutel
    .mend = noem het id van de sleutel; `maat key list` toont ze
no-grant = `{ $grant }` is niets wat een sleutel kan mogen
    .mend = gebruik { $known }
no-role = `{ $role }` is geen rol
    .mend = gebruik marketer, officer of admin
name-taken = iemand met de naam `{ $name }` meldt zich hier al aan
    .place = de naam
    .mend = kies een andere naam, of gebruik `maat console user reset`
passwords-differ = de twee zijn niet gelijk
    .place = het wachtwoord
    .mend = typ twee keer hetzelfde
password-length = het heeft { $characters } tekens
    .place = het wachtwoord
    .mend = gebruik er minstens { $least }; met een paar woorden maak je een goed wachtwoord
password-not-hashed = er is geen hash van te maken
    .place = het wachtwoord
    .mend = meld dit als een fout van Maat

## Mensen

no-right = `{ $right }` is er geen
    .place = het recht
    .mend = kijk bij --help
erasure-unsure = dit kan niet ongedaan worden gemaakt
    .mend = voeg --yes toe als je het zeker weet
no-form-of-export = de naam eindigt niet op .json, .csv of .html
    .mend = noem het .json of .csv om mee te nemen, .html om te lezen

## Briefings

name-of-nobody = is geen naam
    .mend = schrijf in letters de naam van wie tekent
report-over-another = is ook de briefing, de doelgroep of het bestand van de besluiten
    .mend = geef het rapport een eigen naam
