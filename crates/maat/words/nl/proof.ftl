# Wat er misgaat tussen een Code en de bewijzer. `$said` is van hen, in het Engels.

not-for-the-solver = is niet aan de bewijzer te geven: { $said }
    .mend = kijk of `maat code check` de Code goedkeurt; zo ja, dan is dit een fout van Maat
not-to-compare = is niet te vergelijken: { $said }
    .mend = kijk of `maat code check` beide Codes goedkeurt; zo ja, dan is dit een fout van Maat
not-the-solver = is geen cvc5: het zegt niet welke versie het is
    .mend = laat CVC5 het programma cvc5 noemen, of laat de variabele leeg
no-solver = de bewijzer is niet geïnstalleerd
    .mend = installeer het pakket cvc5 (`apt-get install cvc5`), of laat CVC5 het programma noemen
solver-unusable = de bewijzer werkt niet: { $said }
    .mend = kijk of `cvc5 --version` werkt; laat CVC5 een andere noemen
built-without-prover = deze maat is gebouwd zonder bewijzer
    .mend = bouw hem met de bewijzer: `cargo build --release --features prove`
