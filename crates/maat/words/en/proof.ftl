# What goes wrong between a Code and the solver. `$said` is theirs, in English.

not-for-the-solver = cannot be given to the solver: { $said }
    .mend = see that `maat code check` accepts the Code; if it does, this is a fault of Maat
not-to-compare = cannot be compared: { $said }
    .mend = see that `maat code check` accepts both Codes; if it does, this is a fault of Maat
not-the-solver = is not cvc5: it does not tell its version
    .mend = let CVC5 name the program cvc5, or leave it unset
no-solver = the solver is not installed
    .mend = install the package cvc5 (`apt-get install cvc5`), or let CVC5 name the program
solver-unusable = the solver cannot be used: { $said }
    .mend = see that `cvc5 --version` runs; let CVC5 name another one
built-without-prover = this maat was built without the prover
    .mend = build it with the prover: `cargo build --release --features prove`
