# Woorden die zinnen delen.

mend = oplossing
did-you-mean = { $near-count ->
    [0] {""}
   *[other] ; bedoelde je `{ $near }`?
 }

# Een fout waarvan de woorden zijn meegebracht: die zijn er in één taal.
told = { $what }
    .mend = { $mend }
