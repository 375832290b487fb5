# Wat er mis is in waarmee sturende woorden gevonden worden.

pattern-unreadable = patroon `{ $pattern }`: { $said }
    .mend = schrijf het zoals de tabel in tone/pattern.rs laat zien
list-unreadable = { $said }
    .mend = verbeter `{ $list }`
no-reason = er is geen reden `{ $reason }`
    .mend = gebruik een reden uit reasons.toml, of zet haar daarin
no-model = is geen model van deze versie van Maat
    .mend = maak er een met `maat tone train`
no-column = er is geen kolom `{ $column }`
    .mend = geef een bestand met tabs, met de kolommen text, label en Pattern Category
no-label = rij { $row }: `{ $label }` is geen label
    .mend = schrijf 1 voor sturend, 0 voor niet sturend
one-kind-of-texts = heeft geen teksten van beide soorten
    .mend = geef teksten met label 1 en met label 0
zero-bytes = is geen tekst: er staan nulbytes in
    .mend = geef een tekst, een briefing, HTML of MJML
