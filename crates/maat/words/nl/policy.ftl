# Wat er mis is in een regel of een belofte. `$said` en `$help` zijn van Cedar, in het Engels.

policy = { $policy-count ->
    [0] { $noun ->
        [theorem] een belofte
       *[rule] een regel
    }
   *[other] { $noun ->
        [theorem] belofte `{ $policy }`
        [rule] regel `{ $policy }`
       *[policy] `{ $policy }`
    }
 }

## Hoe het geschreven is

cedar-unreadable = is niet te lezen: { $said }
    .mend = { $help-count ->
        [0] een regel ziet eruit als `@id("…") … forbid (principal, action, resource) when {"{ … }"};`
       *[other] { $help }
    }
holds-template = bevat een sjabloon (`?principal` of `?resource`)
    .mend = schrijf de regel uit; de Code kent geen sjablonen
lacks-annotation = bij { policy } ontbreekt `@{ $annotation }`
    .mend = { $noun ->
        [theorem] elke belofte
       *[rule] elke regel
    } heeft { $wanted }
unknown-annotation = bij { policy } staat `@{ $annotation }`, en dat bestaat niet{ did-you-mean }
    .mend = haal het weg of verbeter de spelling
unknown-place-in-rule = { policy } vult in `@{ $annotation }` een onbekende plek: `{"{"}{ $place }{"}"}`
    .mend = de plekken zijn {"{signal}, {choice}, {channel}, {purpose} en {cap}"}
unknown-principle = { policy } dient een onbekend principe: `{ $principle }`
    .mend = gebruik transparency, choice, proportionality of humanity
layer-of-another-file = { policy } noemt laag `{ $layer }` maar staat in { $stands_in }.cedar
    .mend = zet de regel in het bestand van zijn laag, of verbeter @layer
not-named-by-layer = de naam van { policy } begint niet met de laag
    .mend = noem hem naar zijn laag, zoals `legal.objection`
policy-twice = { policy } staat er twee keer
    .mend = { $noun ->
        [theorem] geef elke belofte een eigen @id
       *[rule] geef elke regel een eigen @id
    }

## Wat er staat

undeclared-signal = { policy } noemt het gegeven `{ $signal }`, dat niet in de Code staat{ did-you-mean }
    .mend = zet het gegeven in code.toml of verbeter de naam
against-schema = { policy }: { $said }
    .mend = { $help-count ->
        [0] `maat code schema` toont de namen en soorten die een regel mag lezen
       *[other] { $help }
    }
unknown-until = { policy } gaat niet vanzelf voorbij met `@until("{ $until }")`
    .mend = laat een regel die verbiedt { $known } zeggen, of laat @until weg: wat hij verbiedt gaat dan nooit voorbij
unknown-obligation = { policy } verplicht tot het onbekende `{ $obligation }`
    .mend = zet het bij [obligation] in words/nl.toml en words/en.toml
not-taken-out = { $said }
    .mend = dit is een fout van Maat

## Beloften

theorem-forbids = { policy } verbiedt; een belofte is een grens aan wat mag
    .mend = een belofte ziet eruit als `@id("…") … permit (principal, action == Maat::Action::"use", resource) when {"{ … }"};`
unknown-reliant = op { policy } rekent een onbekende: `{ $reliant }`{ did-you-mean }
    .mend = gebruik een of meer van { $known }
unknown-layer = { policy } heeft een onbekende laag: `{ $layer }`
    .mend = gebruik legal, ethical of human: de hoogste laag waarvan ze regels nodig heeft
says-nothing = { policy } zegt niets: ze geldt voor elke vraag
    .mend = laat haar iets uitsluiten: noem wat niet mag
too-much-for-the-solver = { policy } is niet aan de bewijzer te geven
    .mend = schrijf het eenvoudiger op
