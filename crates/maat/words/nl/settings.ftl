# Wat er mis is met hoe Maat is ingesteld: in maat.toml, in opties, in de omgeving.

no-public-url = ontbreekt: in elke mail staan links naar het waarom, de keuzes en het afmelden
    .mend = noem het adres waarop `maat serve` te bereiken is, zoals https://maat.example.org
no-site = `{ $url }` is geen adres van een site
    .mend = schrijf het als https://maat.example.org
no-origin = `{ $origin }` is geen origin
    .mend = schrijf schema, host en poort in kleine letters, zoals https://shop.example
no-controller = `{ $controller }` kan niet het id van een bedrijf zijn
    .mend = gebruik letters, cijfers, `.`, `_` en `-`, hooguit 100
no-network = `{ $network }` is geen netwerk van een proxy
    .mend = schrijf een adres zoals 10.0.0.7, of een netwerk zoals 10.0.0.0/8 of fd00::/8
no-party = er is geen [party]: op een ontvangstbewijs staat het bedrijf
    .mend = voeg het toe; `maat consent receipt --help` laat zien hoe
no-listening = hierop is niet te luisteren: { io }
    .place = het adres
    .mend = stop wat er al luistert, of noem een ander adres
demo-for-this-machine = in de demo kan iedereen elke klant zijn; daarom luistert hij alleen naar deze machine
    .mend = noem een adres zoals 127.0.0.1:8080
no-threads = er zijn geen threads te starten: { $said }
    .mend = kijk of het systeem nog threads en bestanden over heeft
no-collector = hier is geen collector waar traces heen kunnen: { $said }
    .mend = schrijf het als http://localhost:4318; het gaat met OTLP over HTTP, zonder TLS
