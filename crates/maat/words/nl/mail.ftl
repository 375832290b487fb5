# Wat er mis is in de instellingen van mail, en van het taalmodel.

## [mail]

no-sender = `{ $from }` is geen afzender: { $said }
    .mend = schrijf het als Huis & Haard <keuzes@example.org>
server-unreadable = is geen adres van een mailserver: { $said }
    .mend = schrijf het als smtps://user:password@mail.example.org of smtp://localhost:25
server-without-host = is geen adres van een mailserver: er staat geen host in
    .mend = { server-unreadable.mend }
server-of-other-scheme = is geen adres van een mailserver: het begint niet met smtp:// of smtps://, of de tls die erin staat bestaat niet
    .mend = { server-unreadable.mend }
server-not-in-utf8 = is geen adres van een mailserver: de gebruiker of het wachtwoord is geen UTF-8
    .mend = { server-unreadable.mend }
no-dkim-key = bevat geen geheime sleutel waarmee DKIM ondertekent
    .mend = maak er een: openssl genrsa -traditional 2048, en noem het bestand
header-not-signed = een kopregel is niet te ondertekenen
    .mend = meld dit bij de makers

## [ai]

model-address-unreadable = is geen adres
    .mend = schrijf het als http://localhost:11434/v1
model-address-not-http = is geen adres van http of https
    .mend = { model-address-unreadable.mend }
model-address-holds-secret = bevat een naam of een wachtwoord
    .mend = noem een omgevingsvariabele waarin de sleutel staat: key_env = "MODEL_KEY"
model-elsewhere = `{ $host }` is een andere machine, en de vragen zouden daarheen gaan
    .mend = draai een model op deze machine, of schrijf allow_remote = true onder [ai]
model-elsewhere-in-the-clear = `{ $host }` is een andere machine, en http is onderweg mee te lezen
    .mend = schrijf https://
model-not-named = is niet genoemd
    .mend = schrijf model = "llama3.1" onder [ai]: een model dat daar draait
model-key-is-none = de sleutel erin is geen sleutel
    .mend = zet alleen de sleutel in de variabele, zonder spaties of regeleinden
