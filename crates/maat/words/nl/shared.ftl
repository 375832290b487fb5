# Woorden die zinnen delen.

mend = oplossing
did-you-mean = { $near-count ->
    [0] {""}
   *[other] ; bedoelde je `{ $near }`?
 }
