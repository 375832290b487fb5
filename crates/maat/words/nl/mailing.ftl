# Waarom een verzending niet vertrekt, en wat er mis is met wat ervan terugkomt.

quiet-hours = tussen { $from }:00 en { $until }:00 vertrekt geen reclame
    .place = [quiet] van de Code
    .mend = verstuur het na { $until }:00
mailing-stands = { $state ->
    [running] wordt verstuurd
    [paused] is gepauzeerd
    [stopped] is voorgoed gestopt
   *[done] is klaar
 }
    .mend = kijk bij `maat mail status`; een die gepauzeerd is, gaat verder met `maat mail resume`
mailing-taken = wordt al verstuurd door een andere `maat mail send`
    .mend = laat die doorgaan; is die gestopt, probeer het dan over tien seconden opnieuw
other-links = is begonnen met een andere versie van Maat, die andere links in de opmaak las
    .mend = verstuur de rest als een andere briefing, of met die versie
no-mailing = er is geen verzending `{ $mailing }`{ did-you-mean }
    .mend = kijk bij `maat mail status`

## Wat terugkomt

nothing-to-follow = is geen map, dus er valt niets in te volgen
    .mend = noem een Maildir, of laat --follow weg
returned-too-large = is groter dan een melding kan zijn
    .mend = noem een mail zoals die binnenkwam, van hooguit 10 MB
