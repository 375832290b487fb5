# A client's Code that allows more than the agency's.

loosens = `{ $id }` loosens the agency's Code
    .mend = a client's Code may only tighten; change the agency's Code, or keep its value
table-loosens = [{ $table }] loosens the agency's Code

## Bounds

quiet-hour-freed = [quiet] loosens the agency's Code: { $hour }:00 is quiet no more
    .mend = { loosens.mend }
bound-raised = { table-loosens }: { $key } is { $client }, and may be { $agency } at most
    .mend = { loosens.mend }
bound-lowered = { table-loosens }: { $key } is { $client }, and must be { $agency } at least
    .mend = { loosens.mend }
other-zone = [zone] loosens the agency's Code: it is `{ $client }`, not `{ $agency }`
    .mend = { loosens.mend }

## Purposes

no-longer-marketing = { loosens }: it was marketing and is no more
    .mend = { loosens.mend }
balance-claimed = { loosens }: it claims a balancing test that the agency does not have
    .mend = { loosens.mend }
new-purpose-outside-marketing = { loosens }: only the agency declares purposes outside marketing
    .mend = { loosens.mend }
new-purpose-with-balance = { loosens }: only the agency vouches for a balancing test
    .mend = { loosens.mend }

## Steps and signals

depth-lowered = { loosens }: depth { $agency } became { $client }
    .mend = { loosens.mend }
need-lowered = { loosens }: on { $channel } it asks less than `{ $agency }`
    .mend = { loosens.mend }
step-lowered = { loosens }: step `{ $agency }` became `{ $client }`
    .mend = { loosens.mend }
kept-longer = { loosens }: it is kept { $client } days, not { $agency }
    .mend = { loosens.mend }
sensitivity-lowered = { loosens }: { $agency } became { $client }
    .mend = { loosens.mend }
collected-for-more = { loosens }: it was not collected for `{ $purpose }`
    .mend = { loosens.mend }
mark-taken-off = { loosens }: a mark (on_device, anonymous, vulnerability) was taken off
    .mend = { loosens.mend }
origin-changed = { loosens }: its source or DPV term changed
    .mend = { loosens.mend }

## Choices

covers-more = { loosens }: it covers more than the agency's choice
    .mend = { loosens.mend }
wording-changed = { loosens }: a wording that customers answered was changed
    .mend = { loosens.mend }

## Rules

rule-of-the-agency = rule `{ $rule }` stands in the agency's Code already
    .mend = give the client's rule a name of its own; the agency's stays in force
rule-permits = rule `{ $rule }` permits, which loosens the agency's Code
    .mend = a client's rules only forbid; turn it round, or change the agency's Code
