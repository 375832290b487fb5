# What is wrong in a rule or a theorem. `$said` and `$help` are Cedar's, in English.

policy = { $policy-count ->
    [0] { $noun ->
        [theorem] a theorem
       *[rule] a rule
    }
   *[other] { $noun ->
        [theorem] theorem `{ $policy }`
        [rule] rule `{ $policy }`
       *[policy] `{ $policy }`
    }
 }

## How it is written

cedar-unreadable = { $said }
    .mend = { $help-count ->
        [0] a rule reads `@id("…") … forbid (principal, action, resource) when {"{ … }"};`
       *[other] { $help }
    }
holds-template = holds a template (`?principal` or `?resource`)
    .mend = write the rule out; the Code has no templates
lacks-annotation = { policy } lacks its annotation `@{ $annotation }`
    .mend = { $noun ->
        [theorem] every theorem
       *[rule] every rule
    } carries { $wanted }
unknown-annotation = { policy } has an unknown annotation `@{ $annotation }`{ did-you-mean }
    .mend = remove it or correct its spelling
unknown-place-in-rule = { policy } fills an unknown place `{"{"}{ $place }{"}"}` in `@{ $annotation }`
    .mend = places are {"{signal}, {choice}, {channel}, {purpose} and {cap}"}
unknown-principle = { policy } serves an unknown principle `{ $principle }`
    .mend = use transparency, choice, proportionality or humanity
layer-of-another-file = { policy } says layer `{ $layer }` but stands in { $stands_in }.cedar
    .mend = move the rule to the file of its layer, or correct @layer
not-named-by-layer = { policy } does not begin with its layer
    .mend = name it after its layer, as `legal.objection`
policy-twice = { policy } stands twice
    .mend = { $noun ->
        [theorem] give each its own @id
       *[rule] give each rule an @id of its own
    }

## What it says

undeclared-signal = { policy } names the undeclared signal `{ $signal }`{ did-you-mean }
    .mend = declare the signal in code.toml or correct its name
against-schema = { policy }: { $said }
    .mend = { $help-count ->
        [0] `maat code schema` prints the names and types a rule may read
       *[other] { $help }
    }
unknown-until = { policy } cannot pass by itself with `@until("{ $until }")`
    .mend = let a rule that forbids say { $known }, or leave @until out: what it forbids then never passes
unknown-obligation = { policy } obliges to the unknown `{ $obligation }`
    .mend = add it to [obligation] in words/nl.toml and words/en.toml
not-taken-out = { $said }
    .mend = this is a fault of Maat

## Theorems

theorem-forbids = { policy } forbids; it is a bound on what is permitted
    .mend = a theorem reads `@id("…") … permit (principal, action == Maat::Action::"use", resource) when {"{ … }"};`
unknown-reliant = { policy } is relied on by an unknown `{ $reliant }`{ did-you-mean }
    .mend = use one or more of { $known }
unknown-layer = { policy } has an unknown layer `{ $layer }`
    .mend = use legal, ethical or human: the highest layer whose rules it needs
says-nothing = { policy } says nothing: it holds for every request
    .mend = let it rule something out: name what may not be permitted
too-much-for-the-solver = { policy } cannot be given to the solver
    .mend = write it plainer
