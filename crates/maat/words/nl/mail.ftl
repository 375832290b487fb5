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
no-server = er is geen mailserver om mee te versturen
    .mend = schrijf `smtp` en `from` onder [mail] in maat.toml; `maat mail send --help` laat zien hoe
server-or-sender-missing = heeft `smtp` en `from` allebei nodig
    .mend = noem de mailserver en wie verstuurt; of geen van beide, dan gaan er geen codes per mail
connections-unfit = { $connections } ligt niet tussen 1 en { $most }
    .mend = schrijf hoeveel er tegelijk open mogen zijn, zoals connections = 10
lets-none-leave = met `{ $domain }` = { $count } vertrekt er geen mail, of het is te groot
    .mend = schrijf hoeveel mails er per seconde mogen vertrekken, 1 of meer
no-domain = `{ $domain }` is geen domein
    .mend = schrijf wat achter de @ staat, zoals "gmail.com", of "*" voor elk ander domein
domain-twice = `{ $domain }` staat er twee keer
    .mend = houd een van de twee

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
no-model-address = staat er niet, dus er is geen model om iets te vragen
    .mend = schrijf url = "http://localhost:11434/v1" en model = "llama3.1" onder [ai] in maat.toml
no-model-key = er is geen omgevingsvariabele `{ $variable }` met een sleutel
    .mend = zet de sleutel erin, of haal key_env weg
no-time-to-answer = laat geen tijd voor een antwoord
    .mend = geef minstens 1 seconde
