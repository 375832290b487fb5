# The default Code once more, in Rego: what legal.cedar, ethical.cedar and human.cedar say, rule for
# rule, for the benchmarks alone. `tests/equal.rs` holds it to the same answers.
#
# `input` is one question: `action`, `signal` (for a signal) and `context`; `data.signals` has what
# the Code declares of each signal.
package maat

answer := {"allow": allow, "rules": rules}

default allow := false

allow if {
	count(permit) > 0
	count(deny) == 0
}

rules := permit if allow

rules := deny if not allow

# ── Words ──

message if input.action in {"send", "export"}

signal if input.action in {"use", "link", "infer"}

mail if {
	input.action == "send"
	input.context.channel == "email"
	input.context.marketing
}

soft_mail if {
	mail
	input.context.strength == 1
}

# Marketing that reaches a person, rather than one that comes to look.
reaches if mail

reaches if {
	input.action == "export"
	input.context.marketing
}

soft_opt_in if {
	input.context.boughtBefore
	input.context.refusalOffered
	input.context.ownSimilar
}

known_person if input.context.joined

known_person if input.context.loggedIn

about := data.signals[input.signal]

# ── What may be done at all ──

permit contains "legal.may-mail" if {
	input.action == "send"
	input.context.channel == "email"
}

permit contains "legal.may-show" if {
	input.action == "send"
	input.context.channel == "web"
}

permit contains "legal.may-advertise" if {
	input.action == "send"
	input.context.channel == "ads"
}

permit contains "legal.may-export" if input.action == "export"

permit contains "legal.may-use" if input.action == "use"

permit contains "legal.may-stay-nameless" if {
	input.action == "link"
	not known_person
}

permit contains "legal.may-link" if {
	input.action == "link"
	known_person
}

permit contains "legal.may-infer" if input.action == "infer"

# ── Contact by mail ──

deny contains "legal.mail-consent" if {
	mail
	input.context.strength < 1
}

deny contains "legal.soft-sale" if {
	soft_mail
	not input.context.boughtBefore
}

deny contains "legal.soft-refusal" if {
	soft_mail
	not input.context.refusalOffered
}

deny contains "legal.soft-similar" if {
	soft_mail
	not input.context.ownSimilar
}

deny contains "legal.address-confirmed" if {
	mail
	input.context.strength >= 2
	not input.context.confirmed
	not soft_opt_in
}

deny contains "legal.sender-shown" if {
	input.action == "send"
	input.context.channel == "email"
	not input.context.senderShown
}

deny contains "legal.consent-proof" if {
	reaches
	not input.context.proof
}

deny contains "legal.tied-consent" if {
	message
	input.context.tiedBenefit
}

# ── Stop ──

deny contains "legal.objection" if {
	reaches
	input.context.objected
}

deny contains "legal.objection-profiling" if {
	signal
	input.context.marketing
	input.context.objected
	input.context.need >= 1
}

deny contains "legal.suppressed" if {
	reaches
	input.context.suppressed
}

deny contains "legal.restriction" if {
	signal
	input.context.restricted
}

deny contains "legal.restriction-message" if {
	reaches
	input.context.restricted
}

# ── Minors ──

deny contains "legal.minor-parental" if {
	reaches
	input.context.minor
	not input.context.parental
}

deny contains "legal.minor-profile" if {
	signal
	input.context.marketing
	input.context.minor
	input.context.need >= 1
}

# ── The ladder ──

deny contains "legal.ladder-interest" if {
	input.action == "use"
	input.context.marketing
	input.context.need == 1
	input.context.strength < 1
}

deny contains "legal.ladder-clear" if {
	input.action == "use"
	input.context.marketing
	input.context.need == 2
	input.context.strength < 2
}

deny contains "legal.ladder-explicit" if {
	input.action == "use"
	input.context.need == 3
	input.context.strength < 3
}

deny contains "legal.ladder-never" if {
	input.action == "use"
	input.context.need >= 4
}

deny contains "legal.use-proof" if {
	signal
	input.context.marketing
	input.context.need >= 1
	not input.context.proof
}

deny contains "legal.soft-use" if {
	input.action == "use"
	input.context.channel == "email"
	input.context.marketing
	input.context.need == 1
	input.context.strength == 1
	not soft_opt_in
}

deny contains "legal.interest-balanced" if {
	input.action == "use"
	input.context.marketing
	input.context.need == 1
	input.context.strength < 2
	not input.context.balanced
}

deny contains "legal.logged-in" if {
	input.action == "use"
	input.context.channel == "web"
	input.context.need >= 1
	not input.context.loggedIn
	input.context.device < 2
}

deny contains "legal.device-access" if {
	input.action == "use"
	about.onDevice
	input.context.device < 2
}

# ── Purpose, necessity, time ──

deny contains "legal.purpose-fits" if {
	input.action == "use"
	not input.context.fits
	input.context.strength < 2
}

deny contains "legal.title-unneeded" if {
	input.action == "use"
	input.signal == "person.title"
}

deny contains "legal.ads-minimal" if {
	input.action == "use"
	input.context.channel == "ads"
	input.context.combined > input.context.combinedCap
}

deny contains "legal.retention" if {
	signal
	input.context.expired
}

deny contains "legal.accurate" if {
	signal
	not input.context.known
}

# ── Special categories, vulnerability, significant effects ──

deny contains "legal.special-explicit" if {
	signal
	about.sensitivity == "special"
	input.context.strength < 3
}

deny contains "legal.special-assessed" if {
	signal
	about.sensitivity == "special"
	not input.context.assessed
}

deny contains "legal.vulnerability" if {
	signal
	input.context.marketing
	about.vulnerability
}

deny contains "legal.significant" if {
	message
	input.context.significant
	not reviewed_outside_marketing
}

reviewed_outside_marketing if {
	not input.context.marketing
	input.context.humanReview
}

# ── Advertising platforms ──

deny contains "legal.matching-consent" if {
	input.action == "export"
	input.context.strength < 2
}

deny contains "legal.gpc" if {
	input.action == "export"
	input.context.gpc
}

deny contains "legal.gpc-profiling" if {
	signal
	input.context.channel == "web"
	input.context.gpc
	input.context.marketing
	input.context.need == 1
	input.context.strength < 2
}

deny contains "legal.ads-disclosed" if {
	message
	input.context.channel == "ads"
	not input.context.adDisclosed
}

deny contains "legal.ads-special" if {
	signal
	input.context.channel == "ads"
	about.sensitivity == "special"
}

deny contains "legal.ads-minor" if {
	input.action == "export"
	input.context.minor
}

# ── Linking, inferring, buying ──

deny contains "legal.link-consent" if {
	input.action == "link"
	input.context.strength < 2
	known_person
}

deny contains "legal.infer-consent" if {
	input.action == "infer"
	input.context.strength < 2
}

deny contains "legal.bought-source" if {
	signal
	about.source == "bought"
	not input.context.sourceNamed
}

# ── Honest offers ──

deny contains "legal.price-disclosed" if {
	input.action == "use"
	input.context.slot == "price"
	not input.context.priceDisclosed
}

deny contains "legal.urgency-proven" if {
	message
	input.context.urgency
	not input.context.urgencyProven
}

deny contains "legal.political" if {
	message
	input.context.purpose == "political"
}

# ── The ethical middle ──

deny contains "ethical.explained" if {
	signal
	not input.context.explained
}

deny contains "ethical.one-price" if {
	signal
	input.context.slot == "price"
}

deny contains "ethical.no-guessed-offer" if {
	signal
	about.source in {"inferred", "bought"}
	chooses
}

deny contains "ethical.no-guessed-offer" if {
	signal
	input.signal == "inferred.mood"
	input.context.slot == "product"
}

# Who gets something, or which offer.
chooses if input.context.slot in {"offer", "audience"}

deny contains "ethical.unnamed" if {
	signal
	input.context.named
	not_to_be_named
}

not_to_be_named if about.source in {"inferred", "bought"}

not_to_be_named if about.sensitivity == "special"

deny contains "ethical.no-wealth-steering" if {
	signal
	input.signal == "inferred.purchasing-power"
}

deny contains "ethical.no-wealth-steering" if {
	signal
	input.signal in {"device.kind", "visit.return"}
	chooses
}

deny contains "ethical.no-browsing-audience" if {
	signal
	about.anonymous
	input.context.slot == "audience"
}

deny contains "ethical.ai-labelled" if {
	message
	input.context.ai
	not input.context.aiLabelled
}

# ── The human top ──

deny contains "human.relevant" if {
	message
	input.context.marketing
	not input.context.relevant
}

deny contains "human.clear" if {
	message
	input.context.marketing
	not input.context.clear
}

deny contains "human.welcome" if {
	message
	input.context.marketing
	not input.context.welcome
}

deny contains "human.reviewed" if {
	signal
	input.context.marketing
	input.context.depth >= 3
	input.context.reviewers < 1
}

deny contains "human.reviewed-by-two" if {
	signal
	input.context.marketing
	input.context.depth >= 4
	input.context.reviewers < 2
}

deny contains "human.return-tact" if {
	input.action == "use"
	input.context.marketing
	input.context.named
	input.signal == "purchase.return"
}

deny contains "human.frequency" if {
	mail
	input.context.sent >= input.context.cap
}

deny contains "human.quiet-hours" if {
	mail
	input.context.quiet
}

deny contains "human.ceiling" if {
	signal
	input.context.marketing
	input.context.depth > input.context.ceiling
}

deny contains "human.rest" if {
	reaches
	input.context.resting
}

deny contains "human.ai-approved" if {
	message
	input.context.ai
	not input.context.aiApproved
}
